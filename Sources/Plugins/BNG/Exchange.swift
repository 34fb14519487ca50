import ANPRCore

/// How a PV stands with the judicial database: 40 flat bytes.
struct Exchange: BitwiseCopyable {
    /// When it was first sent.
    let firstNs: Nanoseconds
    /// When the peer is asked whether it has it; `.max`: nothing is waited for.
    var waitNs: Nanoseconds
    let record: UInt32
    /// The version that was sent last, from 1.
    var version: UInt32
    /// Questions so far: each goes out under a key of its own.
    var asks: UInt32 = 0
    /// Why it was refused.
    var cause: UInt32 = 0
    var phaseCode: UInt32
    private var spare: UInt32 = 0

    init(firstNs: Nanoseconds, waitNs: Nanoseconds, record: UInt32, version: UInt32, phase: ExchangePhase) {
        self.firstNs = firstNs
        self.waitNs = waitNs
        self.record = record
        self.version = version
        phaseCode = UInt32(phase.rawValue)
    }

    var phase: ExchangePhase { ExchangePhase(rawValue: UInt8(truncatingIfNeeded: phaseCode)) ?? .handed }
    var isWhole: Bool { phaseCode <= UInt8.max && ExchangePhase(rawValue: UInt8(phaseCode)) != nil }
}

/// A PV's way to the judicial database, in two steps: it is taken, and later it is still there.
enum ExchangePhase: UInt8, CaseIterable, Sendable {
    /// A line of a file: nobody answers.
    case handed = 1
    /// Sent before it came here.
    case taken
    case sending
    /// The peer took it; whether it has it is asked later.
    case sent
    case acknowledged
    case refused

    var name: String { "\(self)" }

    init?(name: String) {
        guard let phase = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = phase
    }

    static let first: Set<ExchangePhase> = [.handed, .taken, .sending]

    var next: Set<ExchangePhase> {
        switch self {
        case .handed, .taken: [.handed, .sending]
        case .sending: [.sent, .refused]
        case .sent: [.acknowledged, .sending]
        case .acknowledged, .refused: [.sending, .handed]
        }
    }
}
