import ANPRCore

/// The unique national number of an exhibit, with its check characters: at most 16 digits and capital letters, in two
/// words that are ordered as the text is.
struct ExhibitNumber: Hashable, Comparable, BitwiseCopyable, Sendable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    static let charactersMax = 16

    /// Nil when it is no text of 1 to 16 digits and capital letters. Which form it has, and whether its check
    /// characters hold, a `NumberForm` says.
    init?(_ text: some Collection<UInt8>) {
        guard (1...Self.charactersMax).contains(text.count), text.allSatisfy({ CheckCharacters.value($0) != nil })
        else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (i, byte) in text.enumerated() {
            if i < 8 {
                words.0 |= UInt64(byte) << UInt64(56 - 8 * i)
            } else {
                words.1 |= UInt64(byte) << UInt64(56 - 8 * (i - 8))
            }
        }
        (high, low) = words
    }

    init?(_ reader: inout ByteReader) {
        guard let high = reader.number(UInt64.self), let low = reader.number(UInt64.self) else { return nil }
        self.high = high
        self.low = low
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: high)
        bytes.append(number: low)
    }

    var characters: [UInt8] {
        var characters: [UInt8] = []
        appendCharacters(to: &characters)
        return characters
    }

    func appendCharacters(to bytes: inout [UInt8]) {
        for i in 0..<Self.charactersMax {
            let word = i < 8 ? high : low
            let byte = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (i % 8)))
            if byte == 0 { return }
            bytes.append(byte)
        }
    }

    var description: String { String(decoding: characters, as: UTF8.self) }

    var hash: UInt64 { spread(low ^ spread(high)) }

    static func < (a: ExhibitNumber, b: ExhibitNumber) -> Bool { (a.high, a.low) < (b.high, b.low) }
}
