/// Bytes as text (RFC 4648), for files that travel in a JSON line.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func text(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        for at in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - at)
            var word = UInt32(0)
            for i in 0..<3 { word = word << 8 | UInt32(i < count ? bytes[at + i] : 0) }
            for i in 0..<4 { out.append(i <= count ? digits[Int(word >> UInt32(18 - 6 * i)) & 63] : UInt8(ascii: "=")) }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil when a character is none of its digits, or some are missing.
    package static func bytes(_ text: String) -> [UInt8]? {
        let utf8 = Array(text.utf8)
        let padding = utf8.suffix(2).count { $0 == UInt8(ascii: "=") }
        guard utf8.count % 4 == 0 else { return nil }
        var out: [UInt8] = []
        var word = UInt32(0)
        for (i, byte) in utf8.enumerated() {
            if i < utf8.count - padding {
                guard let digit = value(byte) else { return nil }
                word = word << 6 | UInt32(digit)
            } else {
                word <<= 6
            }
            guard i % 4 == 3 else { continue }
            for shift in [16, 8, 0] as [UInt32] { out.append(UInt8(truncatingIfNeeded: word >> shift)) }
            word = 0
        }
        return Array(out.dropLast(padding))
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
