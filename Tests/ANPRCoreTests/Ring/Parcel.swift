/// What the races send: a cache line whose words all follow from its number, so that a torn or stale slot shows.
struct Parcel: BitwiseCopyable, Equatable, Sendable {
    var number: UInt64
    private let words: InlineArray<7, UInt64>

    init(_ number: UInt64) {
        self.number = number
        var words = InlineArray<7, UInt64>(repeating: 0)
        for i in 0..<7 { words[i] = Self.word(number, i) }
        self.words = words
    }

    private static func word(_ number: UInt64, _ place: Int) -> UInt64 {
        (number &+ 1) &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(place)
    }

    var isWhole: Bool {
        for i in 0..<7 where words[i] != Self.word(number, i) { return false }
        return true
    }

    static func == (a: Parcel, b: Parcel) -> Bool { a.number == b.number && a.isWhole && b.isWhole }
}
