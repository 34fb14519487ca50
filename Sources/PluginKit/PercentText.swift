/// A text as one part of a URL's path (RFC 3986): every byte but letters, digits and `-._~` as `%XX`.
package enum PercentText {
    package static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil when a `%` is not followed by two digits, or the bytes are no UTF-8.
    package static func decode(_ text: some StringProtocol) -> String? {
        let coded = Array(text.utf8)
        var bytes: [UInt8] = []
        var at = 0
        while at < coded.count {
            if coded[at] == UInt8(ascii: "%") {
                guard at + 2 < coded.count, let high = value(coded[at + 1]), let low = value(coded[at + 2]) else {
                    return nil
                }
                bytes.append(high << 4 | low)
                at += 3
            } else {
                bytes.append(coded[at])
                at += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: true
        default: false
        }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x41 + 10
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
