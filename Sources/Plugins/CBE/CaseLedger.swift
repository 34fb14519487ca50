import ANPRCore

/// What this plugin has decided already, in this run and in those before it: the identities that were decided, and the
/// numbers that were given. Changes by `CaseEvent` alone.
struct CaseLedger {
    private(set) var identities: Set<SectionRecordID> = []
    private(set) var numbers: Set<UInt64> = []

    /// About four years of the country's immediate perceptions. At the bound the plugin stops with an error: to forget
    /// an identity would be to fine twice.
    static let identitiesMax = 1 << 23
    static let stateVersion: UInt16 = 1

    var count: Int { identities.count }

    /// False when it is there already, whole or in part.
    mutating func insert(_ event: CaseEvent) -> Bool {
        guard identities.insert(event.id).inserted else { return false }
        return event.number == 0 || numbers.insert(event.number).inserted
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(identities.count))
        for id in identities { CaseEvent.append(id, to: &bytes) }
        bytes.append(number: UInt32(numbers.count))
        for number in numbers { bytes.append(number: number) }
    }

    /// Nil when the bytes are not what `write` wrote.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        guard let count = reader.number(UInt32.self) else { return nil }
        for _ in 0..<count {
            guard let id = CaseEvent.identity(&reader) else { return nil }
            identities.insert(id)
        }
        guard let numberCount = reader.number(UInt32.self) else { return nil }
        for _ in 0..<numberCount {
            guard let number = reader.number(UInt64.self) else { return nil }
            numbers.insert(number)
        }
        guard reader.isAtEnd else { return nil }
    }

    init() {}
}

struct LedgerFull: Error, CustomStringConvertible {
    var description: String {
        "CBE holds \(CaseLedger.identitiesMax) decisions, as many as it may; start it on a new folder"
    }
}
