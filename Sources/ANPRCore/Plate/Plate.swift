/// A registration mark: 1 to 12 characters of A-Z and 0-9, packed in one word.
///
/// Base 37, left aligned: character i (0 = end, 1...10 = 0-9, 11...36 = A-Z) stands at 37^(11-i).
/// So plates compare as their texts do, a prefix is one range of words, 0 is no plate, and bit 63 is free
/// (37^12 < 2^63).
package struct Plate: BitwiseCopyable, Hashable, Sendable, Comparable {
    package let word: UInt64

    @inline(__always)
    package init(word: UInt64) { self.word = word }

    /// No plate: what an unreadable or refused text becomes.
    package static let none = Plate(word: 0)
    /// The first word that is no plate: 37^12.
    package static let wordEnd: UInt64 = 6_582_952_005_840_035_281

    package var isNone: Bool { word == 0 }

    @inline(__always)
    package static func < (a: Plate, b: Plate) -> Bool { a.word < b.word }

    /// The symbols (0 = end), first character first.
    package var symbols: InlineArray<12, UInt8> {
        var out = InlineArray<12, UInt8>(repeating: 0)
        // WHY halves: 37^6 fits into 32 bits, where a division by 37 is one short multiplication.
        let (high, low) = halves
        Self.split(high, into: &out, at: 0)
        Self.split(low, into: &out, at: 6)
        return out
    }

    private static let halfEnd: UInt64 = 2_565_726_409  // 37^6

    /// The first six characters and the last six, each as a number below 37^6; of a word past `wordEnd`, what is left.
    private var halves: (UInt32, UInt32) {
        (
            UInt32(truncatingIfNeeded: word / Self.halfEnd % Self.halfEnd),
            UInt32(truncatingIfNeeded: word % Self.halfEnd)
        )
    }

    @inline(__always)
    private static func split(_ half: UInt32, into out: inout InlineArray<12, UInt8>, at first: Int) {
        var rest = half
        for i in stride(from: first + 5, through: first, by: -1) {
            out[i] = UInt8(truncatingIfNeeded: rest % 37)
            rest /= 37
        }
    }

    /// A plate from symbols; nil when one is past 36, or a character follows the end.
    package init?(symbols: InlineArray<12, UInt8>) {
        var word: UInt64 = 0
        var ended = false
        for i in 0..<12 {
            let s = symbols[i]
            guard s <= 36, !(ended && s != 0) else { return nil }
            if s == 0 { ended = true }
            word = word &* 37 &+ UInt64(s)  // SAFE: below 37^12 < 2^63
        }
        self.word = word
    }

    package var characterCount: Int {
        let s = symbols
        for i in 0..<12 where s[i] == 0 { return i }
        return 12
    }

    /// The folded plate: see `Skeleton`.
    package var skeleton: Skeleton {
        let (high, low) = halves
        return Skeleton(word: Self.folded(high) &* Self.halfEnd &+ Self.folded(low))  // SAFE: below 37^12
    }

    /// Six characters, folded.
    private static func folded(_ half: UInt32) -> UInt64 {
        var rest = half
        var word: UInt64 = 0
        var power: UInt64 = 1
        for _ in 0..<6 {
            word &+= UInt64(Symbol.folded(UInt8(truncatingIfNeeded: rest % 37))) &* power  // SAFE: below 37^6
            power &*= 37
            rest /= 37
        }
        return word
    }

    /// At how many places two plates of one skeleton differ.
    package func differences(from other: Plate) -> Int {
        let a = symbols
        let b = other.symbols
        var n = 0
        for i in 0..<12 where a[i] != b[i] { n += 1 }
        return n
    }
}

extension Plate: CustomStringConvertible {
    package var description: String {
        let s = symbols
        var text = ""
        for i in 0..<12 where s[i] != 0 { text.unicodeScalars.append(Unicode.Scalar(Symbol.ascii(s[i]))) }
        return text
    }
}
