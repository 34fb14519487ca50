import PluginKit

/// A SHA-256 as four words, so that a million of them lie flat.
struct Digest: Equatable, BitwiseCopyable, Sendable, CustomStringConvertible {
    private let words: InlineArray<4, UInt64>

    /// Before the first entry of a chain.
    static let none = Digest(words: InlineArray(repeating: 0))

    private init(words: InlineArray<4, UInt64>) { self.words = words }

    /// The digest of these bytes.
    init(of bytes: [UInt8]) {
        // SAFE: a digest is 32 bytes.
        self.init(SHA256.digest(bytes).bytes[...])
    }

    /// 32 bytes.
    init(_ bytes: some Collection<UInt8>) {
        precondition(bytes.count == 32)
        var words = InlineArray<4, UInt64>(repeating: 0)
        for (i, byte) in bytes.enumerated() { words[i / 8] = words[i / 8] << 8 | UInt64(byte) }
        self.words = words
    }

    /// 64 hexadecimal digits.
    init?(hex text: String) {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        self.init(stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }

    func append(to bytes: inout [UInt8]) {
        for i in 0..<4 { withUnsafeBytes(of: words[i].bigEndian) { bytes.append(contentsOf: $0) } }
    }

    var description: String {
        (0..<4).map { i in
            let digits = String(words[i], radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    static func == (a: Digest, b: Digest) -> Bool { (0..<4).allSatisfy { a.words[$0] == b.words[$0] } }
}
