/// Error correction of Data Matrix: Reed-Solomon over GF(256) with the polynomial 0x12d, roots 2 to the 1, 2, ...
struct ReedSolomon {
    private let logarithms: [Int]
    private let powers: [UInt8]
    private static let polynomial = 0x12d
    private static let order = 255

    init() {
        var logarithms = Array(repeating: 0, count: 256)
        var powers: [UInt8] = []
        var value = 1
        for exponent in 0..<Self.order {
            powers.append(UInt8(value))
            logarithms[value] = exponent
            value <<= 1
            if value > 255 { value ^= Self.polynomial }
        }
        self.logarithms = logarithms
        self.powers = powers
    }

    func product(_ a: UInt8, _ b: UInt8) -> UInt8 {
        a == 0 || b == 0 ? 0 : powers[(logarithms[Int(a)] + logarithms[Int(b)]) % Self.order]
    }

    func power(_ exponent: Int) -> UInt8 { powers[exponent % Self.order] }

    /// The check words of a block: what is left of it when it is divided by the generator.
    func checkWords(_ data: [UInt8], count: Int) -> [UInt8] {
        let generator = generator(count)
        var rest = Array(repeating: UInt8(0), count: count)
        for word in data {
            let factor = word ^ rest[0]
            for i in 0..<count {
                let next = i + 1 < count ? rest[i + 1] : 0
                rest[i] = next ^ product(factor, generator[i])
            }
        }
        return rest
    }

    /// Zero at each root, for a block that nothing happened to.
    func syndromes(_ block: [UInt8], count: Int) -> [UInt8] {
        (1...count).map { root in block.reduce(0) { product($0, power(root)) ^ $1 } }
    }

    /// Coefficients below the leading one, highest first.
    private func generator(_ count: Int) -> [UInt8] {
        var factors: [UInt8] = [1]
        for root in 1...count {
            var next = factors + [0]
            for i in 0..<factors.count { next[i + 1] ^= product(factors[i], power(root)) }
            factors = next
        }
        return Array(factors.dropFirst())
    }
}
