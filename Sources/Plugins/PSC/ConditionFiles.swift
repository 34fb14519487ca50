import ANPRCore
import PluginKit

/// Reads persons.csv and conditions.csv: both or neither, and every line that is wrong with its number.
struct ConditionFiles: Sendable {
    let personsPath: String
    let conditionsPath: String
    let text: ConditionText

    static let personColumns = ["person", "name", "plates"]
    static let conditionColumns = [
        "condition", "person", "kind", "valid_from", "valid_to", "hours", "cameras", "area", "priority", "reason",
    ]
    static let conditionColumnsMore = ["with", "every_days"]

    init(personsPath: String, conditionsPath: String, localTime: LocalTime) {
        self.personsPath = personsPath
        self.conditionsPath = conditionsPath
        text = ConditionText(localTime: localTime)
    }

    /// What the two files hold.
    struct Content: Sendable {
        var persons: [Person] = []
        var conditions: [Condition] = []
    }

    func load() throws(InputProblems) -> Content {
        var problems = InputProblems()
        let persons = read(personsPath, columns: Self.personColumns, key: "person", &problems) {
            (row) throws(InputProblem) in try person(row)
        }
        let known = Set(persons.map(\.id))
        let arePersonsFaultless = problems.isEmpty
        let conditions = read(
            conditionsPath, columns: Self.conditionColumns, optional: Self.conditionColumnsMore, key: "condition",
            &problems
        ) { (row) throws(InputProblem) in
            let condition: Condition
            do throws(TextProblem) { condition = try text.condition { row.text($0) } } catch {
                throw row.problem(error.message)
            }
            // WHY: a person whose own line is wrong would be reported here a second time.
            if arePersonsFaultless {
                for person in [condition.person, condition.other ?? condition.person] where !known.contains(person) {
                    throw row.problem("person '\(person)' is not in \(personsPath)")
                }
            }
            return condition
        }
        guard problems.isEmpty else { throw problems }
        return Content(persons: persons, conditions: conditions)
    }

    /// The values of a file's good rows; what is wrong with the others is added to `problems`.
    private func read<Value>(
        _ path: String, columns: [String], optional: [String] = [], key: String, _ problems: inout InputProblems,
        parse: (CSVRow) throws(InputProblem) -> Value
    ) -> [Value] {
        var values: [Value] = []
        do {
            let file = try FileBytes(path: path)
            var rows = try CSVReader(file: path, bytes: file.bytes, required: columns, optional: optional)
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
        do throws(TextProblem) {
            try text.check(id: row.text("person"), "person")
            let plates = try text.plates(row.text("plates"))
            guard !plates.isEmpty else {
                throw TextProblem(message: "'plates' is empty; no camera could see the person")
            }
            return Person(id: row.text("person"), name: row.text("name"), plates: plates)
        } catch { throw row.problem(error.message) }
    }
}
