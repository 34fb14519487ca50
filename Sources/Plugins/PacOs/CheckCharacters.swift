/// Check characters by ISO/IEC 7064, over the digits and the letters A to Z (A is 10, Z is 35).
enum CheckCharacters: String, CaseIterable, Sendable {
    /// Two digits (pure system): every wrong character and every two neighbours that changed places are found.
    case mod97 = "mod97_10"
    /// One digit or letter (hybrid system): every wrong character is found, and nearly all changed neighbours.
    case mod36 = "mod37_36"

    var count: Int { self == .mod97 ? 2 : 1 }

    /// Nil when the text holds anything but digits and capital letters.
    func characters(for text: some Sequence<UInt8>) -> [UInt8]? {
        switch self {
        case .mod97:
            guard let remainder = Self.remainder97(text) else { return nil }
            // Two more digits shift the number by 100; the whole shall leave 1.
            let check = 98 - remainder * 100 % 97
            return [UInt8(0x30 + check / 10), UInt8(0x30 + check % 10)]
        case .mod36:
            guard let product = Self.product36(text) else { return nil }
            return [Self.character((37 - product) % 36)]
        }
    }

    /// Whether the last characters of the text check those before them.
    func check(_ text: [UInt8]) -> Bool {
        guard text.count > count, let expected = characters(for: text.dropLast(count)) else { return false }
        return text.suffix(count).elementsEqual(expected)
    }

    static func value(_ character: UInt8) -> Int? {
        switch character {
        case 0x30...0x39: Int(character - 0x30)
        case 0x41...0x5a: Int(character - 0x41) + 10
        default: nil
        }
    }

    private static func character(_ value: Int) -> UInt8 { UInt8(value < 10 ? 0x30 + value : 0x41 + value - 10) }

    /// A letter stands for its two digits, as in an IBAN.
    private static func remainder97(_ text: some Sequence<UInt8>) -> Int? {
        var remainder = 0
        for character in text {
            guard let value = value(character) else { return nil }
            remainder = (value < 10 ? remainder * 10 + value : remainder * 100 + value) % 97
        }
        return remainder
    }

    private static func product36(_ text: some Sequence<UInt8>) -> Int? {
        var product = 36
        for character in text {
            guard let value = value(character) else { return nil }
            let sum = (product + value) % 36
            product = (sum == 0 ? 36 : sum) * 2 % 37
        }
        return product
    }
}
