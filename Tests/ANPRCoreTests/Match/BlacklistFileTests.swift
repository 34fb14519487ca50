import Testing

@testable import ANPRCore

/// A list's file: what is taken, and what is said of a line that is not.
@Suite struct BlacklistFileTests {
    private struct Outcome {
        var marks: [String] = []
        var rows: [BlacklistFile.Row] = []
        var cases: [String] = []
        var wordings: [EntryTexts.Wording] = []
        var problems: [String] = []
    }

    private static func read(_ text: String, defaultCase: String = "D") throws -> Outcome {
        var outcome = Outcome()
        try Fixture.bytes(text) { bytes in
            var file = try BlacklistFile(file: "l.csv", bytes: bytes, defaultCase: defaultCase)
            while let row = file.next() {
                switch row.mark {
                case .plate(let plate): outcome.marks.append(plate.description)
                case .pattern(let pattern): outcome.marks.append(pattern)
                }
                outcome.rows.append(row)
                outcome.cases.append(String(decoding: file.caseBytes, as: UTF8.self))
                outcome.wordings.append(file.wording)
            }
            outcome.problems = file.problems.problems.map(\.description)
            #expect(file.problems.total == outcome.problems.count)
        }
        return outcome
    }

    private static func refusal(_ text: String, defaultCase: String = "D") -> String? {
        do { _ = try read(text, defaultCase: defaultCase) } catch { return "\(error)" }
        return nil
    }

    // MARK: Header

    @Test func theLeastHeaderIsPlateCountryReason() throws {
        let outcome = try Self.read("plate,country,reason\n1-abc-234,BE,stolen\n", defaultCase: "2026/7")
        let row = try #require(outcome.rows.first)
        #expect(outcome.marks == ["1ABC234"] && outcome.cases == ["2026/7"] && outcome.problems.isEmpty)
        #expect(row.country == Country("BE") && row.priority == 50 && row.fromS == 0 && row.toS == .max)
        #expect(outcome.wordings == [.init(reason: "stolen", action: "", audience: "", isCovert: false)])
    }

    @Test(arguments: [
        ("", "l.csv: is empty; expected a header: plate,country,reason"),
        ("plate,reason,case", "l.csv:1: column 'country' is missing"),
        ("case", "l.csv:1: column 'plate' is missing"),
        ("plate,country,reason,case,color", "l.csv:1: column 'color' is unknown"),
        ("plate,country,reason,case,case", "l.csv:1: a column stands twice"),
        ("plate,country,reason", "l.csv:1: column 'case' is missing, and the list has no default case number"),
    ])
    func aWrongHeaderIsToldAsItIs(text: String, message: String) throws {
        let refusal = try #require(Self.refusal(text, defaultCase: ""))
        #expect(refusal.contains(message), "\(refusal)")
    }

