import Testing

@testable import ANPRCore
@testable import CBE

/// The rows in force in 2026, and others around them, as files.
enum Law {
    static let tariffHeader = TariffTable.tariffColumns.joined(separator: ",")
    static let feeHeader = TariffTable.feeColumns.joined(separator: ",")
    static let tariffs = """
        # protected: built-up areas, zone 30, school, residential and meeting zones
        \(tariffHeader)
        2021-01-01,2027-01-01,protected,5300,10,1100,30,34700,86600,confirmed,x
        2021-01-01,2027-01-01,elsewhere,5300,10,600,40,34700,86600,confirmed,x
        2027-01-01,,protected,5800,10,1200,30,38200,95300,unconfirmed,"a rise, as announced"
        2027-01-01,,elsewhere,5800,10,700,40,38200,95300,unconfirmed,"a rise, as announced"

        """
    static let fees = """
        \(feeHeader)
        2021-08-23,2024-01-01,884,confirmed,x
        2024-01-01,,1010,confirmed,x

        """

    static func table(tariffs: String = tariffs, fees: String = fees, deadlines: String? = nil) throws -> TariffTable {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            try TariffTable(
                tariffsPath: try folder.write("tariffs.csv", tariffs), feesPath: try folder.write("fees.csv", fees),
                deadlinesPath: try deadlines.map { try folder.write("deadlines.csv", $0) })
        }
    }

    static func seeds() throws -> TariffTable {
        try TariffTable(
            tariffsPath: Repository.seed("law/tariffs.csv"), feesPath: Repository.seed("law/fees.csv"),
            deadlinesPath: Repository.seed("law/deadlines.csv"))
    }

    static func day(_ text: String) -> Int { Int(Samples.ns(text) / .day) }
}

@Suite struct TariffTests {
    /// Tolerance as the correlator takes it off: 6 km/h up to 100, 6 % above, rounded down.
    private func corrected(_ kmh: Int) -> Int { kmh <= 100 ? kmh - 6 : kmh * 94 / 100 }

    struct CheckValue: Sendable {
        let zone: RoadZone
        let limit: Int
        let measured: Int
        let corrected: Int
        /// Without the fee; nil: to the prosecutor.
        let cents: Int?
    }

    @Test(arguments: [
        CheckValue(zone: .builtUp, limit: 50, measured: 70, corrected: 64, cents: 9700),
        CheckValue(zone: .elsewhere, limit: 120, measured: 155, corrected: 145, cents: 14300),
        CheckValue(zone: .elsewhere, limit: 120, measured: 129, corrected: 121, cents: 5300),
        CheckValue(zone: .zone30, limit: 30, measured: 45, corrected: 39, cents: 5300),
        CheckValue(zone: .builtUp, limit: 50, measured: 87, corrected: 81, cents: nil),
        CheckValue(zone: .elsewhere, limit: 120, measured: 172, corrected: 161, cents: nil),
        // The edges: the last km/h at the base, the first above, the last that is a perception.
        CheckValue(zone: .school, limit: 30, measured: 46, corrected: 40, cents: 5300),
        CheckValue(zone: .residential, limit: 20, measured: 37, corrected: 31, cents: 6400),
        CheckValue(zone: .meeting, limit: 20, measured: 56, corrected: 50, cents: 27300),
        CheckValue(zone: .meeting, limit: 20, measured: 57, corrected: 51, cents: nil),
        CheckValue(zone: .elsewhere, limit: 70, measured: 87, corrected: 81, cents: 5900),
        CheckValue(zone: .elsewhere, limit: 120, measured: 171, corrected: 160, cents: 23300),
    ])
    func checkValues(value: CheckValue) throws {
        #expect(corrected(value.measured) == value.corrected)
        let judge = CaseJudge(tariffs: try Law.seeds(), localTime: .europeBrussels)
        let record = Samples.record(correctedKmh: UInt16(value.corrected), limitKmh: UInt16(value.limit))
        let decision = judge.decide(record, section: Samples.section(zone: value.zone))
        guard let cents = value.cents else {
            #expect(decision == .prosecutor(.excess))
            return
        }
        guard case .fine(let fine) = decision else {
            Issue.record("\(decision)")
            return
        }
        #expect(fine.amountCents == cents)
        #expect(fine.totalCents == cents + 1010)
    }

    /// The row of the day where the offence was, not where Greenwich is: the last second of 2026 in Brussels is
    /// 22:59:59 UTC.
    @Test(arguments: [
        ("2026-12-31T22:59:59Z", 5300), ("2026-12-31T23:00:00Z", 5800), ("2021-01-01T00:00:00Z", nil),
        ("2021-08-22T21:59:59Z", nil), ("2021-08-22T22:00:00Z", 5300),
    ])
    func anOffenceIsJudgedByTheRowOfItsDay(instant: String, cents: Int?) throws {
        let judge = CaseJudge(tariffs: try Law.table(), localTime: .europeBrussels)
        let decision = judge.decide(Samples.record(exitNs: Samples.ns(instant)), section: Samples.section())
        if let cents, case .fine(let fine) = decision {
            #expect(fine.amountCents == cents)
        } else {
            #expect(cents == nil && decision == .verification(["no_tariff"]))
        }
    }

