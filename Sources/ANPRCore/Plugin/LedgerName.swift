/// The names of a ledger's files: what they are, and the number of a transaction, 16 hexadecimal digits.
enum LedgerName: Equatable {
    /// Transactions from this one on.
    case log(UInt64)
    /// The state after this transaction.
    case snapshot(UInt64)

    static let temporarySuffix = ".new"

    /// Of a file that a crash kept from its name.
    static func isTemporary(_ text: String) -> Bool {
        text.hasSuffix(temporarySuffix) && LedgerName(String(text.dropLast(temporarySuffix.count))) != nil
    }

    init?(_ text: String) {
        if text.hasPrefix("ledger-"), text.hasSuffix(".log"),
            let number = Self.number(text.dropFirst("ledger-".count).dropLast(".log".count))
        {
            self = .log(number)
        } else if text.hasPrefix("snapshot-"), let number = Self.number(text.dropFirst("snapshot-".count)) {
            self = .snapshot(number)
        } else {
            return nil
        }
    }

    var text: String {
        switch self {
        case .log(let first): "ledger-\(Self.digits(first)).log"
        case .snapshot(let number): "snapshot-\(Self.digits(number))"
        }
    }

    private static func number(_ text: Substring) -> UInt64? {
        text.utf8.count == 16 && !text.hasPrefix("+") ? UInt64(text, radix: 16) : nil
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
