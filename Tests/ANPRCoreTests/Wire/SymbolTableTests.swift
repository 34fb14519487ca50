import Testing

@testable import ANPRCore

/// The fast way from bytes to a plate, held against the plain one.
@Suite struct SymbolTableTests {
    /// Bytes of every kind: plate characters, separators, UTF-8 pieces, zeros inside, anything.
    static func text(_ random: inout Random) -> PlateText {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        let plain = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcz -./:_|".utf8)
        let pieces: [[UInt8]] = [
            Array("Ü".utf8), Array("é".utf8), Array("Ａ".utf8), Array("１".utf8), Array("–".utf8), Array("京".utf8),
            Array("🚗".utf8), Array("u\u{308}".utf8), [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff],
            [0xe2, 0x80], [0x80], [0], [0, 0], [0xc3], [0xf0, 0x9f], Array("ß".utf8), Array("\t".utf8), [0x7f], [0x2a],
        ]
        let length = random.below(17)
        let oddness = [0, 0, 0.05, 0.3, 1][random.below(5)]
        var at = 0
        while at < length {
            let piece = random.chance(oddness) ? pieces[random.below(pieces.count)] : [plain[random.below(plain.count)]]
            for byte in piece where at < 16 {
                bytes[at] = byte
                at += 1
            }
        }
        if random.below(50) == 0 { for i in 0..<16 { bytes[i] = UInt8(truncatingIfNeeded: random.next()) } }
        return PlateText(bytes: bytes)
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func agreesWithThePlainWay(seed: UInt64) {
        var random = Random(seed: seed)
        let table = SymbolTable()
        var plates = 0
        var together = Together()
        for _ in 0..<25_000 {
            let text = Self.text(&random)
            together.add(text, table)
            let expected = (try? Plate(text.string)) ?? .none
            let (plate, skeleton) = table.plate(of: text)
            let isRight = plate == expected && skeleton.word == (expected.isNone ? 0 : expected.skeleton.word)
            #expect(isRight, "\(Hexadecimal.text((0..<16).map { text.byte($0) })): \(plate), plainly \(expected)")
            plates += expected.isNone ? 0 : 1
        }
        #expect((5000...20_000).contains(plates), "both kinds must be there: \(plates) of 25,000 are plates")
        // All of them on a machine that can, none on others; what stands past ASCII is left to the single way.
        #expect(together.done == 0 || together.done > 5000, "\(together.done) texts were read side by side")
    }

    /// Each byte alone, first, last, and after a zero.
    @Test func agreesOnEveryByteEverywhere() {
        let table = SymbolTable()
        var together = Together()
        for byte in 0...255 as ClosedRange<UInt8> {
            for place in 0..<16 {
                for filler in [0x41, 0x2d, 0] as [UInt8] {
                    var bytes = InlineArray<16, UInt8>(repeating: 0)
                    for i in 0..<place { bytes[i] = filler }
                    bytes[place] = byte
                    let text = PlateText(bytes: bytes)
                    together.add(text, table)
                    let expected = (try? Plate(text.string)) ?? .none
                    #expect(table.plate(of: text).0 == expected, "\(byte) at \(place) after \(filler)")
                }
            }
        }
    }

    /// Texts as they stand in a frame, a full one at a time, read side by side and one by one.
    private struct Together {
        private var texts: [PlateText] = []
        var done = 0

        mutating func add(_ text: PlateText, _ table: borrowing SymbolTable) {
            texts.append(text)
            guard texts.count == 43 else { return }
            let reads = texts.map { WireRead(capturedNs: .max, text: $0) }
            var words = [UInt64](repeating: 0, count: 128)
            let bits = reads.withUnsafeBytes { bytes in
                words.withUnsafeMutableBufferPointer { words in
                    table.plates(
                        of: bytes.baseAddress! + FrameLayout.textAt, stride: FrameLayout.readBytes, count: reads.count,
                        words.baseAddress!, words.baseAddress! + 64)
                }
            }
            for (i, text) in texts.enumerated() where bits >> UInt64(i) & 1 != 0 {
                let (plate, skeleton) = table.plate(of: text)
                let isRight = words[i] == plate.word && words[64 + i] == skeleton.word
                #expect(isRight, "\(Hexadecimal.text((0..<16).map { text.byte($0) })): \(words[i]), not \(plate.word)")
                done += 1
            }
            #expect(bits >> UInt64(texts.count) == 0)
            texts = []
        }
    }
}
