import Testing

@testable import ANPRCore

@Suite struct PlateTextTests {
    @Test(arguments: ["", "1", "1-ABC-234", "12345678", "123456789", "0123456789abcdef", "MÜ 1", "京A12345"])
    func keepsWhatFits(text: String) {
        var wasCut = true
        let kept = PlateText(text, wasCut: &wasCut)
        #expect(kept.string == text)
        #expect(kept.byteCount == text.utf8.count)
        #expect(!wasCut)
    }

    @Test(arguments: [
        ("0123456789abcdefg", "0123456789abcdef"),
        ("0123456789abcdeÜ", "0123456789abcde"),  // two bytes where one is left
        ("0123456789abcd京", "0123456789abcd"),
        ("0123456789abcdeu\u{308}", "0123456789abcde"),  // a letter is not cut from its mark
    ])
    func cutsAtACharactersEdge(text: String, kept: String) {
        var wasCut = false
        #expect(PlateText(text, wasCut: &wasCut).string == kept)
        #expect(wasCut)
    }

    @Test func bytesStandInOrder() {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        for i in 0..<16 { bytes[i] = UInt8(0x41 + i) }
        let text = PlateText(bytes: bytes)
        for i in 0..<16 { #expect(text.byte(i) == UInt8(0x41 + i)) }
        #expect(text.string == "ABCDEFGHIJKLMNOP")
        #expect(PlateText(low: text.low, high: text.high) == text)
    }

    @Test func whatIsNoUTF8StillShows() {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        bytes[0] = 0x41
        bytes[1] = 0xff
        #expect(PlateText(bytes: bytes).string == "A\u{fffd}")
    }
}
