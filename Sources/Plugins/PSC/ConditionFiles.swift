import ANPRCore
import PluginKit

/// Reads persons.csv and conditions.csv: both or neither, and every line that is wrong with its number.
struct ConditionFiles: Sendable {
    let personsPath: String
    let conditionsPath: String
    /// In which a date without an hour begins.
    let localTime: LocalTime

    static let personColumns = ["person", "name", "plates"]
    static let conditionColumns = [
        "condition", "person", "kind", "valid_from", "valid_to", "hours", "cameras", "area", "priority", "reason",
    ]

    func load() throws(InputProblems) -> ConditionRegister {
        var problems = InputProblems()
        let persons = read(personsPath, columns: Self.personColumns, key: "person", &problems) {
            (row) throws(InputProblem) in try person(row)
        }
        let known = Set(persons.map(\.id))
        let arePersonsFaultless = problems.isEmpty
        let conditions = read(conditionsPath, columns: Self.conditionColumns, key: "condition", &problems) {
            (row) throws(InputProblem) in
            let condition = try condition(row)
            // WHY: a person whose own line is wrong would be reported here a second time.
            if arePersonsFaultless, !known.contains(condition.person) {
                throw row.problem("person '\(condition.person)' is not in \(personsPath)")
            }
            return condition
        }
        guard problems.isEmpty else { throw problems }
        return ConditionRegister(persons: persons, conditions: conditions)
    }

    /// The values of a file's good rows; what is wrong with the others is added to `problems`.
    private func read<Value>(
        _ path: String, columns: [String], key: String, _ problems: inout InputProblems,
        parse: (CSVRow) throws(InputProblem) -> Value
    ) -> [Value] {
        var values: [Value] = []
        do {
            let file = try FileBytes(path: path)
            var rows = try CSVReader(file: path, bytes: file.bytes, required: columns, optional: [])
            var lines: [String: Int] = [:]
            while rows.nextRow() {
                do throws(InputProblem) {
                    let row = try CSVRow(rows)
                    let name = row.text(key)
                    guard !name.isEmpty else { throw row.problem("'\(key)' is empty") }
                    if let line = lines.updateValue(row.line, forKey: name) {
                        throw row.problem("\(key) '\(name)' stands on line \(line) already")
                    }
                    values.append(try parse(row))
                } catch {
                    problems.add(error)
                }
            }
        } catch let error as InputProblems {
            problems.add(error)
        } catch {
            problems.add(InputProblem(file: path, line: 0, message: "cannot be read: \(error)"))
        }
        return values
    }

    private func person(_ row: CSVRow) throws(InputProblem) -> Person {
        var plates: [PersonPlate] = []
        for word in row.text("plates").split(separator: " ") { plates.append(try personPlate(word, row)) }
        guard !plates.isEmpty else { throw row.problem("'plates' is empty; no camera could see the person") }
        return Person(id: row.text("person"), name: row.text("name"), plates: plates)
    }

    /// `1ABC234`, or `1ABC234@2026-01-01/2026-04-01` with either day left out.
    private func personPlate(_ word: Substring, _ row: CSVRow) throws(InputProblem) -> PersonPlate {
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let plate: Plate
        do throws(PlateError) { plate = try Plate(parts[0]) } catch {
            throw row.problem("plate '\(parts[0])' is none: \(error)")
        }
        guard parts.count == 2 else { return PersonPlate(plate: plate, fromNs: .min, toNs: .max) }
        let ends = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard ends.count == 2, let fromNs = instant(ends[0], absent: .min), let toNs = instant(ends[1], absent: .max),
            fromNs < toNs
        else { throw row.problem("'\(word)' must be a plate, or plate@from/to with dates, from before to") }
        return PersonPlate(plate: plate, fromNs: fromNs, toNs: toNs)
    }

    private func condition(_ row: CSVRow) throws(InputProblem) -> Condition {
        guard let fromNs = instant(row.text("valid_from"), absent: .min),
            let toNs = instant(row.text("valid_to"), absent: .max), fromNs < toNs
        else { throw row.problem("'valid_from' and 'valid_to' must be dates or instants, from before to, or empty") }
        var hours: DayHours?
        if !row.text("hours").isEmpty {
            hours = DayHours(row.text("hours"))
            if hours == nil { throw row.problem("'hours' must be such as 22:00-06:00, not '\(row.text("hours"))'") }
        }
        var priority = Condition.priorityDefault
        if !row.text("priority").isEmpty {
            guard let value = UInt8(row.text("priority")), value <= 100 else {
                throw row.problem("'priority' must be 0 (highest) to 100, not '\(row.text("priority"))'")
            }
            priority = value
        }
        guard !row.text("reason").isEmpty else { throw row.problem("'reason' is empty; an alert says why") }
        // It becomes a part of the alert's key, which stands in a line as it is.
        guard row.text("condition").utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c }) else {
            throw row.problem("'condition' may hold no quotation mark, backslash or control character")
        }
        return Condition(
            id: row.text("condition"), person: row.text("person"), rule: try rule(row, hours: hours), fromNs: fromNs,
            toNs: toNs, hours: hours, priority: priority, reason: row.text("reason"))
    }

    private func rule(_ row: CSVRow, hours: DayHours?) throws(InputProblem) -> ConditionRule {
        let kind = row.text("kind")
        guard ConditionRule.names.contains(kind) else {
            throw row.problem("'kind' must be one of \(ConditionRule.names.joined(separator: ", ")), not '\(kind)'")
        }
        // A column that would say nothing is a mistake of whoever filled it in.
        for (column, user) in [("cameras", "forbidden_cameras"), ("area", "forbidden_area")]
        where kind != user && !row.text(column).isEmpty {
            throw row.problem("'\(column)' belongs to \(user), not to \(kind)")
        }
        switch kind {
        case "forbidden_cameras":
            let names = Set(row.text("cameras").split(separator: " ").map(String.init))
            guard !names.isEmpty else { throw row.problem("'cameras' must name cameras, separated by blanks") }
            return .forbiddenCameras(names)
        case "forbidden_area":
            guard let area = Polygon(row.text("area")) else {
                throw row.problem("'area' must be 3 to \(Polygon.cornersMax) corners in metres: x y; x y; x y")
            }
            return .forbiddenArea(area)
        case "curfew":
            guard hours != nil else { throw row.problem("a curfew needs 'hours'") }
            return .curfew
        default: return .noDriving
        }
    }

    /// A date begins at local midnight; an instant says its own offset.
    private func instant(_ text: some StringProtocol, absent: Nanoseconds) -> Nanoseconds? {
        if text.isEmpty { return absent }
        guard let ns = Instant.parse(text) else { return nil }
        if ns == .min || ns == .max { return ns }  // a date such as 9999-12-31: for ever
        return text.utf8.count == 10 ? localTime.startNs(ofDay: Int(ns / .day)) : ns
    }
}
