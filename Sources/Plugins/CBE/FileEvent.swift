import ANPRCore

/// What happens to files, as the ledger keeps it. Kinds 1 to 3 are of the first version (`CaseEvent`), read only.
/// A kind keeps its number and its layout for ever.
enum FileEvent: Equatable {
    case opened(FineFile, day: Int32)
    case moved(Move)
    case holderNamed(UInt64, Holder)
    /// By a person's verdict: the offence as it stands now, and what it comes to.
    case charged(UInt64, Offence, Charge, by: String)
    /// The document for Justice, with the letter in it.
    case lettered(UInt64, [UInt8])
    case batched(Batch)
    case sealed(UInt32, signature: [UInt8])
    case paid(UInt64, cents: Int64, reference: String)
    case alarmed(UInt64, level: UInt8, nextNs: Nanoseconds)
    /// A question was sent; when nothing came until then, `.time` looks again.
    case asked(UInt64, waitNs: Nanoseconds)
    /// Justice was asked whether it has a batch's manifest, and has it.
    case batchKept(UInt32)

    struct Move: Equatable {
        let number: UInt64
        let to: FilePhase
        let cause: String
        let waitNs: Nanoseconds
        /// The local day on which it happened, for reports.
        let day: Int32
    }

    private enum Kind: UInt16 {
        case opened = 4, moved, holderNamed, charged, lettered, batched, sealed, paid, alarmed, asked, batchKept
    }

    private var kind: Kind {
        switch self {
        case .opened: .opened
        case .moved: .moved
        case .holderNamed: .holderNamed
        case .charged: .charged
        case .lettered: .lettered
        case .batched: .batched
        case .sealed: .sealed
        case .paid: .paid
        case .alarmed: .alarmed
        case .asked: .asked
        case .batchKept: .batchKept
        }
    }

    func append(to events: inout LedgerEvents) { events.append(kind.rawValue) { write(into: &$0) } }

    private func write(into bytes: inout [UInt8]) {
        switch self {
        case .opened(let file, let day):
            bytes.append(number: day)
            file.write(into: &bytes)
        case .moved(let move):
            bytes.append(number: move.number)
            bytes.append(number: move.to.rawValue)
            bytes.append(text: move.cause)
            bytes.append(number: move.waitNs)
            bytes.append(number: move.day)
        case .holderNamed(let number, let holder):
            bytes.append(number: number)
            holder.write(into: &bytes)
        case .charged(let number, let offence, let charge, let by):
            bytes.append(number: number)
            offence.write(into: &bytes)
            charge.write(into: &bytes)
            bytes.append(text: by)
        case .lettered(let number, let document):
            bytes.append(number: number)
            bytes.append(blob: document)
        case .batched(let batch): batch.write(into: &bytes)
        case .sealed(let batch, let signature):
            bytes.append(number: batch)
            bytes.append(blob: signature)
        case .paid(let number, let cents, let reference):
            bytes.append(number: number)
            bytes.append(number: cents)
            bytes.append(text: reference)
        case .alarmed(let number, let level, let nextNs):
            bytes.append(number: number)
            bytes.append(number: level)
            bytes.append(number: nextNs)
        case .asked(let number, let waitNs):
            bytes.append(number: number)
            bytes.append(number: waitNs)
        case .batchKept(let batch): bytes.append(number: batch)
        }
    }
}

extension FileEvent {
    /// Nil when it is none of these.
    init?(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        guard let kind = Kind(rawValue: event.kind), let read = Self.read(kind, &reader), reader.isAtEnd else {
            return nil
        }
        self = read
    }

    private static func read(_ kind: Kind, _ reader: inout ByteReader) -> FileEvent? {
        switch kind {
        case .opened:
            guard let day = reader.number(Int32.self), let file = FineFile(&reader) else { return nil }
            return .opened(file, day: day)
        case .batched: return Batch(&reader).map { .batched($0) }
        case .batchKept: return reader.number(UInt32.self).map { .batchKept($0) }
        case .sealed:
            guard let batch = reader.number(UInt32.self), let signature = reader.blob() else { return nil }
            return .sealed(batch, signature: signature)
        default:
            guard let number = reader.number(UInt64.self) else { return nil }
            return readOfFile(kind, number, &reader)
        }
    }

    private static func readOfFile(_ kind: Kind, _ number: UInt64, _ reader: inout ByteReader) -> FileEvent? {
        switch kind {
        case .moved:
            guard let to = reader.number(UInt8.self).flatMap(FilePhase.init), let cause = reader.text(),
                let waitNs = reader.number(Nanoseconds.self), let day = reader.number(Int32.self)
            else { return nil }
            return .moved(Move(number: number, to: to, cause: cause, waitNs: waitNs, day: day))
        case .holderNamed: return Holder(&reader).map { .holderNamed(number, $0) }
        case .charged:
            guard let offence = Offence(&reader), let charge = Charge(&reader), let by = reader.text() else {
                return nil
            }
            return .charged(number, offence, charge, by: by)
        case .lettered: return reader.blob().map { .lettered(number, $0) }
        case .paid:
            guard let cents = reader.number(Int64.self), let reference = reader.text() else { return nil }
            return .paid(number, cents: cents, reference: reference)
        case .alarmed:
            guard let level = reader.number(UInt8.self), let nextNs = reader.number(Nanoseconds.self) else {
                return nil
            }
            return .alarmed(number, level: level, nextNs: nextNs)
        case .asked: return reader.number(Nanoseconds.self).map { .asked(number, waitNs: $0) }
        case .opened, .batched, .sealed, .batchKept: return nil
        }
    }
}
