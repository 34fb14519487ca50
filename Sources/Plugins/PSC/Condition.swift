import ANPRCore
import PluginKit

/// What Justice has imposed on a person, as far as it can be seen broken.
struct Condition: Equatable, Sendable {
    let id: String
    let person: String
    /// The decision that it rests on; empty when it came from a file, which names none.
    var measure: String
    let rule: ConditionRule
    /// In force from (inclusive) and to (exclusive), judged at a read's capture time, and only while its measure is.
    let fromNs: Nanoseconds
    var toNs: Nanoseconds
    /// When given, the condition binds in these local hours only.
    let hours: DayHours?
    /// 0 (highest) to 100; nil: what the table of law says for its kind.
    let priority: UInt8?
    let reason: String

    static let priorityDefault: UInt8 = 50
}

enum ConditionRule: Equatable, Sendable {
    /// The person's vehicles are not driven, anywhere.
    case noDriving
    /// Not past these cameras, by their names.
    case forbiddenCameras(Set<String>)
    /// Not past a camera that stands in this area.
    case forbiddenArea(Polygon)
    /// Not on the road in the condition's hours.
    case curfew
    /// Not at one place together with this other person.
    case noContact(with: String)
    /// Reports to the police once in each period of so many local days.
    case dutyToReport(everyDays: Int)

    /// The words used in files.
    static let names = [
        "no_driving", "forbidden_cameras", "forbidden_area", "curfew", "no_contact", "duty_to_report",
    ]
    static let everyDaysMax = 366

    var name: String {
        switch self {
        case .noDriving: "no_driving"
        case .forbiddenCameras: "forbidden_cameras"
        case .forbiddenArea: "forbidden_area"
        case .curfew: "curfew"
        case .noContact: "no_contact"
        case .dutyToReport: "duty_to_report"
        }
    }
}

extension Condition {
    /// The other person of a contact ban.
    var other: String? { if case .noContact(let other) = rule { other } else { nil } }
    var everyDays: Int? { if case .dutyToReport(let days) = rule { days } else { nil } }

    /// Its columns, as a file has them. A set is written in order, so that equal conditions are equal texts.
    var columns: [(name: StaticString, text: String)] {
        var (cameras, area) = ("", "")
        switch rule {
        case .forbiddenCameras(let names): cameras = names.sorted().joined(separator: " ")
        case .forbiddenArea(let polygon): area = polygon.text
        case .noDriving, .curfew, .noContact, .dutyToReport: break
        }
        return [
            ("condition", id), ("person", person), ("measure", measure), ("kind", rule.name),
            ("valid_from", ConditionText.end(fromNs)), ("valid_to", ConditionText.end(toNs)),
            ("hours", hours?.description ?? ""), ("cameras", cameras), ("area", area), ("with", other ?? ""),
            ("every_days", everyDays.map(String.init) ?? ""), ("priority", priority.map(String.init) ?? ""),
            ("reason", reason),
        ]
    }

    func write(into line: inout JSONLine) { for (name, text) in columns { line.field(name, text) } }

    func write(into bytes: inout [UInt8]) {
        bytes.append(texts: [id, person, measure, reason, hours?.description ?? ""])
        bytes.append(number: fromNs)
        bytes.append(number: toNs)
        bytes.append(number: priority ?? Self.noPriority)
        switch rule {
        case .noDriving: bytes.append(number: UInt8(1))
        case .forbiddenCameras(let names):
            bytes.append(number: UInt8(2))
            bytes.append(number: UInt32(names.count))
            bytes.append(texts: names.sorted())
        case .forbiddenArea(let area):
            bytes.append(number: UInt8(3))
            bytes.append(number: UInt32(area.corners.count))
            for corner in area.corners {
                bytes.append(number: Int64(corner.xMm))
                bytes.append(number: Int64(corner.yMm))
            }
        case .curfew: bytes.append(number: UInt8(4))
        case .noContact(let other):
            bytes.append(number: UInt8(5))
            bytes.append(text: other)
        case .dutyToReport(let days):
            bytes.append(number: UInt8(6))
            bytes.append(number: UInt32(days))
        }
    }

    private static let noPriority: UInt8 = .max

    init?(_ reader: inout ByteReader) {
        guard let texts = reader.texts(5), let fromNs = reader.number(Nanoseconds.self),
            let toNs = reader.number(Nanoseconds.self), let priority = reader.number(UInt8.self),
            let rule = ConditionRule(&reader)
        else { return nil }
        let hours = DayHours(texts[4])
        guard texts[4].isEmpty || hours != nil else { return nil }
        self.init(
            id: texts[0], person: texts[1], measure: texts[2], rule: rule, fromNs: fromNs, toNs: toNs, hours: hours,
            priority: priority == Self.noPriority ? nil : priority, reason: texts[3])
    }
}

extension ConditionRule {
    init?(_ reader: inout ByteReader) {
        switch reader.number(UInt8.self) {
        case 1: self = .noDriving
        case 2:
            guard let count = reader.number(UInt32.self), let names = reader.texts(Int(count)) else { return nil }
            self = .forbiddenCameras(Set(names))
        case 3:
            guard let count = reader.number(UInt32.self), (3...Polygon.cornersMax).contains(Int(count)) else {
                return nil
            }
            var corners: [Polygon.Point] = []
            for _ in 0..<count {
                guard let x = reader.number(Int64.self), let y = reader.number(Int64.self) else { return nil }
                corners.append(Polygon.Point(xMm: Int(x), yMm: Int(y)))
            }
            self = .forbiddenArea(Polygon(corners: corners))
        case 4: self = .curfew
        case 5:
            guard let other = reader.text() else { return nil }
            self = .noContact(with: other)
        case 6:
            guard let days = reader.number(UInt32.self), (1...Self.everyDaysMax).contains(Int(days)) else {
                return nil
            }
            self = .dutyToReport(everyDays: Int(days))
        default: return nil
        }
    }
}

extension Polygon {
    /// As `init(_:)` reads it: metres with three decimals.
    fileprivate var text: String {
        func metres(_ mm: Int) -> String {
            let decimals = String(abs(mm) % 1000 + 1000).dropFirst()
            return "\(mm < 0 ? "-" : "")\(abs(mm) / 1000)\(abs(mm) % 1000 == 0 ? "" : "." + decimals)"
        }
        return corners.map { "\(metres($0.xMm)) \(metres($0.yMm))" }.joined(separator: "; ")
    }
}
