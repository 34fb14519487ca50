import Testing

@testable import ANPRCore

@Suite struct NationalSyntaxTests {
    private static let table = Result { try NationalSyntaxes(path: SeedFolder.path("plates/syntaxes.csv")) }

    @Test(arguments: [
        // The table of the field: country, a plate of it, its label.
        ("BE", "1-ABC-234", "current series"), ("BE", "7ABC234", "current series"),
        ("BE", "ABC-123", "older series ABC-123"),
        ("BE", "123-ABC", "older series 123-ABC"), ("BE", "8ABC234", "international"),
        ("BE", "9ABC234", "personalised series"),
        ("BE", "QABC123", "trailer"), ("BE", "UABC123", "trailer"), ("BE", "MABC123", "motorcycle"),
        ("BE", "WABC123", "motorcycle"), ("BE", "SABC123", "moped"), ("BE", "TXAB123", "taxi"),
        ("BE", "OABC123", "old-timer"),
        ("BE", "GABC123", "agricultural"), ("BE", "ZABC123", "dealer"), ("BE", "CDAB123", "diplomatic"),
        ("BE", "W", "personalised"), ("BE", "PERSONAL", "personalised"),
        ("NL", "XX9999", "side code 1"), ("NL", "9999XX", "side code 2"), ("NL", "99XX99", "side code 3"),
        ("NL", "XX99XX", "side code 4"), ("NL", "XXXX99", "side code 5"), ("NL", "99XXXX", "side code 6"),
        ("NL", "99XXX9", "side code 7"), ("NL", "9XXX99", "side code 8"), ("NL", "XX999X", "side code 9"),
        ("NL", "X999XX", "side code 10"), ("NL", "XXX99X", "side code 11"), ("NL", "X99XXX", "side code 12"),
        ("NL", "9XX999", "side code 13"), ("NL", "999XX9", "side code 14"),
        ("NL", "CD12", "diplomatic series (digits unconfirmed)"),
        ("FR", "AB-123-CD", "national series"), ("DE", "B-A 1", "district and series"),
        ("DE", "ABC DE 1234", "district and series"), ("DE", "M AB 12E", "electric"), ("DE", "M AB 12H", "historic"),
        ("LU", "AB1234", "current series"), ("LU", "1234", "older series of digits"),
        ("LU", "12345", "older series of digits"), ("GB", "AB12CDE", "current series"),
    ])
    func labelsThePlatesOfTheTable(country: String, text: String, label: String) throws {
        let plate = try Plate(text)
        #expect(try Self.table.get().label(of: plate, country: #require(Country(country))) == label)
        #expect(
            try Self.table.get().candidates(for: plate).contains { $0.country == Country(country) && $0.label == label }
        )
    }

    @Test(arguments: [
        ("BE", "PERSONAL9"), ("NL", "1XXXX1"), ("FR", "IB123CD"), ("FR", "AB123OD"), ("FR", "AB123CU"),
        ("DE", "ABCDEF1"), ("DE", "A1"), ("DE", "AB12345"), ("DE", "AB12G"), ("LU", "123"), ("LU", "123456"),
        ("LU", "ABC123"), ("GB", "AB12CD"), ("GB", "A12CDE"),
    ])
    func labelsNoOther(country: String, text: String) throws {
        #expect(try Self.table.get().label(of: Plate(text), country: #require(Country(country))) == nil)
    }

    @Test func ranksTheCountriesThatFit() throws {
        let table = try Self.table.get()
        let belgian = table.candidates(for: try Plate("1ABC234"))
        #expect(belgian.map(\.country.description) == ["BE"])
        // A German historic plate reads as a Dutch side code 9, and fits the personalised plates of Belgium.
        let several = table.candidates(for: try Plate("AB123H"))
        #expect(several.map(\.country.description) == ["NL", "DE", "BE"])
        #expect(several.map(\.rank) == [0, 1, 9])
        #expect(table.candidates(for: try Plate("1234567890AB")).isEmpty)
        #expect(table.candidates(for: .none).isEmpty)
        #expect(table.label(of: try Plate("1ABC234"), country: .unknown) == nil)
    }

    @Test func theNotationIsExact() throws {
        #expect(try NationalSyntax("'TX'9{1-2}").matches(Plate("TX1")))
        #expect(try NationalSyntax("'TX'9{1-2}").matches(Plate("TX12")))
        #expect(try !NationalSyntax("'TX'9{1-2}").matches(Plate("TX")))
        #expect(try !NationalSyntax("'TX'9{1-2}").matches(Plate("TX123")))
        #expect(try NationalSyntax("A{0-1}A9").matches(Plate("A9")))  // gives back what it took too much
        #expect(try NationalSyntax("[1-3Q]{2}").matches(Plate("Q3")))
        #expect(try !NationalSyntax("[1-3Q]{2}").matches(Plate("Q4")))
        #expect(try NationalSyntax("X{12}").matches(Plate("1234567890AB")))
        #expect(try !NationalSyntax("X{0-12}").matches(.none))
    }

    @Test(arguments: [
        ("", NationalSyntaxError.empty), ("B", .unexpected("B")), ("a", .unexpected("a")), ("'Tx'", .unexpected("x")),
        ("'TX", .unclosed("'")), ("[1-3", .unclosed("[")), ("9{2", .unclosed("{")), ("[]", .badSet), ("[3-1]", .badSet),
        ("[1-]", .badSet), ("[a]", .badSet), ("{2}9", .badRepeat), ("9{}", .badRepeat), ("9{0}", .badRepeat),
        ("9{3-2}", .badRepeat), ("9{13}", .badRepeat), ("9{1-2-3}", .badRepeat), ("9{-1}", .badRepeat),
    ])
    func aBadSyntaxSaysWhy(text: String, error: NationalSyntaxError) {
        #expect(throws: error) { try NationalSyntax(text) }
    }

    @Test func eachBadRowIsNamedByItsLine() throws {
        let text = "country,syntax,rank,label\nBE,9,0,fine\nBEL,9,0,x\n,9,0,x\nBE,B,0,x\nBE,9,10,x\nBE,9,0,\nBE,9\n"
        let problems = try #require(throws: InputProblems.self) {
            try withBytes(text) { bytes throws(InputProblems) in try NationalSyntaxes(file: "s.csv", bytes: bytes) }
        }
        #expect(problems.problems.map(\.line) == [3, 4, 5, 6, 7, 8])
        #expect(problems.problems[2].message.hasPrefix("'syntax' 'B' has no meaning here"))
    }
}
