import ANPRCore

/// What a person or a measure was at one time, as it was said then: nothing is overwritten.
struct Revision: Equatable, Sendable {
    let version: UInt32
    let decidedNs: Nanoseconds
    let atNs: Nanoseconds
    let source: RevisionSource
    /// Decided earlier than what was there, so that it changed nothing.
    let isLost: Bool
    /// Who entered it.
    let by: String
    /// One JSON object.
    let document: [UInt8]
}

/// Both sides changed one thing: the later decision won, and a person is to look at it.
struct Conflict: Equatable, Sendable {
    let number: UInt32
    let subject: Subject
    let atNs: Nanoseconds
    let winner: RevisionSource
    let winnerDecidedNs: Nanoseconds
    let loserDecidedNs: Nanoseconds
    var closedBy = ""
    var note = ""
}

/// What is exchanged.
struct Subject: Hashable, Sendable, Comparable, CustomStringConvertible {
    enum Kind: UInt8, Sendable, CaseIterable { case person = 1, measure = 2 }
    let kind: Kind
    let id: String

    var description: String { "\(kind)/\(id)" }

    static func < (a: Subject, b: Subject) -> Bool { (a.kind.rawValue, a.id) < (b.kind.rawValue, b.id) }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: kind.rawValue)
        bytes.append(text: id)
    }

    init(_ kind: Kind, _ id: String) { (self.kind, self.id) = (kind, id) }

    init?(_ reader: inout ByteReader) {
        guard let kind = reader.number(UInt8.self).flatMap(Kind.init), let id = reader.text() else { return nil }
        (self.kind, self.id) = (kind, id)
    }
}

/// A message of i+Belgium that could not be taken, or one of ours that it refused.
struct RefusedMessage: Equatable, Sendable {
    /// Our key, or `inbox-` and the message's number.
    let key: String
    let cause: String
    let atNs: Nanoseconds
}

/// The exchange with i+Belgium: what was said by whom, what did not agree, how far its messages were taken.
struct Exchange {
    private(set) var history: [Subject: [Revision]] = [:]
    private(set) var conflicts: [Conflict] = []
    /// The last ones.
    private(set) var refused: [RefusedMessage] = []
    private(set) var nextConflict: UInt32 = 1
    /// The number of the last message that was taken.
    private(set) var after: UInt64 = 0
    /// Counts the questions, so that each has a key of its own.
    private(set) var asks: UInt64 = 0
    /// When i+Belgium is asked again.
    private(set) var waitNs: Nanoseconds = .min

    /// Of one subject; past them the oldest is forgotten.
    static let revisionsMax = 32
    static let conflictsMax = 1 << 14
    static let refusedMax = 1024

    mutating func note(_ revision: Revision, of subject: Subject) {
        history[subject, default: []].append(revision)
        if history[subject]?.count ?? 0 > Self.revisionsMax { history[subject]?.removeFirst() }
    }

    mutating func add(_ conflict: Conflict) {
        conflicts.append(conflict)
        nextConflict = max(nextConflict, conflict.number + 1)
        // Closed ones first; with none closed, the oldest.
        if conflicts.count > Self.conflictsMax {
            conflicts.remove(at: conflicts.firstIndex { !$0.closedBy.isEmpty } ?? 0)
        }
    }

    func conflict(_ number: UInt32) -> Conflict? { conflicts.first { $0.number == number } }

    mutating func close(_ number: UInt32, by: String, note: String) -> Bool {
        guard let at = conflicts.firstIndex(where: { $0.number == number && $0.closedBy.isEmpty }) else { return false }
        conflicts[at].closedBy = by
        conflicts[at].note = note
        return true
    }

    mutating func refuse(_ message: RefusedMessage) {
        refused.append(message)
        if refused.count > Self.refusedMax { refused.removeFirst() }
    }

    mutating func asked(_ number: UInt64, waitNs: Nanoseconds) { (asks, self.waitNs) = (number, waitNs) }
    mutating func took(after: UInt64, waitNs: Nanoseconds) { (self.after, self.waitNs) = (after, waitNs) }

