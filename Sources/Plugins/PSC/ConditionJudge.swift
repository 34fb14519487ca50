import ANPRCore
import PluginKit

/// Which conditions a read breaks. Pure: what it says depends on the read, the camera's place and the register alone.
struct ConditionJudge: Sendable {
    /// Whose clock the hours of a condition are told by.
    let localTime: LocalTime
    /// The law's priorities; nil: each kind has the same.
    var priorities: PriorityTable?

    /// - Parameter camera: the read's camera; nil when it is not known, and then no condition on a place is broken.
    /// - Returns: by priority, then by name. Contact bans and duties are not among them: one read cannot break these.
    func broken(by read: Read, at camera: Camera?, in register: ConditionRegister) -> [Condition] {
        var broken: [(priority: UInt8, condition: Condition)] = []
        for owner in register.owners(read.plate, at: read.capturedNs) {
            for condition in register.conditions(of: owner) {
                guard register.isInForce(condition, at: read.capturedNs), binds(condition, at: read.capturedNs),
                    forbids(condition.rule, camera)
                else { continue }
                broken.append((priority(condition, at: read.capturedNs), condition))
            }
        }
        return broken.sorted { ($0.priority, $0.condition.id) < ($1.priority, $1.condition.id) }.map(\.condition)
    }

    /// Its hours allow it to be broken then.
    func binds(_ condition: Condition, at capturedNs: Nanoseconds) -> Bool {
        guard let hours = condition.hours else { return true }
        return hours.contains(minuteOfDay: localTime.minuteOfDay(capturedNs))
    }

    func priority(_ condition: Condition, at ns: Nanoseconds) -> UInt8 {
        condition.priority ?? row(condition, at: ns)?.priority ?? Condition.priorityDefault
    }

    /// Whether its breach goes to the ISLP at once, as the law's table of that day has it; nil: no table says so.
    func goesToISLP(_ condition: Condition, at ns: Nanoseconds) -> Bool? { row(condition, at: ns)?.islp }

    private func row(_ condition: Condition, at ns: Nanoseconds) -> PriorityTable.Row? {
        priorities?.row(condition.rule.name, day: localTime.day(ns))
    }

    private func forbids(_ rule: ConditionRule, _ camera: Camera?) -> Bool {
        switch rule {
        case .noDriving, .curfew: return true
        case .forbiddenCameras(let names): return camera.map { names.contains($0.name) } ?? false
        case .forbiddenArea(let area):
            guard let camera, let place = Polygon.Point(xM: camera.xM, yM: camera.yM) else { return false }
            return area.contains(place)
        case .noContact, .dutyToReport: return false
        }
    }
}
