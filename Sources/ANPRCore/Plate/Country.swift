/// Two ASCII letters in one word, the first in the low byte; 0 when unknown. As on the wire.
package struct Country: BitwiseCopyable, Hashable, Sendable, CustomStringConvertible {
    package let code: UInt16

    @inline(__always)
    package init(code: UInt16) { self.code = code }

    package static let unknown = Country(code: 0)

    /// Two letters of either case, or empty for unknown; nil for anything else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        if bytes.isEmpty {
            self = .unknown
            return
        }
        guard bytes.count == 2, bytes.allSatisfy({ (0x41...0x5a).contains($0 & 0xdf) }) else { return nil }
        code = UInt16(bytes[0] & 0xdf) | UInt16(bytes[1] & 0xdf) << 8
    }

    package var description: String {
        guard code != 0 else { return "" }
        return String(decoding: [UInt8(truncatingIfNeeded: code), UInt8(code >> 8)], as: UTF8.self)
    }
}
