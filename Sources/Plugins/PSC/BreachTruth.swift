import ANPRCore
import PluginKit

/// What PSC must come to, from what was on the road: each read against each line of its files, apart from the register
/// and its judge. Of what a person alone breaks: where there are bans on contact, only reads are counted.
enum BreachTruth {
    static func counters(_ truth: Truth, _ options: [String: String]) throws -> [PluginCounter] {
        let options = try PSCOptions(options)
        let content = try options.loadFiles()
        let reads = PluginCounter("reads", truth.summary.watchedReads)
        guard content.conditions.allSatisfy({ $0.other == nil }) else { return [reads] }
        var breaking = 0
        var breaches = 0
        var alerts: Set<String> = []
        for read in truth.watchedReads {
            let broken = content.conditions.filter { condition in
                let isDrivers = content.persons.contains { person in
                    person.id == condition.person
                        && person.plates.contains {
                            $0.plate == read.plate && $0.fromNs <= read.capturedNs && read.capturedNs < $0.toNs
                        }
                }
                return isDrivers && isBroken(condition, by: read, truth.cameras, options.localTime)
            }
            breaking += broken.isEmpty ? 0 : 1
            breaches += broken.count
            let window = read.capturedNs / options.repeatNs
            for condition in broken { alerts.insert("\(condition.id) \(read.camera) \(window)") }
        }
        return [
            reads, PluginCounter("breaking", breaking), PluginCounter("breaches", breaches),
            PluginCounter("alerts", alerts.count),
        ]
    }

    private static func isBroken(
        _ condition: Condition, by read: Read, _ cameras: CameraRegistry, _ localTime: LocalTime
    ) -> Bool {
        guard condition.fromNs <= read.capturedNs, read.capturedNs < condition.toNs else { return false }
        if let hours = condition.hours {
            let minute = (read.capturedNs + localTime.offsetNs(at: read.capturedNs)) / (60 * .second) % 1440
            guard hours.contains(minuteOfDay: Int(minute)) else { return false }
        }
        guard let camera = cameras[read.camera] else { return false }
        switch condition.rule {
        case .noDriving, .curfew: return true
        case .forbiddenCameras(let names): return names.contains(camera.name)
        case .forbiddenArea(let area):
            return Polygon.Point(xM: camera.xM, yM: camera.yM).map { area.contains($0) } ?? false
        case .noContact, .dutyToReport: return false
        }
    }
}
