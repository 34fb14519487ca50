/// Where a vacancy stands. Numbers are kept in ledgers.
enum VacancyPhase: UInt8, CaseIterable, Sendable {
    /// Written, seen by nobody outside.
    case draft = 1
    /// On the site and with Jobpol; takes applications.
    case published = 2
    /// Takes no more applications; those there are go on.
    case closed = 3
    /// Its places are taken.
    case filled = 4
    case withdrawn = 5

    var name: String { "\(self)" }

    var next: Set<VacancyPhase> {
        switch self {
        case .draft: [.published, .withdrawn]
        case .published: [.closed, .withdrawn]
        case .closed: [.filled, .withdrawn]
        case .filled, .withdrawn: []
        }
    }

    var isLast: Bool { next.isEmpty }
    /// Whether its texts and figures may still be changed.
    var isOpenToChange: Bool { self == .draft || self == .published }
}
