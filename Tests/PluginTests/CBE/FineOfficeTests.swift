import Foundation
import Testing

@testable import ANPRCore
@testable import CBE

@Suite struct FineOfficeTests {
    private let folder: TemporaryFolder
    private let out: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        out = try TemporaryFolder()
        try folder.write("tariffs.csv", Law.tariffs)
        try folder.write("fees.csv", Law.fees)
    }

    private func options(_ more: [String: String] = [:]) -> [String: String] {
        ["tariffs": folder.path + "/tariffs.csv", "fees": folder.path + "/fees.csv"].merging(more) { $1 }
    }

    private func office(_ more: [String: String] = [:], in directory: String? = nil) throws -> HostedPlugin {
        let context = PluginContext(directory: directory ?? out.path, knowledge: Samples.knowledge)
        return try HostedPlugin(CBEPlugin.factory(options: options(more)), context)
    }

    private static let finding = """
        "plate":"1ABC234","country":"BE","resident":true,"vehicle_class":"car","section":"E40-Aalter","road":"E40",\
        "place":"Aalter","zone":"elsewhere","measured_kmh":129.088,"corrected_kmh":121,"limit_kmh":120,"excess_kmh":1,\
        "credited_length_m":5800.000,"credited_time_ns":161750000000,"entry_at":"2026-11-23T08:12:48.270Z",\
        "exit_at":"2026-11-23T08:15:30Z","entry_read":"3/1/44","entry_camera":"E40-01-1","entry_lane":1,\
        "entry_confidence":97,"exit_read":"7/1/90","exit_camera":"E40-02-1","exit_lane":2,"exit_confidence":95,\
        "instrument_serial":"SC-0042","instrument_approval":"B-2024-117",\
        "instrument_valid_from":"2020-01-01T00:00:00Z","instrument_valid_to":"2030-01-01T00:00:00Z",\
        "found_at":"2026-11-23T08:15:30Z","send_before":"2026-12-07T08:15:30Z"
        """

    @Test func goldenFine() throws {
        let office = try office()
        try office.hand(records: [Samples.record()])
        let expected = """
            {"id":"12:3/1/44:7/1/90","number":"7147876774","decision":"fine",\
            "pv_number":"BR.30.L7.7147876774/2026",\(Self.finding),\
            "amount_cents":5300,"amount_eur":"53.00","fee_cents":1010,"fee_eur":"10.10","total_cents":6310,\
            "total_eur":"63.10","tariff_status":"confirmed","fee_status":"confirmed",\
            "structured_communication":"+++714/7876/77427+++"}

            """
        #expect(try out.text("fines.jsonl") == expected)
        #expect(throws: (any Error).self) { try out.text("verifications.jsonl") }
    }

    @Test func goldenVerification() throws {
        let office = try office()
        try office.hand(records: [Samples.record(review: [.lowConfidence, .severalEntries])])
        let expected = """
            {"id":"12:3/1/44:7/1/90","reasons":["several_entries","low_confidence"],\(Self.finding)}

            """
        #expect(try out.text("verifications.jsonl") == expected)
        #expect(throws: (any Error).self) { try out.text("fines.jsonl") }
    }

    @Test func goldenProsecutorAcrossTheBorder() throws {
        let office = try office(["pv_template_cross_border": "CB-{year}-{number}"])
        try office.hand(records: [Samples.record(correctedKmh: 161, country: "NL")])
        let line = try out.text("fines.jsonl")
        let head = """
            {"id":"12:3/1/44:7/1/90","number":"7147876774","decision":"prosecutor",\
            "pv_number":"CB-2026-7147876774","cause":"excess","plate":"1ABC234","country":"NL","resident":false,
            """
        #expect(line.hasPrefix(head.trimmingCharacters(in: .newlines)))
        #expect(!line.contains("amount"))
        #expect(!line.contains("structured_communication"))
    }

    @Test func aRecordThatComesTwiceIsFinedOnce() throws {
        let office = try office()
        try office.hand(records: [Samples.record(), Samples.record()])
        try office.hand(records: [Samples.record(), Samples.record(sequence: 91, review: .lookAlike)])
        try office.hand(records: [Samples.record(sequence: 91, review: .lookAlike)])
        #expect(try out.lines("fines.jsonl").count == 1)
        #expect(try out.lines("verifications.jsonl").count == 1)
        #expect(office.counter("duplicates") == 3)
        #expect(office.counter("offences") == 5)
    }

    /// A run that begins on the ledger of another one knows what that one did.
    @Test func aSecondRunFinesNobodyTwice() throws {
        let records = (0..<50).map { Samples.record(sequence: $0, review: $0 % 5 == 0 ? .lookAlike : []) }
        try office().hand(records: records)
        let before = try out.text("fines.jsonl")
        let second = try office()
        #expect(second.counter("recovered") == 50)
        try second.hand(records: records + [Samples.record(sequence: 1000)])
        #expect(second.counter("duplicates") == 50)
        #expect(second.counter("fines") == 1)
        let after = try out.text("fines.jsonl")
        #expect(after.hasPrefix(before))
        #expect(try out.lines("fines.jsonl").count == 41)
        #expect(try Set(out.lines("fines.jsonl").compactMap { $0["number"] as? String }).count == 41)
    }

    /// A crash may cut the last line anywhere; it is as if it had never been written. Lines that a ledger does not know
    /// are not written again.
    @Test func aTornLastLineIsTakenOff() throws {
        let records = [Samples.record(sequence: 1), Samples.record(sequence: 2)]
        try office().hand(records: records)
        let whole = try out.text("fines.jsonl")
        let first = try #require(whole.split(separator: "\n").first).utf8.count + 1
        for cut in [0, 1, first, first + 1, first + 40, whole.utf8.count - 1] {
            let other = try TemporaryFolder()
            try other.write("fines.jsonl", String(decoding: whole.utf8.prefix(cut), as: UTF8.self))
            try office(in: other.path).hand(records: records)
            #expect(try other.text("fines.jsonl") == whole)
        }
    }

    /// In a folder of its own, a run in another order gives each record the number that it had.
    @Test func numbersDoNotDependOnTheOrder() throws {
        let records = (0..<500).map { Samples.record(sequence: $0) }
        func numbers(_ records: [SectionRecord]) throws -> [String: String] {
            let folder = try TemporaryFolder()
            try office(in: folder.path).hand(records: records)
            var numbers: [String: String] = [:]
            for line in try folder.lines("fines.jsonl") {
                numbers[try #require(line["id"] as? String)] = line["number"] as? String
            }
            return numbers
        }
        let forward = try numbers(records)
        #expect(forward.count == 500)
        #expect(try numbers(records.reversed()) == forward)
    }

    /// Synthetic records through the class: each line judged again by a twin that is as plain as the law's text.
    @Test(arguments: [UInt64(1), 2, 3, 4])
    func endToEnd(seed: UInt64) throws {
        var random = Random(seed: seed)
        let office = try office()
        var records: [SectionRecord] = []
        for sequence in 0..<2000 as Range<UInt32> {
            let countries = ["BE", "BE", "NL", "FR", ""]
            let reviews: [ReviewReasons] = [[], [], [], .lookAlike, .uncertified]
            records.append(
                Samples.record(
                    correctedKmh: UInt16(100 + random.below(80)), country: countries[random.below(5)],
                    sequence: sequence, review: reviews[random.below(5)]))
        }
        var at = 0
        while at < records.count {
            let end = min(records.count, at + 1 + random.below(256))
            try office.hand(records: Array(records[at..<end]))
            at = end
        }
        try office.finish()
        var totals = (fines: 0, prosecutor: 0, cents: 0)
        for record in records where record.isOffence && record.review.isEmpty && record.country != .unknown {
            let excess = Int(record.correctedKmh) - 120
            if excess > 40 {
                totals.prosecutor += 1
            } else {
                totals.fines += 1
                totals.cents += 53_00 + (excess > 10 ? (excess - 10) * 6_00 : 0) + 10_10
            }
        }
        let lines = try out.lines("fines.jsonl")
        #expect(lines.count == totals.fines + totals.prosecutor)
        #expect(office.counter("fines") == totals.fines)
        #expect(office.counter("prosecutor") == totals.prosecutor)
        #expect(office.counter("total_cents") == totals.cents)
        #expect(lines.compactMap { $0["total_cents"] as? Int }.reduce(0, +) == totals.cents)
        #expect(try out.lines("verifications.jsonl").count == office.counter("verifications"))
        let parts = ["fines", "prosecutor", "verifications", "uncertified", "duplicates"]
        #expect(parts.compactMap { office.counter($0) }.reduce(0, +) == office.counter("offences"))
        #expect(office.counter("records") == 2000)
        for line in lines where line["decision"] as? String == "fine" {
            let communication = try #require(line["structured_communication"] as? String)
            #expect(StructuredCommunication(communication)?.digits == line["number"] as? String)
        }
    }

    @Test func reloadTakesOverOnlyFaultlessFiles() throws {
        let office = try office()
        try folder.write("tariffs.csv", Law.tariffs.replacingOccurrences(of: "5300", with: "fifty"))
        #expect(throws: InputProblems.self) { try office.reload() }
        try office.hand(records: [Samples.record(sequence: 1)])
        try folder.write("tariffs.csv", Law.tariffs.replacingOccurrences(of: "5300", with: "6000"))
        try office.reload()
        try office.hand(records: [Samples.record(sequence: 2)])
        #expect(try out.lines("fines.jsonl").map { $0["amount_cents"] as? Int } == [5300, 6000])
    }

    @Test func optionsAreChecked() throws {
        let problems = try #require(throws: InputProblems.self) {
            try CBEPlugin.factory(options: [
                "tarifs": "x", "pv_template": "{nr}", "pv_template_cross_border": "BR.{number}", "time_zone": "Mars",
            ])
        }
        #expect(problems.total == 6)
        #expect(problems.description.contains("'tarifs' is unknown; known: tariffs, fees,"))
        #expect(problems.description.contains("option 'fees' is missing"))
        #expect(throws: InputProblems.self) { try CBEPlugin.factory(options: options(["fees": "/nowhere"])) }
    }

    @Test func templates() throws {
        #expect(PVTemplate("{number}/{year}")?.filled(number: "0000000007", year: 2026) == "0000000007/2026")
        for text in ["", "{year}", "{number}{number}", "{number}}", "{n}{number}"] { #expect(PVTemplate(text) == nil) }
    }

    @Test func moneyAsText() {
        #expect([0, 5, 50, 5300, 6310, -5].map(Cents.text) == ["0.00", "0.05", "0.50", "53.00", "63.10", "-0.05"])
    }
}
