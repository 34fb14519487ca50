import ANPRCore
import PluginKit

/// Everything that CBE knows: which offences are files already, the numbers that were given, the files themselves,
/// their batches, and what each day came to. Changes by events alone, and refuses one that the rules do not allow.
struct CaseLedger {
    /// Offences that are decided: by record, and by an officer's reference.
    private(set) var identities: Set<SectionRecordID> = []
    private(set) var references: Set<String> = []
    /// Decided by the first version, which kept no files.
    private(set) var oldIdentities: Set<SectionRecordID> = []
    private(set) var oldNumbers: Set<UInt64> = []
    private(set) var files: [UInt64: FineFile] = [:]
    private(set) var batches: [UInt32: Batch] = [:]
    /// By local day.
    private(set) var days: [Int32: DayTally] = [:]
    /// Files by phase. Follows from the files, as `ready`, `queue` and `journeys` do.
    private(set) var phases: [FilePhase: Int] = [:]
    /// Files before their dispatch whose deadline is near (1) or over (2).
    private(set) var alarms = [0, 0, 0]
    private(set) var ready: Set<UInt64> = []
    private(set) var queue = DueQueue<UInt64>()
    /// Files that wait for their journey's end, by plate.
    private(set) var journeys: [Plate: Set<UInt64>] = [:]

    /// About four years of the country's immediate perceptions. At the bound the plugin stops with an error: to forget
    /// an identity would be to fine twice.
    static let identitiesMax = 1 << 23
    /// A report of older days has gone out long ago.
    static let daysMax = 800
    static let stateVersion: UInt16 = 2

    init() {}

    var count: Int { identities.count + references.count }
    func isTaken(_ number: UInt64) -> Bool { files[number] != nil || oldNumbers.contains(number) }
    var lastBatch: UInt32 { batches.keys.max() ?? 0 }

    func isKnown(_ origin: FineFile.Origin) -> Bool {
        switch origin {
        case .record(let id): identities.contains(id)
        case .entered(let reference): references.contains(reference)
        }
    }

    func alarmed(level: Int) -> Int { alarms[level] }

    /// Files that `.time` must look at, at most so many.
    func due(_ nowNs: Nanoseconds, max: Int) -> [FineFile] {
        queue.due(nowNs, max: max) { files[$0.subject]?.dueNs == $0.atNs }.compactMap { files[$0] }
    }

    /// Of the first version: an identity, and a number when it was a case. False when it is there already.
    mutating func insert(_ event: CaseEvent) -> Bool {
        guard identities.insert(event.id).inserted else { return false }
        oldIdentities.insert(event.id)
        return event.number == 0 || (!isTaken(event.number) && oldNumbers.insert(event.number).inserted)
    }

    // MARK: Events

    mutating func apply(_ event: FileEvent) throws(CaseLedgerProblem) {
        switch event {
        case .opened(let file, let day): try open(file, day)
        case .moved(let move): try self.move(move)
        case .holderNamed(let number, let holder): try change(number) { $0.holder = holder }
        case .charged(let number, let offence, let charge, let by):
            try change(number) {
                $0.offence = offence
                $0.charge = charge
                $0.verifiedBy = by
            }
        case .lettered(let number, let document):
            try change(number) {
                $0.document = document
                $0.version += 1
            }
        case .batched(let batch): try close(batch)
        case .sealed(let number, let signature):
            guard let batch = batches[number], !batch.isSealed else { throw .noBatch(number) }
            batches[number]?.signature = signature
        case .batchKept(let number):
            guard let batch = batches[number], batch.isSealed else { throw .noBatch(number) }
            batches[number]?.manifest = []
        case .paid(let number, let cents, let reference):
            try change(number) {
                $0.paidCents += Int(cents)
                $0.payments.append(reference)
            }
        case .alarmed(let number, let level, let nextNs):
            try change(number) {
                $0.alarms = level
                $0.alarmNs = nextNs
            }
        case .asked(let number, let waitNs):
            try change(number) {
                $0.asks += 1
                $0.waitNs = waitNs
            }
        }
    }

    private mutating func open(_ file: FineFile, _ day: Int32) throws(CaseLedgerProblem) {
        guard FilePhase.first.contains(file.phase) else { throw .forbidden(file.number.number, nil, file.phase) }
        let isNew =
            switch file.origin {
            case .record(let id): identities.insert(id).inserted
            case .entered(let reference): references.insert(reference).inserted
            }
        guard isNew, !isTaken(file.number.number) else { throw .exists(file.number.number) }
        files[file.number.number] = file
        index(file, by: 1)
        tally(day) {
            $0.created += 1
            switch file.charge {
            case .fine: $0.fines += 1
            case .prosecutor: $0.prosecutor += 1
            case .open: $0.verifications += 1
            }
        }
    }

    private mutating func change(
        _ number: UInt64, _ body: (inout FineFile) -> Void
    ) throws(CaseLedgerProblem) {
        guard var file = files[number] else { throw .unknown(number) }
        let dueNs = file.dueNs
        index(file, by: -1)
        body(&file)
        files[number] = file
        index(file, by: 1, isQueued: file.dueNs == dueNs)
    }

    private mutating func move(_ move: FileEvent.Move) throws(CaseLedgerProblem) {
        guard let file = files[move.number] else { throw .unknown(move.number) }
        guard file.phase.next.contains(move.to) else { throw .forbidden(move.number, file.phase, move.to) }
        let from = file.phase
        try change(move.number) {
            $0.phase = move.to
            $0.cause = move.cause
            $0.waitNs = move.waitNs
            // Nobody needs them any more; Justice keeps what it has.
            if move.to.isLast || move.to == .acknowledged || move.to == .handed {
                $0.finding = []
                $0.document = []
            }
        }
        tally(move.day) { $0.note(from: from, move, paidCents: file.paidCents) }
    }

