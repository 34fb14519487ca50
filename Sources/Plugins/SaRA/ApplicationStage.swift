/// Where an application stands. Numbers are kept in ledgers.
enum ApplicationStage: UInt8, CaseIterable, Sendable {
    case eligibility = 1
    case tests = 2
    case interview = 3
    case medical = 4
    /// Passed everything; waits for a rank, or has one.
    case ranking = 5
    case offer = 6
    case accepted = 7
    case declined = 8
    case refused = 9
    case withdrawn = 10

    var name: String { "\(self)" }

    init?(name: String) {
        guard let stage = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = stage
    }

    var next: Set<ApplicationStage> {
        switch self {
        case .eligibility: [.tests, .refused, .withdrawn]
        case .tests: [.interview, .refused, .withdrawn]
        case .interview: [.medical, .refused, .withdrawn]
        case .medical: [.ranking, .refused, .withdrawn]
        case .ranking: [.offer, .refused, .withdrawn]
        case .offer: [.accepted, .declined, .refused, .withdrawn]
        case .accepted, .declined, .refused, .withdrawn: []
        }
    }

    var isLast: Bool { next.isEmpty }

    /// What a person may move an application to; an offer, its answer and a rank are acts of their own.
    static let movable: [ApplicationStage] = [.tests, .interview, .medical, .ranking, .refused, .withdrawn]
    /// Of the table of retention: all that have no end share one row.
    var retentionKind: String { isLast ? name : "open" }
}
