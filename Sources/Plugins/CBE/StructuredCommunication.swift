/// The reference of a Belgian bank transfer: ten digits and their remainder mod 97 (97 when it is 0), written
/// `+++090/9337/55493+++` (Febelfin's standard).
struct StructuredCommunication: Equatable, Hashable, CustomStringConvertible {
    /// The ten digits.
    let number: UInt64

    static let numberEnd: UInt64 = 10_000_000_000

    /// Nil when the number has more than ten digits.
    init?(number: UInt64) {
        guard number < Self.numberEnd else { return nil }
        self.number = number
    }

    /// From `+++ddd/dddd/ddddd+++`, or `***...***` as some banks print it, or the twelve digits alone. Nil when the
    /// form or the check digits are wrong.
    init?(_ text: String) {
        var body = Array(text.utf8)
        for mark in [UInt8(ascii: "+"), UInt8(ascii: "*")] where body.first == mark {
            guard body.count == 20, body.prefix(3).allSatisfy({ $0 == mark }), body.suffix(3).allSatisfy({ $0 == mark })
            else { return nil }
            body = Array(body[3..<17])
            guard body[3] == UInt8(ascii: "/"), body[8] == UInt8(ascii: "/") else { return nil }
            body = Array(body[0..<3] + body[4..<8] + body[9..<14])
        }
        guard body.count == 12, body.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let all = body.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) }
        number = all / 100
        guard all % 100 == checkDigits else { return nil }
    }

    var checkDigits: UInt64 { number % 97 == 0 ? 97 : number % 97 }

    /// The ten digits with their leading zeros.
    var digits: String { Self.padded(number, 10) }

    var description: String {
        let all = Array((digits + Self.padded(checkDigits, 2)).utf8)
        func part(_ range: Range<Int>) -> String { String(decoding: all[range], as: UTF8.self) }
        return "+++\(part(0..<3))/\(part(3..<7))/\(part(7..<12))+++"
    }

    private static func padded(_ value: UInt64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
