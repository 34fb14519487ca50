import Testing

@testable import ANPRCore

struct NaiveMatcherTests {
    private func kinds(_ text: String, _ entries: [NaiveEntry], atNs: Nanoseconds = 0) throws -> [String] {
        var matcher = NaiveMatcher(entries)
        return try matcher.match(Plate(text), atNs: atNs).map { "\(entries[$0.entry].mark) \($0.kind.name)" }
    }

    @Test func exactWinsOverLookAlikeOverPattern() throws {
        let entries = [
            NaiveEntry(mark: "1AB*", priority: 0),
            NaiveEntry(tolerance: .strict, mark: "1ABC23A", priority: 0),
            NaiveEntry(mark: "1-ABC-234", priority: 99),
            NaiveEntry(tolerance: .strict, mark: "1A8C234", priority: 1),
        ]
        #expect(try kinds("1ABC234", entries) == ["1ABC234 exact", "1A8C234 look_alike", "1AB* pattern"])
    }

    @Test func allowsAsManyLookAlikesAsTheListDoes() throws {
        func at(_ tolerance: Tolerance) -> [NaiveEntry] { [NaiveEntry(tolerance: tolerance, mark: "1OBS23Z")] }
        // B for 8; B for 8 and S for 5; and O for 0 as well.
        let reads = ["1O8S23Z", "1O8523Z", "108523Z"]
        #expect(try reads.map { try kinds($0, at(.exact)).count } == [0, 0, 0])
        #expect(try reads.map { try kinds($0, at(.strict)).count } == [1, 0, 0])
        #expect(try reads.map { try kinds($0, at(.balanced)).count } == [1, 1, 0])
        #expect(try reads.map { try kinds($0, at(.broad)).count } == [1, 1, 0])
    }

    @Test func broadAllowsOneEdit() throws {
        let entries = [NaiveEntry(tolerance: .broad, mark: "ABC123")]
        for read in ["XBC123", "ABC12", "BC123", "ABC1234", "AABC123", "ABXC123"] {
            #expect(try kinds(read, entries) == ["ABC123 look_alike"], "\(read)")
        }
        for read in ["XBC124", "ABC1", "ABC12345", "ACB123"] { #expect(try kinds(read, entries).isEmpty, "\(read)") }
    }

    @Test func shortPlatesMatchExactlyOnly() throws {
        let entries = [NaiveEntry(tolerance: .broad, mark: "AB1")]
        #expect(try kinds("AB1", entries) == ["AB1 exact"])
        #expect(try kinds("A81", entries).isEmpty)
        #expect(try kinds("AB12", entries).isEmpty)
    }

    @Test func judgesValidityAtTheCaptureTime() throws {
        let entries = [NaiveEntry(mark: "ABC123", fromNs: 100, toNs: 200)]
        #expect(try [99, 100, 199, 200].map { try kinds("ABC123", entries, atNs: $0).count } == [0, 1, 1, 0])
    }

    @Test func neverFiltersByCountry() throws {
        let entries = [NaiveEntry(mark: "ABC123", country: Country("FR")!)]
        #expect(try kinds("ABC123", entries).count == 1)
    }

    @Test func ordersByPriorityThenPlace() throws {
        let entries = [
            NaiveEntry(list: 0, mark: "ABC123", priority: 9), NaiveEntry(list: 1, mark: "ABC123", priority: 1),
            NaiveEntry(list: 2, mark: "ABC123", priority: 1),
        ]
        var matcher = NaiveMatcher(entries)
        #expect(try matcher.match(Plate("ABC123"), atNs: 0).map(\.entry) == [1, 2, 0])
    }

    @Test(arguments: [
        ("A?C", "ABC", true), ("A?C", "AC", false), ("*", "A", true), ("A*", "A", true), ("*C", "ABC", true),
        ("A*C*E", "ABCDE", true), ("A*C*E", "ABCD", false), ("??", "ABC", false), ("*?Z", "Z", false),
    ])
    func matchesPatterns(pattern: String, text: String, isMatch: Bool) {
        #expect(NaiveMatcher.matches(Array(text.utf8), Array(pattern.utf8)) == isMatch)
    }

    @Test func readsAListWithItsProblems() throws {
        let good =
            "plate,country,reason,priority,valid_from,valid_to\n"
            + "1-abc-234,BE,x,3,2026-01-01,\nA?C*,,y,,,2026-02-01\n"
        try Fixture.bytes(good) { bytes in
            let entries = try NaiveEntry.entries(file: "l.csv", bytes: bytes, list: 4, tolerance: .strict)
            #expect(entries.map(\.mark) == ["1ABC234", "A?C*"])
            #expect(entries[0].priority == 3 && entries[1].priority == 50 && entries[0].list == 4)
            #expect(entries[0].fromNs == Instant.parse("2026-01-01")! && entries[0].toNs == .max)
            #expect(entries[1].isPattern && !entries[1].isInForce(atNs: Instant.parse("2026-02-01")!))
        }
        try Fixture.bytes("plate,country,reason\nABC,BEL,x\n,BE,x\n") { bytes in
            #expect(throws: InputProblems.self) {
                try NaiveEntry.entries(file: "l.csv", bytes: bytes, list: 0, tolerance: .exact)
            }
        }
    }
}
