import ANPRCore

/// Fines by their amount, without the fee: how many there are of which.
enum FineBand: String, CaseIterable, Sendable {
    case to53 = "fines_to_53_eur"
    case to100 = "fines_to_100_eur"
    case to200 = "fines_to_200_eur"
    case above200 = "fines_above_200_eur"

    init(amountCents: Int) {
        switch amountCents {
        case ...53_00: self = .to53
        case ...100_00: self = .to100
        case ...200_00: self = .to200
        default: self = .above200
        }
    }
}