    // MARK: Snapshot

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: after)
        bytes.append(number: asks)
        bytes.append(number: waitNs)
        bytes.append(number: nextConflict)
        bytes.append(number: UInt32(conflicts.count))
        for conflict in conflicts { conflict.write(into: &bytes) }
        bytes.append(number: UInt32(refused.count))
        for message in refused { message.write(into: &bytes) }
        bytes.append(number: UInt32(history.count))
        for (subject, revisions) in history.sorted(by: { $0.key < $1.key }) {
            subject.write(into: &bytes)
            bytes.append(number: UInt32(revisions.count))
            for revision in revisions { revision.write(into: &bytes) }
        }
    }

    mutating func restore(_ reader: inout ByteReader) -> Bool {
        guard let after = reader.number(UInt64.self), let asks = reader.number(UInt64.self),
            let waitNs = reader.number(Nanoseconds.self), let next = reader.number(UInt32.self),
            let conflictCount = reader.number(UInt32.self)
        else { return false }
        (self.after, self.asks, self.waitNs) = (after, asks, waitNs)
        for _ in 0..<conflictCount {
            guard let conflict = Conflict(&reader) else { return false }
            add(conflict)
        }
        nextConflict = next
        guard let refusedCount = reader.number(UInt32.self) else { return false }
        for _ in 0..<refusedCount {
            guard let message = RefusedMessage(&reader) else { return false }
            refuse(message)
        }
        guard let subjects = reader.number(UInt32.self) else { return false }
        for _ in 0..<subjects {
            guard let subject = Subject(&reader), let count = reader.number(UInt32.self) else { return false }
            for _ in 0..<count {
                guard let revision = Revision(&reader) else { return false }
                note(revision, of: subject)
            }
        }
        return true
    }
}

extension Revision {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: version)
        bytes.append(number: decidedNs)
        bytes.append(number: atNs)
        bytes.append(number: source.rawValue)
        bytes.append(number: UInt8(isLost ? 1 : 0))
        bytes.append(text: by)
        bytes.append(blob: document)
    }

    init?(_ reader: inout ByteReader) {
        guard let version = reader.number(UInt32.self), let decidedNs = reader.number(Nanoseconds.self),
            let atNs = reader.number(Nanoseconds.self),
            let source = reader.number(UInt8.self).flatMap(RevisionSource.init),
            let isLost = reader.number(UInt8.self), isLost < 2, let by = reader.text(), let document = reader.blob()
        else { return nil }
        self.init(
            version: version, decidedNs: decidedNs, atNs: atNs, source: source, isLost: isLost == 1, by: by,
            document: document)
    }
}

extension Conflict {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        subject.write(into: &bytes)
        bytes.append(number: atNs)
        bytes.append(number: winner.rawValue)
        bytes.append(number: winnerDecidedNs)
        bytes.append(number: loserDecidedNs)
        bytes.append(texts: [closedBy, note])
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self), let subject = Subject(&reader),
            let atNs = reader.number(Nanoseconds.self),
            let winner = reader.number(UInt8.self).flatMap(RevisionSource.init),
            let winnerDecidedNs = reader.number(Nanoseconds.self),
            let loserDecidedNs = reader.number(Nanoseconds.self), let texts = reader.texts(2)
        else { return nil }
        self.init(
            number: number, subject: subject, atNs: atNs, winner: winner, winnerDecidedNs: winnerDecidedNs,
            loserDecidedNs: loserDecidedNs, closedBy: texts[0], note: texts[1])
    }
}

extension RefusedMessage {
    func write(into bytes: inout [UInt8]) {
        bytes.append(texts: [key, cause])
        bytes.append(number: atNs)
    }

    init?(_ reader: inout ByteReader) {
        guard let texts = reader.texts(2), let atNs = reader.number(Nanoseconds.self) else { return nil }
        self.init(key: texts[0], cause: texts[1], atNs: atNs)
    }
}
