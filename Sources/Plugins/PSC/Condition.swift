import ANPRCore
import PluginKit

/// What Justice has imposed on a person, as far as a camera can see it broken.
struct Condition: Equatable, Sendable {
    let id: String
    let person: String
    let rule: ConditionRule
    /// In force from (inclusive) and to (exclusive), judged at a read's capture time.
    let fromNs: Nanoseconds
    let toNs: Nanoseconds
    /// When given, the condition binds in these local hours only.
    let hours: DayHours?
    /// 0 (highest) to 100.
    let priority: UInt8
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

    /// The words used in files.
    static let names = ["no_driving", "forbidden_cameras", "forbidden_area", "curfew"]
    var name: String {
        switch self {
        case .noDriving: "no_driving"
        case .forbiddenCameras: "forbidden_cameras"
        case .forbiddenArea: "forbidden_area"
        case .curfew: "curfew"
        }
    }
}

/// A person under conditions, and the plates that are this person's.
struct Person: Equatable, Sendable {
    let id: String
    let name: String
    let plates: [PersonPlate]
}

/// A plate, and from (inclusive) when to (exclusive) when it is the person's: a Belgian plate belongs to a person, not
/// to a car, and moves.
struct PersonPlate: Equatable, Sendable {
    let plate: Plate
    let fromNs: Nanoseconds
    let toNs: Nanoseconds
}
