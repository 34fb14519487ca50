/// Where a file stands, and where it can go from there. The numbers are in ledgers: they never change.
///
/// ```
/// verification -> journey -> holder -> unknown
///       |            |         |  \      |
///       |            +------> ready <----+ <-- refused
///     closed                   |                  ^
///                           batched -> sending ---+
///                                       |  ^ forgotten
///                                      sent -> prosecutor
///                                       |
///                               acknowledged -> reminded -> ordered -> prosecutor
///                                       \__________\___________\-> paid
/// ```
/// Without an exchange with Justice a file is `handed` over as a line, from where it can be paid or closed.
enum FilePhase: UInt8, CaseIterable, Sendable {
    /// A person looks first.
    case verification = 1
    /// Waits until the vehicle's journey is over: only its highest excess is fined.
    case journey = 2
    /// A register was asked who holds the vehicle.
    case holder = 3
    /// No register knows, or none can be asked: a person names the holder or ends it.
    case unknown = 4
    /// All is there, the letter too; the next batch takes it.
    case ready = 5
    /// In a batch that is being sealed.
    case batched = 6
    /// On its way to Justice.
    case sending = 7
    /// Justice said that it has it.
    case sent = 8
    /// Asked again, Justice still has it.
    case acknowledged = 9
    case reminded = 10
    /// The order to pay has gone out.
    case ordered = 11
    /// Justice refused it, with a cause; a person mends or ends it.
    case refused = 12
    /// Handed over as a line of a file.
    case handed = 13
    case paid = 14
    /// With the prosecutor.
    case prosecutor = 15
    /// Ended, with a cause.
    case closed = 16

    var next: Set<FilePhase> {
        switch self {
        case .verification: [.journey, .holder, .unknown, .ready, .handed, .closed]
        case .journey: [.holder, .unknown, .ready, .handed, .closed]
        case .holder: [.ready, .unknown, .closed]
        case .unknown: [.holder, .ready, .closed]
        case .ready: [.batched, .closed]
        case .batched: [.sending]
        case .sending: [.sent, .refused]
        case .sent: [.acknowledged, .prosecutor, .sending]
        case .acknowledged: [.reminded, .paid, .closed]
        case .reminded: [.ordered, .paid, .closed]
        case .ordered: [.prosecutor, .paid, .closed]
        case .refused: [.holder, .ready, .closed]
        case .handed: [.paid, .closed]
        case .paid, .prosecutor, .closed: []
        }
    }

    /// A file is opened in one of these.
    static let first: Set<FilePhase> = [.verification, .journey, .holder, .unknown, .ready, .handed]

    var isLast: Bool { next.isEmpty }
    /// The copy has not left yet: its deadline runs.
    var isBeforeSent: Bool { rawValue <= FilePhase.sending.rawValue || self == .refused }
    /// A person may end it by hand.
    var canClose: Bool { next.contains(.closed) }
    var canBePaid: Bool { next.contains(.paid) }
    /// WHY kept: asked for with each event of a file, and to ask the runtime takes a microsecond.
    private static let names = allCases.map { "\($0)" }
    var name: String { Self.names[Int(rawValue) - 1] }

    init?(name: String) {
        guard let phase = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = phase
    }
}
