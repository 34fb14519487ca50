import Testing

@testable import ANPRCore

@Suite struct NormalisationTests {
    @Test(arguments: [
        ("1-abc-234", "1ABC234"), (" 1 ABC\t234 ", "1ABC234"), ("1.ABC.234", "1ABC234"), ("AA/12:34_5|6", "AA123456"),
        ("AB\u{b7}C\u{2013}1\u{2212}2\u{a0}3\u{2022}4", "ABC1234"),  // dots, dashes, a hard blank
        ("MÜ-ÖÄ 123", "MUOA123"), ("çñøý", "CNOY"), ("ŁÓDŹ1", "LODZ1"), ("ÿŸ", "YY"),
        ("e\u{301}1\u{308}u\u{308}", "E1U"),  // combining marks after their letter
        ("１ＡＢｃ－２３４", "1ABC234"),  // full width
        ("1ABC234XYZ89", "1ABC234XYZ89"), ("1-ABC-234-XYZ-89", "1ABC234XYZ89"),  // twelve, and twelve beside separators
    ])
    func becomesThePlate(text: String, plate: String) throws {
        #expect(try Plate(text).description == plate)
    }

    @Test(arguments: [
        ("", PlateError.empty), (" - . ", .empty), ("\u{301}", .empty),
        ("1ABC234XYZ890", .tooLong), ("0000000000000", .tooLong),
        ("1ABC?34", .unsupportedCharacter("?")), ("AB*", .unsupportedCharacter("*")),
        ("AБ1", .unsupportedCharacter("Б")),
        ("1,2", .unsupportedCharacter(",")), ("ß", .unsupportedCharacter("ß")), ("A\n", .unsupportedCharacter("\n")),
        ("A\0", .unsupportedCharacter("\0")), ("🚗", .unsupportedCharacter("🚗")),
    ])
    func isRefusedWithItsCause(text: String, error: PlateError) {
        #expect(throws: error) { try Plate(text) }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func isItsOwnNormalForm(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<300 {
            let text = PlateTests.text(&random)
            var dressed = ""
            for c in text {
                if random.chance(0.2) { dressed += ["-", " ", ".", "\u{2013}"][random.below(4)] }
                dressed += random.chance(0.5) ? String(c).lowercased() : String(c)
            }
            #expect(try Plate(dressed).description == text, "\(dressed)")
        }
    }

    @Test func errorsSayWhatWasWrong() {
        #expect(PlateError.tooLong.description == "more than 12 letters and digits")
        #expect(PlateError.unsupportedCharacter("?").description == "character U+3F is no letter or digit")
    }
}
