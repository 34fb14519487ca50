import Testing

@testable import ANPRCore

@Suite struct JSON5ReaderTests {
    static func read(_ text: String) throws -> JSON5Value {
        try Array(text.utf8).withUnsafeBytes { try JSON5Value(file: "a.json5", bytes: $0) }
    }

    static func problem(_ text: String) -> InputProblem? {
        do {
            _ = try read(text)
            return nil
        } catch { return error as? InputProblem }
    }

    static func number(_ text: String) throws -> Double? {
        if case .number(_, let value) = try read(text).kind { value } else { nil }
    }

    @Test func readsWhatTheStandardAdds() throws {
        let text = """
            // a remark
            {
                plain: 'it''s', "quoted": "a \\"b\\" \\u00e9 \\x41 \\ud83d\\ude97 \\
            c", /* another
                one */ $list_1: [1, +2, -3, 0xFF, .5, 5., 1e3,],
                yes: true, no: false, nothing: null,
            }
            """.replacing("it''s", with: "its")
        guard case .object(let members) = try Self.read(text).kind else { throw Self.problem(text)! }
        #expect(members.map(\.name) == ["plain", "quoted", "$list_1", "yes", "no", "nothing"])
        #expect(members.map(\.line) == [3, 3, 5, 6, 6, 6])
        #expect(members[0].value.kind == .string("its"))
        #expect(members[1].value.kind == .string("a \"b\" é A 🚗 c"))
        guard case .array(let list) = members[2].value.kind else { throw Self.problem(text)! }
        let numbers = list.map { if case .number(_, let value) = $0.kind { value } else { Double.nan } }
        #expect(numbers == [1, 2, -3, 255, 0.5, 5, 1000])
        #expect(members[3...].map(\.value.kind) == [.boolean(true), .boolean(false), .null])
    }

    @Test func readsNumbersThatAreNone() throws {
        #expect(try Self.number("-Infinity") == -.infinity)
        #expect(try Self.number("NaN")!.isNaN)
        #expect(try Self.number("\u{FEFF} 7 ") == 7)
    }

    @Test(
        arguments: [
            ("", 1, "a value is missing"), ("{a: 1", 1, "',' or '}' is missing"),
            ("{\n a 1}", 2, "':' is missing after 'a'"),
            ("[1 2]", 1, "',' or ']' is missing"), ("{a: 1}\n}", 2, "nothing may follow"),
            ("{a: 1,\na: 2}", 2, "'a' stands twice, first on line 1"), ("'a\n'", 1, "a text must end on the line"),
            ("/* a\n", 1, "this comment has no end"), ("/a", 1, "a single '/'"), ("01", 1, "'01' is no number"),
            ("1.2.3", 1, "'1.2.3' is no number"), ("0xg", 1, "'0xg' is no number"), (".", 1, "'.' is no number"),
            ("yes", 1, "'yes' is no value; a text stands in quotes"), ("'\\ud83d'", 1, "half a surrogate pair"),
            ("'\\xg0'", 1, "2 hexadecimal digits"), ("'\\1'", 1, "a backslash before a digit"),
            ("'abc", 1, "the text ends inside quotes"),
        ])
    func namesTheLineOfWhatIsWrong(text: String, line: Int, message: String) throws {
        let problem = try #require(Self.problem(text))
        #expect(problem.line == line && problem.file == "a.json5")
        #expect(problem.message.hasPrefix(message), "\(problem.message)")
    }

    @Test func boundsItsDepth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(Self.problem(nested(JSON5Reader.depthMax)) == nil)
        #expect(Self.problem(nested(JSON5Reader.depthMax + 1))?.message.hasPrefix("more than 32 levels") == true)
    }

    /// Whatever the bytes are, the reader ends, and a text that was cut is no text.
    @Test(arguments: 1...8) func standsAnyBytes(seed: Int) throws {
        let whole = Array("{a: [1, -2.5e+3, 'x\\u00e9'], /* c */ b: {c: null, 'd': true}, // e\n f: 0x1F}".utf8)
        for end in 0..<whole.count { #expect(Self.problem(String(decoding: whole[..<end], as: UTF8.self)) != nil) }
        var random = Random(seed: UInt64(seed))
        for _ in 0..<2000 {
            var bytes = whole
            for _ in 0..<1 + random.below(4) { bytes[random.below(bytes.count)] = UInt8(random.below(256)) }
            bytes.withUnsafeBytes { _ = try? JSON5Value(file: "a", bytes: $0) }
        }
    }
}