    @Test func theFeeIsOfTheDayToo() throws {
        let table = try Law.seeds()
        #expect(table.fee(day: Law.day("2021-08-22")) == nil)
        #expect(table.fee(day: Law.day("2021-08-23"))?.cents == 884)
        #expect(table.fee(day: Law.day("2023-12-31"))?.cents == 884)
        #expect(table.fee(day: Law.day("2024-01-01"))?.cents == 1010)
        #expect(table.fee(day: Law.day("2024-01-01"))?.status == "confirmed")
        #expect(table.fee(day: Law.day("2026-11-23"))?.status == "unconfirmed")
        #expect(table.deadline(day: Law.day("2026-11-23"))?.withinDays == 14)
    }

    /// At the cap it is a fine, a cent above it is not; the fee is not part of it; a non-resident has another cap.
    @Test(arguments: [(34700, true), (34699, false)])
    func theCapHoldsWithoutTheFee(capCents: Int, isFine: Bool) throws {
        let row = "2021-01-01,,protected,34700,10,1100,30,\(capCents),86600,confirmed,x"
        let judge = CaseJudge(
            tariffs: try Law.table(tariffs: Law.tariffHeader + "\n" + row + "\n"), localTime: .europeBrussels)
        let section = Samples.section(zone: .builtUp)
        let resident = judge.decide(Samples.record(), section: section)
        if isFine {
            guard case .fine(let fine) = resident else {
                Issue.record("\(resident)")
                return
            }
            #expect(fine.totalCents == 35710)
        } else {
            #expect(resident == .prosecutor(.cap))
        }
        guard case .fine = judge.decide(Samples.record(country: "NL"), section: section) else {
            Issue.record("a non-resident has a cap of 866 EUR")
            return
        }
    }

    @Test func nonResidentsHaveACapToo() throws {
        let row = "2021-01-01,,elsewhere,86601,10,600,40,34700,86600,confirmed,x"
        let judge = CaseJudge(
            tariffs: try Law.table(tariffs: Law.tariffHeader + "\n" + row + "\n"), localTime: .europeBrussels)
        #expect(judge.decide(Samples.record(country: "FR"), section: Samples.section()) == .prosecutor(.cap))
    }

    @Test func everyBadLineIsNamed() throws {
        let bad = """
            \(Law.tariffHeader)
            2021-01-01,,protected,5300,10,1100,30,34700,86600,confirmed,x
            2022-01-01,,protected,5300,10,1100,30,34700,86600,confirmed,overlaps
            2022-02-30,,elsewhere,5300,10,1100,30,34700,86600,confirmed,no such day
            2022-01-01,2021-01-01,elsewhere,5300,10,1100,30,34700,86600,confirmed,backwards
            2022-01-01,,everywhere,5300,10,1100,30,34700,86600,confirmed,no such zone
            2022-01-01,,elsewhere,53.00,10,1100,30,34700,86600,confirmed,not cents
            2022-01-01,,elsewhere,5300,10,1100,30,34700,86600,perhaps,no such status
            2022-01-01,,elsewhere,5300,10,1100,30,34700,86600,confirmed,
            2022-01-01,,elsewhere,5300
            2022-01-01,9999-12-31,elsewhere,5300,10,1100,30,34700,86600,confirmed,for ever
            2261-01-01,,elsewhere,5300,10,1100,30,34700,86600,confirmed,overlaps for ever

            """
        let problems = try #require(throws: InputProblems.self) { try Law.table(tariffs: bad, fees: "fee\n1\n") }
        let lines = problems.problems.filter { $0.file.hasSuffix("tariffs.csv") }.map(\.line)
        #expect(lines == [3, 4, 5, 6, 7, 8, 9, 10, 12])
        #expect(problems.problems.contains { $0.file.hasSuffix("fees.csv") })
    }

    @Test func deadlinesComeFromTheirTable() throws {
        let header = TariffTable.deadlineColumns.joined(separator: ",")
        let table = try Law.table(deadlines: header + "\n2021-01-01,,copy_sent,21,,confirmed,x\n")
        #expect(table.deadline(day: Law.day("2026-01-01"))?.withinDays == 21)
        #expect(try Law.table().deadline(day: Law.day("2026-01-01"))?.withinDays == 14)
        #expect(throws: InputProblems.self) {
            try Law.table(deadlines: header + "\n2021-01-01,,certificate_valid,,24,confirmed,x\n")
        }
    }
}
