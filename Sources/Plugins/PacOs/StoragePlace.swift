import ANPRCore
import PluginKit

/// Where exhibits are kept: a code that stands on its shelf, a name, whose it is.
struct StoragePlace: Equatable, Sendable {
    let days: Range<Int>
    let code: String
    let name: String
    let service: Service
}

/// What is read from files, and may change with a reload: decisions look at it, the state never does.
struct CustodyRules: Sendable {
    let forms: NumberForms
    let places: [StoragePlace]
    let ends: [EndRule]

    /// Which decision an end needs, from a day on.
    struct EndRule: Equatable, Sendable {
        let days: Range<Int>
        let end: ExhibitState
        /// Characters that the decision's reference begins with; empty: any.
        let referencePrefix: String
    }

    func place(_ code: String, day: Int) throws(Refusal) -> StoragePlace {
        guard let place = places.first(where: { $0.code == code && $0.days.contains(day) }) else {
            throw Refusal("unknown_place", "there is no storage place '\(code)' today")
        }
        return place
    }

    static let placeColumns = ["valid_from", "valid_to", "place", "name", "service", "status", "source"]
    static let endColumns = ["valid_from", "valid_to", "end", "reference_prefix", "status", "source"]

    init(formsPath: String, placesPath: String, endsPath: String) throws(InputProblems) {
        var problems = InputProblems()
        var (forms, places, ends): (NumberForms?, [StoragePlace], [EndRule]) = (nil, [], [])
        do throws(InputProblems) { forms = try NumberForms(path: formsPath) } catch { problems.add(error) }
        do throws(InputProblems) { places = try Self.places(placesPath) } catch { problems.add(error) }
        do throws(InputProblems) { ends = try Self.ends(endsPath) } catch { problems.add(error) }
        guard problems.isEmpty, let forms else { throw problems }
        self.init(forms: forms, places: places, ends: ends)
    }

    init(forms: NumberForms, places: [StoragePlace], ends: [EndRule]) {
        self.forms = forms
        self.places = places
        self.ends = ends
    }

    private static func places(_ path: String) throws(InputProblems) -> [StoragePlace] {
        try DatedTable(path, columns: placeColumns) { (row, days, _) throws(InputProblem) in
            let code = row.text("place")
            let isCode = code.utf8.allSatisfy { CheckCharacters.value($0) != nil || $0 == 0x2d }
            guard (1...20).contains(code.utf8.count), isCode else {
                throw row.problem("'place' must be 1 to 20 digits, capital letters and dashes, not '\(code)'")
            }
            guard let service = Service(name: row.text("service")) else {
                throw row.problem("'service' must be police or justice, not '\(row.text("service"))'")
            }
            return (code, StoragePlace(days: days, code: code, name: row.text("name"), service: service))
        }.rows
    }

    private static func ends(_ path: String) throws(InputProblems) -> [EndRule] {
        try DatedTable(path, columns: endColumns) { (row, days, _) throws(InputProblem) in
            guard let end = ExhibitState(name: row.text("end")), end.isEnd else {
                throw row.problem("'end' must be one of \(ExhibitState.ends.map(\.name).joined(separator: ", "))")
            }
            return (end.name, EndRule(days: days, end: end, referencePrefix: row.text("reference_prefix")))
        }.rows
    }
}
