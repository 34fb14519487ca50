import ANPRCore

/// One case from its finding to its end: what was found, what it comes to, who answers for it, and where it stands.
/// Changes by `FileEvent` alone.
struct FineFile: Equatable, Sendable {
    /// Where an offence comes from; each is a file once.
    enum Origin: Hashable, Sendable {
        case record(SectionRecordID)
        /// An officer's own reference.
        case entered(String)
    }

    /// Ten digits; also of its structured communication.
    let number: StructuredCommunication
    let origin: Origin
    let pvNumber: String
    var offence: Offence
    var charge: Charge
    var phase: FilePhase
    /// Why it is where it is: reasons for a verification, a refusal's cause.
    var cause = ""
    /// When its phase is over by itself; `.max`: never.
    var waitNs: Nanoseconds
    /// When its deadline is near, or over; counts until the copy has left.
    var alarmNs: Nanoseconds
    /// The person who decided on the attribution; empty when nobody had to.
    var verifiedBy = ""
    /// JSON members: what was measured, as it was written down at the finding. Empty once nobody needs it any more.
    var finding: [UInt8] = []
    var holder: Holder?
    /// What Justice gets, sealed by its hash. Empty before the letter is made and once Justice has it.
    var document: [UInt8] = []
    /// Counts documents: a corrected one is another, and has another key.
    var version: UInt32 = 0
    var batch: UInt32 = 0
    /// Questions to a register or to Justice that were sent.
    var asks: UInt32 = 0
    /// 1: its deadline is near, 2: it is over.
    var alarms: UInt8 = 0
    var paidCents = 0
    /// Of the bank: a payment that comes twice counts once.
    var payments: [String] = []

    /// The key under which Justice gets it.
    var justiceKey: String { "\(number.digits)-\(version)" }
    var isPaidUp: Bool { charge.fine.map { paidCents >= $0.totalCents } ?? false }

    /// When `.time` must look at it next; `.max`: never.
    var dueNs: Nanoseconds { phase.isBeforeSent ? min(waitNs, alarmNs) : waitNs }

    static let paymentsMax = 64
}

extension FineFile {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number.number)
        switch origin {
        case .record(let id):
            bytes.append(number: UInt8(0))
            CaseEvent.append(id, to: &bytes)
        case .entered(let reference):
            bytes.append(number: UInt8(1))
            bytes.append(text: reference)
        }
        bytes.append(text: pvNumber)
        offence.write(into: &bytes)
        charge.write(into: &bytes)
        bytes.append(number: phase.rawValue)
        bytes.append(text: cause)
        bytes.append(number: waitNs)
        bytes.append(number: alarmNs)
        bytes.append(text: verifiedBy)
        bytes.append(blob: finding)
        bytes.append(number: UInt8(holder == nil ? 0 : 1))
        holder?.write(into: &bytes)
        bytes.append(blob: document)
        for number in [version, batch, asks] { bytes.append(number: number) }
        bytes.append(number: alarms)
        bytes.append(number: Int64(paidCents))
        bytes.append(number: UInt32(payments.count))
        for payment in payments { bytes.append(text: payment) }
    }

    /// Nil when the bytes are not what `write` wrote.
    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt64.self).flatMap({ StructuredCommunication(number: $0) }),
            let origin = Origin(&reader), let pvNumber = reader.text(), let offence = Offence(&reader),
            let charge = Charge(&reader), let phase = reader.number(UInt8.self).flatMap(FilePhase.init),
            let cause = reader.text(), let waitNs = reader.number(Nanoseconds.self),
            let alarmNs = reader.number(Nanoseconds.self), let verifiedBy = reader.text(),
            let finding = reader.blob(), let hasHolder = reader.number(UInt8.self)
        else { return nil }
        self.init(
            number: number, origin: origin, pvNumber: pvNumber, offence: offence, charge: charge, phase: phase,
            cause: cause, waitNs: waitNs, alarmNs: alarmNs, verifiedBy: verifiedBy, finding: finding)
        if hasHolder == 1 {
            guard let holder = Holder(&reader) else { return nil }
            self.holder = holder
        }
        guard let document = reader.blob(), let version = reader.number(UInt32.self),
            let batch = reader.number(UInt32.self), let asks = reader.number(UInt32.self),
            let alarms = reader.number(UInt8.self), let paid = reader.number(Int64.self),
            let count = reader.number(UInt32.self)
        else { return nil }
        (self.document, self.version, self.batch, self.asks) = (document, version, batch, asks)
        (self.alarms, paidCents) = (alarms, Int(paid))
        for _ in 0..<count {
            guard let payment = reader.text() else { return nil }
            payments.append(payment)
        }
    }
}

extension FineFile.Origin {
    init?(_ reader: inout ByteReader) {
        switch reader.number(UInt8.self) {
        case 0:
            guard let id = CaseEvent.identity(&reader) else { return nil }
            self = .record(id)
        case 1:
            guard let reference = reader.text() else { return nil }
            self = .entered(reference)
        default: return nil
        }
    }

    /// Names it for people, and as the key of a line.
    var text: String {
        switch self {
        case .record(let id): id.description
        case .entered(let reference): "entered:" + reference
        }
    }
}

extension [UInt8] {
    /// Its length (32 bits) and its bytes.
    mutating func append(blob: [UInt8]) {
        append(number: UInt32(blob.count))
        append(contentsOf: blob)
    }
}

extension ByteReader {
    /// As `append(blob:)` wrote it.
    mutating func blob() -> [UInt8]? {
        guard let count = number(UInt32.self), let run = run(Int(count)) else { return nil }
        return Array(run)
    }
}
