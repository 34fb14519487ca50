import ANPRCore
import PluginKit

/// What is wrong with a text, for whoever knows where it stands.
struct TextProblem: Error { let message: String }

/// Reads persons and conditions from texts: a file's columns, a command's fields, a message of i+Belgium.
struct ConditionText: Sendable {
    /// In which a date without an hour begins.
    let localTime: LocalTime

    static let idBytesMax = 80
    static let textBytesMax = 400
    static let camerasMax = 1000
    /// Of a column that lists: plates, cameras, corners.
    static let columnBytesMax = 1 << 15

    /// An open end is nothing.
    static func end(_ ns: Nanoseconds) -> String { ns == .min || ns == .max ? "" : Instant.format(ns) }

    /// `1ABC234`, or `1ABC234@2026-01-01/2026-04-01` with either day left out; blanks between.
    func plates(_ text: String) throws(TextProblem) -> [PersonPlate] {
        var plates: [PersonPlate] = []
        for word in text.split(separator: " ") { plates.append(try plate(word)) }
        guard plates.count <= Person.platesMax else {
            throw TextProblem(message: "a person has at most \(Person.platesMax) plates")
        }
        return plates
    }

    private func plate(_ word: Substring) throws(TextProblem) -> PersonPlate {
        let parts = word.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let plate: Plate
        do throws(PlateError) { plate = try Plate(parts[0]) } catch {
            throw TextProblem(message: "plate '\(parts[0])' is none: \(error)")
        }
        guard parts.count == 2 else { return PersonPlate(plate: plate, fromNs: .min, toNs: .max) }
        let ends = parts[1].split(separator: "/", omittingEmptySubsequences: false)
        guard ends.count == 2, let fromNs = instant(ends[0], absent: .min), let toNs = instant(ends[1], absent: .max),
            fromNs < toNs
        else {
            throw TextProblem(message: "'\(word)' must be a plate, or plate@from/to with dates, from before to")
        }
        return PersonPlate(plate: plate, fromNs: fromNs, toNs: toNs)
    }

    /// - Parameter column: a column's text; empty: it is not there.
    func condition(_ column: (String) -> String) throws(TextProblem) -> Condition {
        let (fromNs, toNs) = try span(from: column("valid_from"), to: column("valid_to"))
        var hours: DayHours?
        if !column("hours").isEmpty {
            hours = DayHours(column("hours"))
            if hours == nil {
                throw TextProblem(message: "'hours' must be such as 22:00-06:00, not '\(column("hours"))'")
            }
        }
        var priority: UInt8?
        if !column("priority").isEmpty {
            priority = UInt8(column("priority"))
            guard let priority, priority <= 100 else {
                throw TextProblem(message: "'priority' must be 0 (highest) to 100, not '\(column("priority"))'")
            }
        }
        guard !column("reason").isEmpty else { throw TextProblem(message: "'reason' is empty; an alert says why") }
        try check(id: column("condition"), "condition")
        return Condition(
            id: column("condition"), person: column("person"), measure: column("measure"),
            rule: try rule(column, hours: hours), fromNs: fromNs, toNs: toNs, hours: hours, priority: priority,
            reason: column("reason"))
    }

    /// It becomes a part of keys, which stand in lines as they are.
    func check(id: String, _ name: String) throws(TextProblem) {
        guard !id.isEmpty, id.utf8.count <= Self.idBytesMax,
            id.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5c })
        else {
            throw TextProblem(
                message: "'\(name)' has 1 to \(Self.idBytesMax) bytes, and may hold no quotation mark, backslash or "
                    + "control character")
        }
    }

    private func rule(_ column: (String) -> String, hours: DayHours?) throws(TextProblem) -> ConditionRule {
        let kind = column("kind")
        guard ConditionRule.names.contains(kind) else {
            throw TextProblem(
                message: "'kind' must be one of \(ConditionRule.names.joined(separator: ", ")), not '\(kind)'")
        }
        // A column that would say nothing is a mistake of whoever filled it in.
        for (name, user) in [
            ("cameras", "forbidden_cameras"), ("area", "forbidden_area"), ("with", "no_contact"),
            ("every_days", "duty_to_report"),
        ] where kind != user && !column(name).isEmpty {
            throw TextProblem(message: "'\(name)' belongs to \(user), not to \(kind)")
        }
        switch kind {
        case "forbidden_cameras":
            let names = Set(column("cameras").split(separator: " ").map(String.init))
            guard !names.isEmpty, names.count <= Self.camerasMax else {
                throw TextProblem(
                    message: "'cameras' must name cameras, separated by blanks, at most \(Self.camerasMax)")
            }
            return .forbiddenCameras(names)
        case "forbidden_area":
            guard let area = Polygon(column("area")) else {
                throw TextProblem(
                    message: "'area' must be 3 to \(Polygon.cornersMax) corners in metres: x y; x y; x y")
            }
            return .forbiddenArea(area)
        case "curfew":
            guard hours != nil else { throw TextProblem(message: "a curfew needs 'hours'") }
            return .curfew
        case "no_contact": return try contact(column)
        case "duty_to_report": return try duty(column, hours: hours)
        default: return .noDriving
        }
    }

    private func contact(_ column: (String) -> String) throws(TextProblem) -> ConditionRule {
        let other = column("with")
        guard !other.isEmpty, other != column("person") else {
            throw TextProblem(message: "'with' must name the other person")
        }
        return .noContact(with: other)
    }

    private func duty(_ column: (String) -> String, hours: DayHours?) throws(TextProblem) -> ConditionRule {
        guard hours == nil else { throw TextProblem(message: "a duty to report has no 'hours'") }
        guard let days = Int(column("every_days")), (1...ConditionRule.everyDaysMax).contains(days) else {
            throw TextProblem(
                message: "'every_days' must be 1 to \(ConditionRule.everyDaysMax): the days of each period")
        }
        return .dutyToReport(everyDays: days)
    }

    func span(from: String, to: String) throws(TextProblem) -> (fromNs: Nanoseconds, toNs: Nanoseconds) {
        let (fromNs, toNs) = (try end(from, "valid_from", absent: .min), try end(to, "valid_to", absent: .max))
        guard fromNs < toNs else {
            throw TextProblem(message: "'valid_from' must be before 'valid_to': '\(from)' is not before '\(to)'")
        }
        return (fromNs, toNs)
    }

    private func end(_ text: String, _ name: String, absent: Nanoseconds) throws(TextProblem) -> Nanoseconds {
        guard let ns = instant(text, absent: absent) else {
            throw TextProblem(message: "'\(name)' must be a date or an instant, not '\(text)'")
        }
        return ns
    }

    /// A date begins at local midnight; an instant says its own offset.
    func instant(_ text: some StringProtocol, absent: Nanoseconds) -> Nanoseconds? {
        if text.isEmpty { return absent }
        guard let ns = Instant.parse(text) else { return nil }
        if ns == .min || ns == .max { return ns }  // a date such as 9999-12-31: for ever
        return text.utf8.count == 10 ? localTime.startNs(ofDay: Int(ns / .day)) : ns
    }
}
