import Testing

@testable import SaRA

@Suite struct SaRALanguageTests {
    @Test func codesAreReadBack() {
        for language in Language.allCases { #expect(Language(code: language.code) == language) }
    }
}
