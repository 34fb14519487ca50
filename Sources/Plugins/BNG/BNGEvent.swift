import ANPRCore

/// The events of the ledger. A number is never used for another layout.
enum BNGEvent: Equatable {
    /// The first version of a record; `number` is the next one.
    case recorded(number: UInt32, RecordCategory, key: String, NewVersion)
    /// A further one. An archived record is active again.
    case versioned(record: UInt32, NewVersion)
    /// Archived records are active again.
    case linked(NewLink)
    case linkEnded(link: UInt32, atNs: Nanoseconds, by: String, note: String)
    case archived(record: UInt32, dueDay: Int32)
    case erased(record: UInt32)
    case exchanged(Move)
    /// The judicial database was asked once more; when nothing came until then, it is asked again.
    case asked(record: UInt32, waitNs: Nanoseconds)

    /// A step of a PV's exchange with the judicial database; the first one begins it.
    struct Move: Equatable {
        let record: UInt32
        let to: ExchangePhase
        /// The version that is meant, from 1.
        let version: UInt32
        let atNs: Nanoseconds
        var waitNs: Nanoseconds = .max
        var cause = ""
    }

    private enum Kind: UInt16 {
        case recorded = 1, versioned, linked, linkEnded, archived, erased, exchanged, asked
    }

    private var kind: Kind {
        switch self {
        case .recorded: .recorded
        case .versioned: .versioned
        case .linked: .linked
        case .linkEnded: .linkEnded
        case .archived: .archived
        case .erased: .erased
        case .exchanged: .exchanged
        case .asked: .asked
        }
    }

    func append(to events: inout LedgerEvents) { events.append(kind.rawValue) { write(into: &$0) } }

    private func write(into bytes: inout [UInt8]) {
        switch self {
        case .recorded(let number, let category, let key, let version):
            bytes.append(number: number)
            bytes.append(number: category.rawValue)
            bytes.append(text: key)
            version.write(into: &bytes)
        case .versioned(let record, let version):
            bytes.append(number: record)
            version.write(into: &bytes)
        case .linked(let link): link.write(into: &bytes)
        case .linkEnded(let link, let atNs, let by, let note):
            bytes.append(number: link)
            bytes.append(number: atNs)
            bytes.append(text: by)
            bytes.append(text: note)
        case .archived(let record, let dueDay):
            bytes.append(number: record)
            bytes.append(number: dueDay)
        case .erased(let record): bytes.append(number: record)
        case .exchanged(let move):
            bytes.append(number: move.record)
            bytes.append(number: move.to.rawValue)
            bytes.append(number: move.version)
            bytes.append(number: move.atNs)
            bytes.append(number: move.waitNs)
            bytes.append(text: move.cause)
        case .asked(let record, let waitNs):
            bytes.append(number: record)
            bytes.append(number: waitNs)
        }
    }

    /// Nil when it is none of these.
    init?(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        guard let kind = Kind(rawValue: event.kind), let number = Self.number(kind, &reader),
            let read = Self.read(kind, number, &reader), reader.isAtEnd
        else { return nil }
        self = read
    }

    /// What most of them begin with.
    private static func number(_ kind: Kind, _ reader: inout ByteReader) -> UInt32? {
        kind == .linked ? 0 : reader.number(UInt32.self)
    }

    private static func read(_ kind: Kind, _ number: UInt32, _ reader: inout ByteReader) -> BNGEvent? {
        switch kind {
        case .recorded:
            guard let category = reader.number(UInt8.self).flatMap(RecordCategory.init(rawValue:)),
                let key = reader.text(), let version = NewVersion(&reader)
            else { return nil }
            return .recorded(number: number, category, key: key, version)
        case .versioned: return NewVersion(&reader).map { .versioned(record: number, $0) }
        case .linked: return NewLink(&reader).map { .linked($0) }
        case .linkEnded:
            guard let atNs = reader.number(Nanoseconds.self), let by = reader.text(), let note = reader.text()
            else { return nil }
            return .linkEnded(link: number, atNs: atNs, by: by, note: note)
        case .archived: return reader.number(Int32.self).map { .archived(record: number, dueDay: $0) }
        case .erased: return .erased(record: number)
        case .exchanged: return move(number, &reader).map { .exchanged($0) }
        case .asked: return reader.number(Nanoseconds.self).map { .asked(record: number, waitNs: $0) }
        }
    }

    private static func move(_ record: UInt32, _ reader: inout ByteReader) -> Move? {
        guard let to = reader.number(UInt8.self).flatMap(ExchangePhase.init(rawValue:)),
            let version = reader.number(UInt32.self), let atNs = reader.number(Nanoseconds.self),
            let waitNs = reader.number(Nanoseconds.self), let cause = reader.text()
        else { return nil }
        return Move(record: record, to: to, version: version, atNs: atNs, waitNs: waitNs, cause: cause)
    }
}
