/// What traffic to make. Shares are of vehicles, between 0 and 1.
package struct TrafficOptions: Sendable {
    package var seed: UInt64 = 1
    /// Reads per second of event time, on average over all cameras.
    package var readsPerSecond = 1000.0
    package var durationNs: Nanoseconds = 600 * .second
    /// Stop after this many reads even if the time is not over.
    package var readsMax = Int.max
    /// Fixed by default, so that runs repeat.
    package var startNs: Nanoseconds = TrafficOptions.startDefaultNs
    package var countries = TrafficOptions.countriesDefault
    /// Drivers above the limit once the tolerance is taken off, of all drivers on a road.
    package var offenceShare = 0.03
    /// Of a thousand offences, by corrected excess: 1-10, 11-20, 21-30, 31-40 km/h, above (6,883,320 offences of 2023;
    /// what the published shares leave over goes to the last).
    package var excessPermille = [705, 224, 51, 12, 8]
    package var truckShare = 0.12
    package var vanShare = 0.14
    package var motorcycleShare = 0.02
    /// Vehicles that carry plates of lists or of persons under conditions.
    package var listed: [ListedPlates] = []

    package init() {}

    /// 2026-06-01T06:00:00Z
    package static let startDefaultNs =
        Nanoseconds(Instant.days(year: 2026, month: 6, day: 1)) * .day + 6 * .hour

    package static let countriesDefault = [
        CountryShare("BE", 70)!, CountryShare("NL", 11)!, CountryShare("FR", 10)!, CountryShare("DE", 6)!,
        CountryShare("LU", 3)!,
    ]

    /// Vehicles on the road at once, at most: about 1 GiB of state. A higher rate of reads is reached by a faster pace.
    package static let vehiclesMax = 8_000_000
}

/// Plates that some of the vehicles carry: a blacklist, or the plates of persons under conditions.
package struct ListedPlates: Sendable {
    package var name: String
    /// Vehicles that carry one, of all vehicles, as long as there are free ones: no plate is on two vehicles at once.
    package var share: Double
    package var entries: [NaiveEntry]

    package init(name: String, share: Double, entries: [NaiveEntry]) {
        precondition(share >= 0 && share <= 1)
        self.name = name
        self.share = share
        self.entries = entries
    }
}

extension ListedPlates {
    /// Reads that hit a list of this name, of all reads: 0.03 % for wanted vehicles, 0.7 % over all lists, as published
    /// (the split between the others is invented; seeds/figures/hit_rates.csv). Lists of other names: 0.1 %.
    package static func shareDefault(list: String) -> Double {
        let published = [
            "wanted": 0.0003, "stolen": 0.0002, "insurance": 0.0044, "inspection": 0.002, "patterns": 0.0001,
        ]
        return published[list] ?? 0.001
    }
}

/// Why traffic cannot be made as asked.
package enum TrafficError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooManyVehicles(needed: Int)
    case badRate

    package var description: String {
        switch self {
        case .tooManyVehicles(let needed):
            "the rate needs \(needed) vehicles on the road at once, more than \(TrafficOptions.vehiclesMax): "
                + "lower the reads per second and raise the pace"
        case .badRate: "reads per second must be above 0, and the duration too"
        }
    }
}
