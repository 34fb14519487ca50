import ANPRCore
import PluginKit

/// Who is asked for the holder of a vehicle, by its country and the day; what language he most likely reads; and how
/// long an answer is waited for.
struct HolderSources: Sendable {
    enum Register: String, Sendable {
        /// The national register of vehicles.
        case national = "register"
        /// Another state's, through an exchange such as EUCARIS.
        case eucaris
        case none
    }

    struct Row: Sendable {
        let register: Register
        let language: Language
        let timeoutNs: Nanoseconds
    }

    static let columns = [
        "valid_from", "valid_to", "country", "register", "language", "timeout_hours", "status", "source",
    ]
    private static let timeoutHoursMax = 24 * 60
    /// The country of a row that holds for all that have none of their own.
    private static let others = "*"

    private let table: DatedTable<Row>

    init(path: String) throws(InputProblems) {
        table = try DatedTable(path, columns: Self.columns) { (row, _, _) throws(InputProblem) in
            let country = row.text("country")
            guard country == Self.others || (Country(country) ?? .unknown) != .unknown else {
                throw row.problem("'country' must be two letters, or * for all others, not '\(country)'")
            }
            guard let register = Register(rawValue: row.text("register")) else {
                throw row.problem("'register' must be register, eucaris or none, not '\(row.text("register"))'")
            }
            guard let language = Language(code: row.text("language").lowercased()) else {
                throw row.problem("'language' must be fr, nl, de or en, not '\(row.text("language"))'")
            }
            let hours = try row.number("timeout_hours", max: Self.timeoutHoursMax)
            return (
                country, Row(register: register, language: language, timeoutNs: Nanoseconds(hours) * .hour)
            )
        }
    }

    func row(_ country: Country, day: Int) -> Row? {
        table.row(country.description, day: day) ?? table.row(Self.others, day: day)
    }
}
