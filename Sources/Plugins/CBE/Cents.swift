/// Money is a whole number of euro cents everywhere; this is how it is written for people.
enum Cents {
    /// `5300` as `53.00`.
    static func text(_ cents: Int) -> String {
        let rest = cents.magnitude % 100
        return "\(cents < 0 ? "-" : "")\(cents.magnitude / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}
