import ANPRCore
import PluginKit

/// Which conditions a read breaks. Pure: what it says depends on the read, the camera's place and the register alone.
struct ConditionJudge: Sendable {
    let register: ConditionRegister
    /// Whose clock the hours of a condition are told by.
    let localTime: LocalTime

    /// - Parameter camera: the read's camera; nil when it is not known, and then no condition on a place is broken.
    /// - Returns: places in `register.conditions`, by priority.
    func broken(by read: Read, at camera: Camera?) -> [Int] {
        var broken: [Int] = []
        for binding in register.bindings(read.plate) {
            guard read.capturedNs >= binding.fromNs, read.capturedNs < binding.toNs else { continue }
            let condition = register.conditions[binding.condition]
            guard binds(condition, at: read.capturedNs), forbids(condition.rule, camera) else { continue }
            // A plate that stands twice with one person breaks a condition once.
            if !broken.contains(binding.condition) { broken.append(binding.condition) }
        }
        return broken
    }

    private func binds(_ condition: Condition, at capturedNs: Nanoseconds) -> Bool {
        guard let hours = condition.hours else { return true }
        return hours.contains(minuteOfDay: localTime.minuteOfDay(capturedNs))
    }

    private func forbids(_ rule: ConditionRule, _ camera: Camera?) -> Bool {
        switch rule {
        case .noDriving, .curfew: return true
        case .forbiddenCameras(let names): return camera.map { names.contains($0.name) } ?? false
        case .forbiddenArea(let area):
            guard let camera, let place = Polygon.Point(xM: camera.xM, yM: camera.yM) else { return false }
            return area.contains(place)
        }
    }
}