    private mutating func close(_ batch: Batch) throws(CaseLedgerProblem) {
        guard batches[batch.number] == nil, !batch.files.isEmpty else { throw .noBatch(batch.number) }
        batches[batch.number] = batch
        for number in batch.files { try change(number) { $0.batch = batch.number } }
    }

    private mutating func tally(_ day: Int32, _ body: (inout DayTally) -> Void) {
        if days[day] == nil, days.count >= Self.daysMax, let oldest = days.keys.min() { days[oldest] = nil }
        body(&days[day, default: DayTally()])
    }

    private mutating func index(_ file: FineFile, by step: Int, isQueued: Bool = false) {
        phases[file.phase, default: 0] += step
        if file.phase.isBeforeSent, alarms.indices.contains(Int(file.alarms)) { alarms[Int(file.alarms)] += step }
        let number = file.number.number
        if file.phase == .ready {
            if step > 0 { ready.insert(number) } else { ready.remove(number) }
        }
        if file.phase == .journey {
            if step > 0 {
                journeys[file.offence.plate, default: []].insert(number)
            } else {
                journeys[file.offence.plate]?.remove(number)
                if journeys[file.offence.plate]?.isEmpty == true { journeys[file.offence.plate] = nil }
            }
        }
        guard step > 0 else { return }
        if !isQueued { queue.push(number, atNs: file.dueNs) }
        queue.clean { files[$0.subject]?.dueNs == $0.atNs }
    }
}

extension DayTally {
    fileprivate mutating func note(from: FilePhase, _ move: FileEvent.Move, paidCents: Int) {
        switch (from, move.to) {
        case (.verification, .closed): closed += 1
        case (_, .sent): sent += 1
        case (.sent, .sending): forgotten += 1
        case (.sent, .acknowledged), (.sent, .prosecutor): acknowledged += 1
        case (_, .refused): refuse(move.cause)
        case (_, .paid):
            paid += 1
            self.paidCents += paidCents
        case (_, .closed): closed += 1
        default: break
        }
    }
}

// MARK: Snapshot

extension CaseLedger {
    /// In order where that is cheap, so that equal states are equal bytes.
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(oldIdentities.count))
        for id in oldIdentities { CaseEvent.append(id, to: &bytes) }
        bytes.append(number: UInt32(oldNumbers.count))
        for number in oldNumbers { bytes.append(number: number) }
        bytes.append(number: UInt32(files.count))
        for number in files.keys.sorted() { files[number]?.write(into: &bytes) }
        bytes.append(number: UInt32(batches.count))
        for number in batches.keys.sorted() { batches[number]?.write(into: &bytes) }
        bytes.append(number: UInt32(days.count))
        for day in days.keys.sorted() {
            bytes.append(number: day)
            days[day]?.write(into: &bytes)
        }
    }

    /// Nil when the bytes are not what `write` wrote, of this version or of the first, which ended after the numbers.
    init?(_ bytes: UnsafeRawBufferPointer, version: UInt16 = stateVersion) {
        var reader = ByteReader(bytes)
        guard (1...Self.stateVersion).contains(version), readDecisions(&reader) else { return nil }
        if version > 1 { guard readFiles(&reader), readBatches(&reader) else { return nil } }
        guard reader.isAtEnd else { return nil }
    }

    private mutating func readDecisions(_ reader: inout ByteReader) -> Bool {
        guard let count = reader.number(UInt32.self) else { return false }
        for _ in 0..<count {
            guard let id = CaseEvent.identity(&reader) else { return false }
            identities.insert(id)
            oldIdentities.insert(id)
        }
        guard let numberCount = reader.number(UInt32.self) else { return false }
        for _ in 0..<numberCount {
            guard let number = reader.number(UInt64.self) else { return false }
            oldNumbers.insert(number)
        }
        return true
    }

    private mutating func readFiles(_ reader: inout ByteReader) -> Bool {
        guard let fileCount = reader.number(UInt32.self) else { return false }
        for _ in 0..<fileCount {
            guard let file = FineFile(&reader) else { return false }
            switch file.origin {
            case .record(let id): identities.insert(id)
            case .entered(let reference): references.insert(reference)
            }
            files[file.number.number] = file
            index(file, by: 1)
        }
        return true
    }

    private mutating func readBatches(_ reader: inout ByteReader) -> Bool {
        guard let batchCount = reader.number(UInt32.self) else { return false }
        for _ in 0..<batchCount {
            guard let batch = Batch(&reader) else { return false }
            batches[batch.number] = batch
        }
        guard let dayCount = reader.number(UInt32.self) else { return false }
        for _ in 0..<dayCount {
            guard let day = reader.number(Int32.self), let tally = DayTally(&reader) else { return false }
            days[day] = tally
        }
        return true
    }
}

struct LedgerFull: Error, CustomStringConvertible {
    var description: String {
        "CBE holds \(CaseLedger.identitiesMax) decisions, as many as it may; start it on a new folder"
    }
}

/// An event that the rules do not allow: a fault of this program, or somebody else's ledger.
enum CaseLedgerProblem: Error, Equatable, CustomStringConvertible {
    case unknown(UInt64)
    case exists(UInt64)
    case forbidden(UInt64, FilePhase?, FilePhase)
    case noBatch(UInt32)

    var description: String {
        switch self {
        case .unknown(let number): "there is no file \(number)"
        case .exists(let number): "file \(number), or its offence, is there already"
        case .forbidden(let number, let from, let to):
            "file \(number) cannot go from \(from?.name ?? "nothing") to \(to.name)"
        case .noBatch(let number): "batch \(number) is not open"
        }
    }
}
