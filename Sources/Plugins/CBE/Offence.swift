import ANPRCore

/// What a charge rests on: who, how much too fast, on what kind of road, when.
struct Offence: Equatable, Sendable {
    /// As it was read, or as a person corrected it.
    var plate: Plate
    var country: Country
    var excessKmh: Int
    var isProtectedZone: Bool
    /// The finding: with the exit read, the average speed is known.
    var foundNs: Nanoseconds
    /// When the copy must have gone out; nil when no row of the day says so.
    var sendBeforeNs: Nanoseconds?

    var isResident: Bool { country == CaseJudge.resident }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: plate.word)
        bytes.append(number: country.code)
        bytes.append(number: UInt16(clamping: excessKmh))
        bytes.append(number: UInt8(isProtectedZone ? 1 : 0))
        bytes.append(number: foundNs)
        bytes.append(number: sendBeforeNs ?? .max)
    }
}

extension Offence {
    init?(_ reader: inout ByteReader) {
        guard let plate = reader.number(UInt64.self), let country = reader.number(UInt16.self),
            let excess = reader.number(UInt16.self), let isProtected = reader.number(UInt8.self),
            let foundNs = reader.number(Nanoseconds.self), let sendBeforeNs = reader.number(Nanoseconds.self)
        else { return nil }
        self.init(
            plate: Plate(word: plate), country: Country(code: country), excessKmh: Int(excess),
            isProtectedZone: isProtected == 1, foundNs: foundNs,
            sendBeforeNs: sendBeforeNs == .max ? nil : sendBeforeNs)
    }
}

/// What an offence comes to.
enum Charge: Equatable, Sendable {
    /// Nobody may be charged before a person has looked.
    case open
    case fine(Fine)
    case prosecutor(ProsecutorCause)

    var fine: Fine? {
        if case .fine(let fine) = self { fine } else { nil }
    }

    var decision: String {
        switch self {
        case .open: "open"
        case .fine: "fine"
        case .prosecutor: "prosecutor"
        }
    }

    func write(into bytes: inout [UInt8]) {
        switch self {
        case .open: bytes.append(number: UInt8(0))
        case .fine(let fine):
            bytes.append(number: UInt8(1))
            bytes.append(number: UInt32(clamping: fine.amountCents))
            bytes.append(number: UInt32(clamping: fine.feeCents))
            bytes.append(text: fine.tariffStatus)
            bytes.append(text: fine.feeStatus)
        case .prosecutor(let cause):
            bytes.append(number: UInt8(2))
            bytes.append(text: cause.rawValue)
        }
    }

    init?(_ reader: inout ByteReader) {
        switch reader.number(UInt8.self) {
        case 0: self = .open
        case 1:
            guard let amount = reader.number(UInt32.self), let fee = reader.number(UInt32.self),
                let tariffStatus = reader.text(), let feeStatus = reader.text()
            else { return nil }
            self = .fine(
                Fine(
                    amountCents: Int(amount), feeCents: Int(fee), tariffStatus: tariffStatus, feeStatus: feeStatus))
        case 2:
            guard let cause = reader.text().flatMap(ProsecutorCause.init) else { return nil }
            self = .prosecutor(cause)
        default: return nil
        }
    }
}
