import ANPRCore

/// A decision of a magistrate or another authority, on which conditions rest. When it ends, they end at that instant.
struct Measure: Equatable, Sendable {
    let id: String
    let person: String
    /// Who decided.
    var authority: String
    /// The decision's own number.
    var reference: String
    /// From (inclusive), to (exclusive).
    var fromNs: Nanoseconds
    var toNs: Nanoseconds
    /// `decidedNs` in it is the decision's date: the later one wins.
    var revision = RevisionMark()
    /// The others have heard that it is over.
    var isEndTold = false
}

/// Where a person or a measure stands in the exchange with i+Belgium.
struct RevisionMark: Equatable, Sendable {
    /// Counts up with each change, whoever makes it; 0: only a file has it.
    var version: UInt32 = 0
    /// Up to which i+Belgium has said that it has it.
    var acknowledged: UInt32 = 0
    /// When what it says was decided.
    var decidedNs: Nanoseconds = .min
    var source = RevisionSource.own

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: version)
        bytes.append(number: acknowledged)
        bytes.append(number: decidedNs)
        bytes.append(number: source.rawValue)
    }

    init() {}

    init?(_ reader: inout ByteReader) {
        guard let version = reader.number(UInt32.self), let acknowledged = reader.number(UInt32.self),
            let decidedNs = reader.number(Nanoseconds.self),
            let source = reader.number(UInt8.self).flatMap(RevisionSource.init)
        else { return nil }
        (self.version, self.acknowledged, self.decidedNs, self.source) = (version, acknowledged, decidedNs, source)
    }

    /// The next one, decided then by `source`.
    func next(_ source: RevisionSource, decidedNs: Nanoseconds) -> RevisionMark {
        var next = self
        next.version += 1
        next.source = source
        next.decidedNs = decidedNs
        // What i+Belgium said it knows already.
        if source == .peer { next.acknowledged = next.version }
        return next
    }
}

/// Who a revision comes from.
enum RevisionSource: UInt8, Sendable {
    case own = 1
    /// Justice, through i+Belgium.
    case peer = 2

    var name: String { self == .own ? "own" : "ibelgium" }
}

extension Measure {
    func write(into bytes: inout [UInt8]) {
        bytes.append(texts: [id, person, authority, reference])
        bytes.append(number: fromNs)
        bytes.append(number: toNs)
        revision.write(into: &bytes)
        bytes.append(number: UInt8(isEndTold ? 1 : 0))
    }

    init?(_ reader: inout ByteReader) {
        guard let texts = reader.texts(4), let fromNs = reader.number(Nanoseconds.self),
            let toNs = reader.number(Nanoseconds.self), let revision = RevisionMark(&reader),
            let isEndTold = reader.number(UInt8.self), isEndTold < 2
        else { return nil }
        self.init(
            id: texts[0], person: texts[1], authority: texts[2], reference: texts[3], fromNs: fromNs, toNs: toNs,
            revision: revision, isEndTold: isEndTold == 1)
    }
}
