import ANPRCore

/// What happened on one local day: the report's line.
struct DayTally: Equatable, Sendable {
    var created = 0
    var fines = 0
    var prosecutor = 0
    var verifications = 0
    var sent = 0
    var acknowledged = 0
    var forgotten = 0
    var paid = 0
    var paidCents = 0
    var closed = 0
    /// By Justice, by cause.
    var refused: [String: Int] = [:]

    static let causesMax = 64

    mutating func refuse(_ cause: String) {
        let isNew = refused[cause] == nil
        refused[isNew && refused.count >= Self.causesMax ? "other" : cause, default: 0] += 1
    }

    var refusedAll: Int { refused.values.reduce(0, +) }

    private static let fields: [WritableKeyPath<DayTally, Int> & Sendable] = [
        \.created, \.fines, \.prosecutor, \.verifications, \.sent, \.acknowledged, \.forgotten, \.paid, \.paidCents,
        \.closed,
    ]

    func write(into bytes: inout [UInt8]) {
        for field in Self.fields { bytes.append(number: Int64(self[keyPath: field])) }
        bytes.append(number: UInt32(refused.count))
        for (cause, count) in refused.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: cause)
            bytes.append(number: Int64(count))
        }
    }

    init() {}

    init?(_ reader: inout ByteReader) {
        for field in Self.fields {
            guard let value = reader.number(Int64.self) else { return nil }
            self[keyPath: field] = Int(value)
        }
        guard let count = reader.number(UInt32.self) else { return nil }
        for _ in 0..<count {
            guard let cause = reader.text(), let value = reader.number(Int64.self) else { return nil }
            refused[cause] = Int(value)
        }
    }
}
