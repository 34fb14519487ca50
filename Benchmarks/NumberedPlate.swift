import ANPRCore

extension Plate {
    /// How many plates of 12 characters there are.
    private static let numbers: UInt64 = 4_738_381_338_321_616_896  // 36^12

    /// A plate of 12 characters; different for different numbers below 36^12, past which they repeat.
    init(number: UInt64) {
        var rest = number % Self.numbers
        var word: UInt64 = 0
        var power: UInt64 = 1
        for _ in 0..<Limits.plateCharactersMax {
            word += (rest % 36 + 1) * power
            rest /= 36
            power &*= 37  // SAFE: 37^12 < 2^63; the product after it is not used
        }
        self.init(word: word)
    }

    /// Of its first six characters five are known, one is not; whatever follows.
    var pattern: String {
        let known = Array(description)
        return "\(String(known[0..<2]))?\(String(known[3..<6]))*"
    }
}
