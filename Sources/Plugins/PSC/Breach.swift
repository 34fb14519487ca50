import ANPRCore
import PluginKit

/// Where a breach stands, and where it can go from there. The numbers are in ledgers: they never change.
///
/// ```
/// open -> confirmed -> sent -> acknowledged
///   |       |    ^_______|  (forgotten by Justice)
///   |       v    ^
///   |     refused
///   +-> dismissed <-- refused
/// ```
enum BreachState: UInt8, CaseIterable, Sendable {
    /// A person looks at it.
    case open = 1
    /// Somebody has confirmed it: its finding is on its way to Justice.
    case confirmed = 2
    case dismissed = 3
    /// Justice said that it has the finding.
    case sent = 4
    /// Asked again, Justice still has it; or a person noted so.
    case acknowledged = 5
    /// Justice refused the finding, with a cause.
    case refused = 6

    var next: Set<BreachState> {
        switch self {
        case .open: [.confirmed, .dismissed]
        case .confirmed: [.sent, .refused]
        case .sent: [.acknowledged, .confirmed]
        case .refused: [.confirmed, .dismissed]
        case .dismissed, .acknowledged: []
        }
    }

    var name: String { "\(self)" }
    var isLast: Bool { next.isEmpty }
    /// Its finding is under way: it is not forgotten meanwhile.
    var isUnderway: Bool { self == .confirmed || self == .sent || self == .refused }

    init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }
}

/// A condition that was broken.
struct Breach: Equatable, Sendable {
    /// In the order in which they were found; given by the ledger.
    var number: UInt64 = 0
    /// Condition and reads: the same in whatever order they come.
    let id: String
    let condition: String
    let kind: String
    let person: String
    let measure: String
    /// The other person of a contact ban; else empty.
    let other: String
    /// Empty for a missed report.
    let plate: String
    let country: String
    let camera: String
    let place: String
    let atNs: Nanoseconds
    let priority: UInt8
    /// The alert as it went out: what was seen.
    let line: [UInt8]

    var state = BreachState.open
    /// Who moved it last, when, and what was said.
    var by = ""
    var movedNs: Nanoseconds = 0
    var note = ""
    var finding: Finding?

    /// What goes to Justice.
    struct Finding: Equatable, Sendable {
        let number: UInt32
        /// Sent anew after a refusal, under another key.
        var attempt: UInt32 = 1
        /// What its hash is of.
        let evidence: [UInt8]
        /// When Justice is asked whether it still has it.
        var waitNs: Nanoseconds = .max
        var asks: UInt32 = 0

        var key: String { "finding-\(number)-\(attempt)" }
        var digest: String { SHA256.digest(evidence).description }
    }
}

extension Breach {
    func write(into bytes: inout [UInt8]) {
        bytes.append(texts: [id, condition, kind, person, measure, other, plate, country, camera, place])
        bytes.append(number: number)
        bytes.append(number: atNs)
        bytes.append(number: priority)
        bytes.append(blob: line)
        bytes.append(number: state.rawValue)
        bytes.append(texts: [by, note])
        bytes.append(number: movedNs)
        bytes.append(number: UInt8(finding == nil ? 0 : 1))
        guard let finding else { return }
        bytes.append(number: finding.number)
        bytes.append(number: finding.attempt)
        bytes.append(blob: finding.evidence)
        bytes.append(number: finding.waitNs)
        bytes.append(number: finding.asks)
    }

    init?(_ reader: inout ByteReader) {
        guard let texts = reader.texts(10), let number = reader.number(UInt64.self),
            let atNs = reader.number(Nanoseconds.self), let priority = reader.number(UInt8.self),
            let line = reader.blob(), let state = reader.number(UInt8.self).flatMap(BreachState.init),
            let more = reader.texts(2), let movedNs = reader.number(Nanoseconds.self),
            let hasFinding = reader.number(UInt8.self), hasFinding < 2
        else { return nil }
        self.init(
            number: number, id: texts[0], condition: texts[1], kind: texts[2], person: texts[3], measure: texts[4],
            other: texts[5], plate: texts[6], country: texts[7], camera: texts[8], place: texts[9], atNs: atNs,
            priority: priority, line: line, state: state, by: more[0], movedNs: movedNs, note: more[1])
        guard hasFinding == 1 else { return }
        guard let number = reader.number(UInt32.self), let attempt = reader.number(UInt32.self),
            let evidence = reader.blob(), let waitNs = reader.number(Nanoseconds.self),
            let asks = reader.number(UInt32.self)
        else { return nil }
        finding = Finding(number: number, attempt: attempt, evidence: evidence, waitNs: waitNs, asks: asks)
    }
}
