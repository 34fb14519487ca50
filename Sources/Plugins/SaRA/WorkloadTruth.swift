import ANPRCore
import PluginKit

/// What SaRA must come to when nobody follows a hit up: hits in zones, and needs for staff. Alerts on persons under
/// conditions are not in it: they must be too few to make a need by themselves.
enum WorkloadTruth {
    private struct Place: Hashable {
        let zone: String
        let shift: Shift
    }

    static func counters(_ truth: Truth, _ options: [String: String]) throws -> [PluginCounter] {
        let options = try SaRAOptions(options)
        let tables = try options.loadTables()
        let today = options.localTime.day(truth.latestSentNs)
        var taken = 0
        var late: [Place: Int] = [:]
        for hit in truth.hits where !hit.isRepeat {
            guard let camera = truth.cameras[hit.read.camera], let zone = tables.zones.zone(of: camera)?.code else {
                continue
            }
            let (day, shift) = Shift.of(hit.read.capturedNs, options.localTime)
            guard let norm = tables.norms.norm(zone: zone, shift: shift, day: day) else { continue }
            taken += 1
            let closeNs = hit.read.capturedNs + norm.followNs + options.reportNs
            guard closeNs <= truth.latestSentNs, day > today - norm.days else { continue }
            late[Place(zone: zone, shift: shift), default: 0] += 1
        }
        let needs = late.count { place, late in
            tables.norms.norm(zone: place.zone, shift: place.shift, day: today).map {
                late >= $0.hitsPerStaff * $0.days
            } ?? false
        }
        return [
            PluginCounter("hits", truth.hits.count), PluginCounter("repeated", truth.hits.count { $0.isRepeat }),
            PluginCounter("taken", taken), PluginCounter("needs_open", needs),
        ]
    }
}
