import ANPRCore

/// One decision, as the ledger keeps it: 52 bytes.
///
/// ```
///  0 section 4, entry read 12, exit read 12   28 number, 0 for a verification   36 amount, cents   44 fee, cents
/// ```
struct CaseEvent: Equatable {
    enum Kind: UInt16 { case fine = 1, prosecutor, verification }

    let kind: Kind
    let id: SectionRecordID
    var number: UInt64 = 0
    var amountCents = 0
    var feeCents = 0

    func append(to events: inout LedgerEvents) {
        events.append(kind.rawValue) { bytes in
            Self.append(id, to: &bytes)
            bytes.append(number: number)
            bytes.append(number: Int64(amountCents))
            bytes.append(number: Int64(feeCents))
        }
    }

    static func append(_ id: SectionRecordID, to bytes: inout [UInt8]) {
        for word in [
            id.section, id.entry.camera, id.entry.epoch, id.entry.sequence, id.exit.camera, id.exit.epoch,
            id.exit.sequence,
        ] {
            bytes.append(number: word)
        }
    }

    static func identity(_ reader: inout ByteReader) -> SectionRecordID? {
        func read(_ reader: inout ByteReader) -> ReadID? {
            guard let camera = reader.number(UInt32.self), let epoch = reader.number(UInt32.self),
                let sequence = reader.number(UInt32.self)
            else { return nil }
            return ReadID(camera: camera, epoch: epoch, sequence: sequence)
        }
        guard let section = reader.number(UInt32.self), let entry = read(&reader), let exit = read(&reader) else {
            return nil
        }
        return SectionRecordID(section: section, entry: entry, exit: exit)
    }
}

extension CaseEvent {
    /// Nil when it is none of CBE's.
    init?(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        guard let kind = Kind(rawValue: event.kind), let id = Self.identity(&reader),
            let number = reader.number(UInt64.self), let amount = reader.number(Int64.self),
            let fee = reader.number(Int64.self), reader.isAtEnd
        else { return nil }
        self.init(kind: kind, id: id, number: number, amountCents: Int(amount), feeCents: Int(fee))
    }
}
