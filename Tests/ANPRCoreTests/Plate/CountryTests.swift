import Testing

@testable import ANPRCore

@Suite struct CountryTests {
    @Test func twoLettersOfEitherCase() throws {
        #expect(Country("BE") == Country("be"))
        #expect(Country("BE")?.description == "BE")
        #expect(Country("BE")?.code == 0x4542)  // B in the low byte, as on the wire
        #expect(Country("") == .unknown)
        #expect(Country.unknown.description == "")
    }

    @Test(arguments: ["B", "BEL", "B1", "12", "É", "B ", "@A", "[]", "b{"])
    func anythingElseIsNone(text: String) {
        #expect(Country(text) == nil)
    }
}
