import Testing

@testable import ANPRCore

@Suite struct CSVReaderTests {
    /// All rows with their line numbers.
    static func rows(_ text: String, optional: [String] = ["b", "c"]) throws -> [(line: Int, fields: [String])] {
        try withBytes(text) { bytes in
            var reader = try CSVReader(file: "f.csv", bytes: bytes, required: ["a"], optional: optional)
            var out: [(Int, [String])] = []
            while reader.nextRow() { out.append((reader.line, (0..<reader.fieldCount).map { reader.text($0) })) }
            return out
        }
    }

    @Test func quotesCommasAndLines() throws {
        let rows = try Self.rows("a,b,c\n\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\"\n1,,3\n")
        #expect(rows.map(\.fields) == [["x,y", "say \"hi\"", "two\nlines"], ["1", "", "3"]])
        #expect(rows.map(\.line) == [2, 4])  // a row is named by the line on which it starts
    }

    @Test func everyLineEndAndNone() throws {
        for end in ["\n", "\r\n"] {
            let rows = try Self.rows(["a,b", "1,2", "\"3\",\"4\"", "5,"].joined(separator: end))
            #expect(rows.map(\.fields) == [["1", "2"], ["3", "4"], ["5", ""]])
            #expect(rows.map(\.line) == [2, 3, 4])
        }
    }

    @Test func aByteOrderMarkIsNoPartOfTheHeader() throws {
        #expect(try Self.rows("\u{feff}a,b\n1,2\n").map(\.fields) == [["1", "2"]])
    }

    @Test func remarksAndEmptyLinesAreSkippedAndCounted() throws {
        let rows = try Self.rows("# first\n\na,b\n# \"an open quote\n\r\n1,2\n\n#\n\"#3\",4\n")
        #expect(rows.map(\.fields) == [["1", "2"], ["#3", "4"]])
        #expect(rows.map(\.line) == [6, 9])
    }

    @Test func blanksAtTheEndsAreCut() throws {
        #expect(try Self.rows("a , B\n 1\t, 2 \n").map(\.fields) == [["1", "2"]])
    }

    @Test func columnsAreFoundByName() throws {
        try withBytes("c,a\n1,2\n3\n") { bytes in
            // Values are taken out before `#expect`, which cannot hold a reader that is not copyable.
            var reader = try CSVReader(file: "f.csv", bytes: bytes, required: ["a"], optional: ["b", "c"])
            let (a, b, c) = (reader.column("a"), reader.column("b"), reader.column("c"))
            #expect(a == 1 && b == nil && c == 0)
            var more = reader.nextRow()
            var isComplete = reader.isComplete
            var texts = [reader.text(a), reader.text(b), reader.text(c)]
            #expect(more && isComplete && texts == ["2", nil, "1"])
            more = reader.nextRow()
            isComplete = reader.isComplete
            texts = [reader.text(a), reader.text(b), reader.text(c)]
            #expect(more && !isComplete && texts == [nil, nil, "3"])  // the row is too short
            let problem = reader.problem("x").description
            #expect(problem == "f.csv:3: x")
            more = reader.nextRow()
            #expect(!more)
        }
    }

    @Test func anythingWrongWithTheHeaderIsSaid() throws {
        func problems(_ text: String) -> [String] {
            do {
                _ = try Self.rows(text)
                return []
            } catch {
                return (error as? InputProblems)?.problems.map(\.description) ?? ["\(error)"]
            }
        }
        #expect(problems("") == ["f.csv: is empty; expected a header: a"])
        #expect(problems("# only a remark\n") == ["f.csv: is empty; expected a header: a"])
        #expect(
            problems("b,d\n") == [
                "f.csv:1: column 'a' is missing", "f.csv:1: column 'd' is unknown; known: a,b,c",
            ])
        #expect(problems("#\na,b,b\n") == ["f.csv:2: a column stands twice"])
    }

    /// Fields of any content, quoted as RFC 4180 says, come back as they were.
    @Test(arguments: 0..<16 as Range<UInt64>)
    func writtenAndReadBack(seed: UInt64) throws {
        var random = Random(seed: seed)
        let characters: [Character] = ["a", "1", ",", "\"", "\n", "#", "Ü", "-"]
        for _ in 0..<60 {
            let table = (0..<random.below(6)).map { _ in
                (0..<3).map { _ in String((0..<random.below(6)).map { _ in characters[random.below(characters.count)] })
                }
            }
            let end = random.chance(0.5) ? "\n" : "\r\n"
            let lines = [["a", "b", "c"]] + table
            let text = lines.map { row in row.map { quoted($0) }.joined(separator: ",") + end }.joined()
            #expect(try Self.rows(text).map(\.fields) == table, "\(text)")
        }
    }

    private func quoted(_ field: String) -> String { "\"" + field.replacing("\"", with: "\"\"") + "\"" }
}