    @Test func columnsStandInAnyOrderAndCase() throws {
        let text =
            "COVERT,Reason,valid_to,plate,audience,priority,CASE,country,action,valid_from\r\n"
            + "yes,stolen,2026-02-01,MÜ AB 123,patrols,0,C1,de,intercept,2026-01-01T12:00:00Z\r\n"
        let outcome = try Self.read("\u{feff}# made by hand\n" + text, defaultCase: "")
        let row = try #require(outcome.rows.first)
        #expect(outcome.marks == ["MUAB123"] && outcome.cases == ["C1"])
        #expect(row.country == Country("DE") && row.priority == 0)
        #expect(Nanoseconds(row.fromS) * .second == Instant.parse("2026-01-01T12:00:00Z"))
        #expect(Nanoseconds(row.toS) * .second == Instant.parse("2026-02-01"))
        #expect(
            outcome.wordings == [.init(reason: "stolen", action: "intercept", audience: "patrols", isCovert: true)])
    }

    // MARK: Lines

    private static let header = "plate,country,reason,case,priority,valid_from,valid_to,action,audience,covert"

    @Test(arguments: [
        ("1ABC234,BE,x", "3 fields where the header has 10"),
        ("1ABC234,BE,x,C,,,,,,,", "11 fields where the header has 10"),
        (",BE,x,C,,,,,,", "'plate' is no plate: "),
        ("1ABC234567890,BE,x,C,,,,,,", "'plate' is no plate: "),
        ("1AB€234,BE,x,C,,,,,,", "'plate' is no plate: "),
        ("**?,BE,x,C,,,,,,", "'plate' is no pattern: needs at least one letter or digit"),
        ("A????????????,BE,x,C,,,,,,", "'plate' is no pattern: asks for more than the 12"),
        ("1ABC234,BEL,x,C,,,,,,", "'country' must be two letters or empty, not 'BEL'"),
        ("1ABC234,B1,x,C,,,,,,", "'country' must be two letters or empty, not 'B1'"),
        ("1ABC234,BE,,C,,,,,,", "'reason' is empty; every entry needs one"),
        ("1ABC234,BE,\(String(repeating: "x", count: 1001)),C,,,,,,", "'reason' has more than 1000 bytes"),
        ("1ABC234,BE,x,\(String(repeating: "C", count: 256)),,,,,,", "'case' has more than 255 bytes"),
        ("1ABC234,BE,x,C,101,,,,,", "'priority' must be 0 to 100, not '101'"),
        ("1ABC234,BE,x,C,-1,,,,,", "'priority' must be 0 to 100, not '-1'"),
        ("1ABC234,BE,x,C,high,,,,,", "'priority' must be 0 to 100, not 'high'"),
        ("1ABC234,BE,x,C,,2026-02-30,,,,", "'valid_from' must be a date or an instant in UTC in whole seconds"),
        ("1ABC234,BE,x,C,,,tomorrow,,,", "'valid_to' must be a date or an instant in UTC in whole seconds"),
        ("1ABC234,BE,x,C,,,2026-01-01T00:00:00.5Z,,,", "'valid_to' must be a date or an instant in UTC in whole sec"),
        ("1ABC234,BE,x,C,,1969-12-31,,,,", "'valid_from' must be a date or an instant in UTC in whole seconds"),
        ("1ABC234,BE,x,C,,2026-01-01,2026-01-01,,,", "'valid_from' must be before 'valid_to'"),
        ("1ABC234,BE,x,C,,2026-01-02,2026-01-01,,,", "'valid_from' must be before 'valid_to'"),
        ("1ABC234,BE,x,C,,,,,,maybe", "'covert' must be yes or no, not 'maybe'"),
    ])
    func aBadLineIsToldWithItsNumberAndWhy(line: String, message: String) throws {
        // Two good lines of other words about it, a remark and an empty line: numbers are those of the file.
        let good = "2ABC234,,a,C,,,,,,\n# remark\n\n"
        let outcome = try Self.read(Self.header + "\n" + good + line + "\n3ABC234,,b,C,,,,,,")
        #expect(outcome.marks == ["2ABC234", "3ABC234"] && outcome.wordings.map(\.reason) == ["a", "b"])
        #expect(outcome.problems.count == 1)
        let problem = outcome.problems.first ?? ""
        #expect(problem.hasPrefix("l.csv:5: \(message)"), "\(problem)")
    }

    @Test func aCaseNumberIsNeededUnlessTheListHasOne() throws {
        let text = "plate,country,reason,case\n1ABC234,,x,\n2ABC234,,x,C2\n"
        let needed = try Self.read(text, defaultCase: "")
        #expect(needed.problems == ["l.csv:2: 'case' is empty; every entry needs a case number"])
        #expect(needed.cases == ["C2"])
        let given = try Self.read(text, defaultCase: "D")
        #expect(given.problems.isEmpty && given.cases == ["D", "C2"])
    }

    /// Quoted, with blanks, or with quotes inside: as every other column.
    @Test func aCaseNumberIsReadAsOtherFieldsAre() throws {
        let text = "plate,country,reason,case\n1A,, x ,\"a, \"\"b\"\"\"\n2A,,x, C 1 \n3A,,x,\"\n\"\n4A,,x,   \n"
        let outcome = try Self.read(text)
        #expect(outcome.problems.isEmpty)
        #expect(outcome.cases == ["a, \"b\"", "C 1", "\n", "D"])
        #expect(Set(outcome.wordings.map(\.reason)) == ["x"])
    }

    /// Texts of every kind: the way without strings takes and refuses the same as the plain one.
    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func platesAreReadAsPlatesAre(seed: UInt64) throws {
        var random = Random(seed: seed)
        let alphabet = Array("AZaz09 -.Üéß１Ａ·_'/€Жıſ\t")
        for _ in 0..<300 {
            let text = String((0..<1 + random.below(14)).map { _ in alphabet[random.below(alphabet.count)] })
            let outcome = try Self.read("plate,country,reason\n\(text),,x\n")
            let plate = try? Plate(text)
            #expect(outcome.marks == (plate.map { [$0.description] } ?? []), "'\(text)'")
            #expect(outcome.problems.count == (plate == nil ? 1 : 0), "'\(text)'")
        }
    }

    @Test func problemsPastTheThousandthAreCounted() throws {
        let text = "plate,country,reason\n" + String(repeating: ",,\n", count: InputProblems.keptMax + 5)
        try Fixture.bytes(text) { bytes in
            var file = try BlacklistFile(file: "l.csv", bytes: bytes, defaultCase: "D")
            let row = file.next()
            #expect(row == nil)
            #expect(file.problems.total == InputProblems.keptMax + 5)
            #expect(file.problems.problems.count == InputProblems.keptMax)
            #expect(file.problems.description.hasSuffix("\n... and 5 more"))
        }
    }

    // MARK: All or nothing

    @Test func nothingIsHalfLoaded() throws {
        let folder = try ListFolder()
        let good = try folder.write("good", "plate,country,reason\n1ABC234,,x\nA?C*,,x")
        let faulty = try folder.write("faulty", "plate,country,reason\n2ABC234,,x\n,,x\n3ABC234,,x\n4ABC234,BEL,x")
        let worse = try folder.write("worse", "plate,reason\n5ABC234,x")
        let blacklists = Blacklists(shards: 1)
        do {
            try blacklists.load([good, faulty, worse])
            Issue.record("a faulty file was taken")
        } catch let error as InputProblems {
            #expect(error.problems.map(\.line) == [3, 5, 1])
            #expect(error.problems.map(\.file) == [faulty.path, faulty.path, worse.path])
        }
        #expect(blacklists.entryCount == 0 && blacklists.counts.isEmpty)
        try folder.write("faulty", "plate,country,reason\n2ABC234,,x")
        try blacklists.load([good, faulty])
        #expect(blacklists.entryCount == 3)
        #expect(blacklists.counts.map(\.list) == ["good", "faulty"])
        #expect(blacklists.counts.map(\.entries) == [2, 1])
    }

    @Test func aBroadListIsBounded() throws {
        let folder = try ListFolder()
        // Plates of three characters have no edits: the bound is on entries, not on what they cost.
        func write(_ count: Int) throws -> BlacklistConfiguration {
            let plates = (0..<count).map { "\($0 % 1000),,x" }.joined(separator: "\n")
            return try folder.write("b", "plate,country,reason\n\(plates)", tolerance: .broad)
        }
        let (max, tooLong) = (Tolerance.broadEntriesMax, BlacklistError.broadListTooLong("b"))
        #expect(throws: tooLong) { try Blacklists(shards: 1).load([try write(max + 1)]) }
        let blacklists = Blacklists(shards: 1)
        try blacklists.load([try write(max)])
        let new = EntryDetails(list: "b", mark: "7", reason: "x", caseNumber: "N")
        #expect(throws: tooLong) { try blacklists.apply([.add(new)]) }
        #expect(throws: tooLong) { try blacklists.reload([try write(max + 1)]) }
        #expect(blacklists.entryCount == max)
        try blacklists.apply([.add(new), .remove(list: "b", mark: "7", caseNumber: "D")])
        #expect(blacklists.entryCount == max)
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        let list = BlacklistConfiguration(name: "l", path: "/nowhere/l.csv", defaultCase: "D")
        let error = #expect(throws: SystemError.self) { try Blacklists(shards: 1).load([list]) }
        #expect("\(try #require(error))".contains("/nowhere/l.csv"))
    }
}
