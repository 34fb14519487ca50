import Testing

@testable import ANPRCore

@Suite struct PlateTests {
    static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// Any text of 1 to 12 characters that is a plate as it stands.
    static func text(_ random: inout Random) -> String {
        String((0..<1 + random.below(12)).map { _ in alphabet[random.below(alphabet.count)] })
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func packingIsInverseAndKeepsOrder(seed: UInt64) throws {
        var random = Random(seed: seed)
        var texts: [String] = []
        for _ in 0..<500 {
            let text = Self.text(&random)
            texts.append(text)
            // A neighbour that shares a prefix, or orders would rarely be decided past the first character.
            texts.append(String(text.prefix(1 + random.below(text.count))) + (text.count < 12 ? "Z" : ""))
        }
        let plates = try texts.map { try Plate($0) }
        for (text, plate) in zip(texts, plates) {
            #expect(plate.description == text)
            #expect(plate.characterCount == text.count)
            #expect(plate.word > 0 && plate.word < Plate.wordEnd)
            #expect(Plate(symbols: plate.symbols) == plate)
        }
        for i in 1..<texts.count {
            // Swift orders these texts by their scalars, as ASCII does.
            #expect((texts[i - 1] < texts[i]) == (plates[i - 1] < plates[i]), "\(texts[i - 1]) \(texts[i])")
        }
    }

    @Test func theLastPlateIsTheLastWord() throws {
        #expect(try Plate("ZZZZZZZZZZZZ").word == Plate.wordEnd - 1)
        #expect(try Plate("0").word == 177_917_621_779_460_413)  // 37^11
        #expect(Plate.none.isNone && Plate.none.characterCount == 0 && Plate.none.description == "")
    }

    @Test func symbolsThatAreNoPlateAreRefused() {
        var symbols = InlineArray<12, UInt8>(repeating: 0)
        symbols[0] = 37
        #expect(Plate(symbols: symbols) == nil)
        symbols[0] = 1
        symbols[2] = 1  // a character after the end
        #expect(Plate(symbols: symbols) == nil)
    }

    @Test func differencesAreCountedByPlace() throws {
        #expect(try Plate("1ABC234").differences(from: Plate("1ABC234")) == 0)
        #expect(try Plate("1ABC234").differences(from: Plate("IA8C234")) == 2)
        #expect(try Plate("1ABC").differences(from: Plate("1AB")) == 1)
    }
}
