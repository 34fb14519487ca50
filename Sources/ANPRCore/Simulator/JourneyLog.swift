/// Section passages as they happened on the road, counted from the vehicles' journeys and from nothing that a camera
/// read: a second count beside the truth that is made of the reads.
///
/// A passage is a vehicle at a site of the section's entry and then, without another visit to the entry, at a site of
/// its exit, within the time and above the speed that make two reads one passage.
package final class JourneyLog {
    package struct Passage: Equatable, Sendable {
        package let section: UInt32
        package let vehicle: UInt32
        package let plate: Plate
        package let entryNs: Nanoseconds
        package let exitNs: Nanoseconds
    }

    private struct Key: Hashable {
        var vehicle: UInt32
        var section: Int
    }

    private let sections: [Section]
    /// By site: places in `sections` that begin there, and that end there.
    private let begins: [[Int]]
    private let ends: [[Int]]
    private let durationMaxNs: [Nanoseconds]
    private var open: [Key: Nanoseconds] = [:]
    package private(set) var passages: [Passage] = []

    package init(_ network: RoadNetwork, sections: [Section], settings: CorrelatorSettings) {
        self.sections = sections
        var begins = [[Int]](repeating: [], count: network.sites.count)
        var ends = begins
        for (i, section) in sections.enumerated() {
            for site in Set(section.entryCameras.compactMap(network.site(ofCamera:))) { begins[site].append(i) }
            for site in Set(section.exitCameras.compactMap(network.site(ofCamera:))) { ends[site].append(i) }
        }
        self.begins = begins
        self.ends = ends
        durationMaxNs = sections.map {
            min(
                settings.passageMaxNs,
                DrivingStyle.travelNs(lengthMm: Int64($0.lengthMm), speedMkmh: Int64(settings.speedMinKmh) * 1000))
        }
    }

    func passed(_ vehicle: Vehicle, atNs: Nanoseconds) {
        let site = Int(vehicle.site)
        for i in ends[site] {
            guard let entryNs = open.removeValue(forKey: Key(vehicle: vehicle.number, section: i)),
                atNs - entryNs <= durationMaxNs[i]
            else { continue }
            passages.append(
                Passage(
                    section: sections[i].id, vehicle: vehicle.number, plate: vehicle.plate, entryNs: entryNs,
                    exitNs: atNs))
        }
        for i in begins[site] { open[Key(vehicle: vehicle.number, section: i)] = atNs }
    }

    /// A passage's corrected speed by the ordinary tolerance, from its true times and the surveyed length.
    package static func correctedKmh(_ passage: Passage, lengthMm: Int64) -> Int {
        // mm / ns is 3.6e9 times 0.001 km/h.
        let speedMkmh = Int(lengthMm * 3_600_000_000 / (passage.exitNs - passage.entryNs))
        return speedMkmh <= 100_000 ? max(0, speedMkmh - 6000) / 1000 : speedMkmh * 94 / 100_000
    }
}
