import Testing

@testable import ANPRCore

struct TrafficTests {
    @Test(arguments: [1, 7, 99] as [UInt64])
    func repeatsFromItsSeed(seed: UInt64) throws {
        let network = Fixture.ring()
        let first = try Fixture.observations(network, Fixture.options(seed: seed))
        #expect(first == (try Fixture.observations(network, Fixture.options(seed: seed))))
        #expect(first != (try Fixture.observations(network, Fixture.options(seed: seed + 1))))
    }

    @Test func comesInOrderWithinTheDurationAtTheRate() throws {
        let options = Fixture.options(readsPerSecond: 300, seconds: 600)
        let all = try Fixture.observations(Fixture.ring(), options)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.arrivalNs <= $1.arrivalNs })
        #expect(all.first!.trueNs >= options.startNs && all.last!.trueNs < options.startNs + options.durationNs)
        let wanted = 300.0 * 600
        #expect(abs(Double(all.count) - wanted) < wanted * 0.05)
        // As many in the first third as in the last: the roads are full from the start.
        let third = all.count { $0.trueNs < options.startNs + 200 * .second }
        #expect(abs(Double(third) - wanted / 3) < wanted / 3 * 0.05)
    }

    @Test func stopsAfterTheReadsAsked() throws {
        var options = Fixture.options()
        options.readsMax = 1234
        #expect(try Fixture.observations(Fixture.ring(), options).count == 1234)
    }

    /// Each vehicle goes from site to site along links, for length over a speed that a driver would drive.
    @Test(arguments: [1, 2] as [UInt64])
    func drivesAlongLinks(seed: UInt64) throws {
        let network = try Fixture.belgium()
        let all = try Fixture.observations(network, Fixture.options(seed: seed, readsPerSecond: 100, seconds: 1800))
        var lastByVehicle: [UInt32: Observation] = [:]
        var hops = 0
        for now in all {
            if let before = lastByVehicle.updateValue(now, forKey: now.vehicle) {
                hops += 1
                let from = network.site(ofCamera: before.camera)
                let to = network.site(ofCamera: now.camera)
                let takenNs = now.trueNs - before.trueNs
                #expect(before.truePlate == now.truePlate)
                #expect(before.read.vehicleClass == now.read.vehicleClass)
                let fits = network.links.contains { link in
                    guard link.from == from, link.to == to else { return false }
                    let speedMkmh = Double(link.lengthMm) * 3.6e9 / Double(takenNs)
                    let limitMkmh = Double(link.limitKmh) * 1000
                    let slowest = min(limitMkmh, 90_000) * 0.79
                    return speedMkmh > slowest && speedMkmh < (limitMkmh + 71_000) / 0.94 + 6000
                        && abs(speedMkmh / 100 - Double(now.read.speedDecikmh)) < speedMkmh / 100 * 0.03
                }
                #expect(fits, "vehicle \(now.vehicle) from site \(from ?? -1) to \(to ?? -1) in \(takenNs) ns")
            }
        }
        #expect(hops > all.count / 4)
    }

    /// No plate is on two vehicles, and what cameras print is the plate.
    @Test func carriesEachPlateOnce() throws {
        let all = try Fixture.observations(Fixture.ring(), Fixture.options(readsPerSecond: 400))
        var vehicleByPlate: [Plate: UInt32] = [:]
        for o in all {
            #expect(vehicleByPlate.updateValue(o.vehicle, forKey: o.truePlate) ?? o.vehicle == o.vehicle)
            #expect(try Plate(o.read.text.string) == o.truePlate)
        }
        #expect(all.contains { $0.read.text.string.contains("-") })
        #expect(vehicleByPlate.count > 2000)
    }

    @Test func drivesWithOneCamera() throws {
        let camera = Camera(id: 5, name: "5", site: "", lane: 1, xM: 0, yM: 0)
        let network = RoadNetwork(registry: CameraRegistry([camera]), routes: [])
        let all = try Fixture.observations(network, Fixture.options(readsPerSecond: 2, seconds: 1000))
        #expect((1700...2300).contains(all.count))
        #expect(all.allSatisfy { $0.camera == 5 })
    }

    @Test func refusesARateThatNeedsTooManyVehicles() {
        #expect(throws: TrafficError.self) {
            _ = try Traffic(Fixture.ring(), options: Fixture.options(readsPerSecond: 1_000_000))
        }
        #expect(throws: TrafficError.badRate) {
            _ = try Traffic(Fixture.ring(), options: Fixture.options(readsPerSecond: 0))
        }
    }
}

struct ProportionTests {
    /// Countries of vehicles, within four standard deviations.
    @Test func mixesCountries() throws {
        let all = try Fixture.observations(Fixture.ring(), Fixture.options(readsPerSecond: 400))
        var byVehicle: [UInt32: Country] = [:]
        for o in all { byVehicle[o.vehicle] = o.read.country }
        let n = Double(byVehicle.count)
        for share in TrafficOptions.countriesDefault {
            let p = share.share / 100
            let count = Double(byVehicle.values.count { $0 == share.country })
            #expect(abs(count - n * p) < 4 * (n * p * (1 - p)).squareRoot(), "\(share.country)")
        }
    }

    /// Offences over the sections of seeds/ by excess, against seeds/figures/excess.csv.
    @Test func speedsAsPublished() throws {
        let network = try Fixture.belgium()
        let sections = try Fixture.belgianSections(network)
        let rows = try Fixture.figures("figures/excess.csv", ["from_kmh", "to_kmh", "permille"])
        #expect(rows.map { Int($0[2]) } == TrafficOptions().excessPermille)
        let log = JourneyLog(network, sections: sections, settings: CorrelatorSettings())
        var options = Fixture.options(seed: 3, readsPerSecond: 100, seconds: 3600)
        options.offenceShare = 0.2
        _ = Fixture.observations(try Traffic(network, options: options, journeys: log))
        var byRow = [Int](repeating: 0, count: rows.count)
        // A driver keeps a style along a road, so vehicles are counted, not passages.
        var seen: Set<UInt64> = []
        var vehicles = 0
        for passage in log.passages {
            let section = sections[Int(passage.section)]
            let limit = Int(section.limits[0].kmh)
            let excess = JourneyLog.correctedKmh(passage, lengthMm: Int64(section.lengthMm)) - limit
            guard seen.insert(UInt64(passage.vehicle) << 32 | UInt64(limit)).inserted else { continue }
            vehicles += 1
            guard excess > 0 else { continue }
            byRow[rows.firstIndex { excess >= Int($0[0])! && excess <= (Int($0[1]) ?? .max) }!] += 1
        }
        let offences = Double(byRow.reduce(0, +))
        // Trucks do not speed where they may not drive so fast anyway.
        #expect(offences > Double(vehicles) * 0.14 && offences < Double(vehicles) * 0.22)
        for (count, row) in zip(byRow, rows) {
            let p = Double(row[2])! / 1000
            #expect(abs(Double(count) - offences * p) < 4 * (offences * p * (1 - p)).squareRoot() + 2, "\(row)")
        }
    }

    /// Hits on the lists of seeds/, per million reads, against seeds/figures/hit_rates.csv.
    @Test func hitsAsPublished() throws {
        let network = try Fixture.belgium()
        let rates = try Fixture.figures("figures/hit_rates.csv", ["list", "reads_per_million"])
            .filter { $0[0] != "all" }
        var options = Fixture.options(seed: 5, readsPerSecond: 80, seconds: 3600)
        var entries: [NaiveEntry] = []
        for (i, rate) in rates.enumerated() {
            let path = Fixture.seeds("blacklists/\(rate[0]).csv")
            let list = try NaiveEntry.entries(path: path, list: i, tolerance: .exact)
            let share = ListedPlates.shareDefault(list: rate[0])
            #expect(abs(share - Double(rate[1])! / 1e6) < 1e-9)
            options.listed.append(ListedPlates(name: rate[0], share: share, entries: list))
            entries += list
        }
        var matcher = NaiveMatcher(entries)
        var byList = [Int](repeating: 0, count: rates.count)
        let all = try Fixture.observations(network, options)
        for o in all {
            guard let best = matcher.match(o.truePlate, atNs: o.trueNs).first else { continue }
            byList[entries[best.entry].list] += 1
        }
        for (count, rate) in zip(byList, rates) {
            let expected = Double(all.count) * Double(rate[1])! / 1e6
            // A vehicle is read some ten times, so hits come in tens.
            let spread = (expected * 12).squareRoot()
            #expect(abs(Double(count) - expected) < 4 * spread, "\(rate[0]): \(count), \(expected)")
        }
        let total = Double(byList.reduce(0, +)) / Double(all.count)
        #expect(total > 0.006 && total < 0.008)
    }
}

struct DrivingStyleTests {
    /// The tolerance rule of section control, as DOMAIN's check values have it: 128 gives 120, 129 gives 121.
    @Test func invertsTheTolerance() {
        for corrected in 10...250 as ClosedRange<Int64> {
            let range = DrivingStyle.measuredMkmh(correctedKmh: corrected)
            for speed in [range.lowerBound, (range.lowerBound + range.upperBound) / 2, range.upperBound] {
                let passage = JourneyLog.Passage(
                    section: 0, vehicle: 0, plate: .none, entryNs: 0,
                    exitNs: 1_000_000 * 3_600_000_000 / speed)
                // At the upper end the passage's time, rounded down, may make it a km/h more.
                let slack = speed == range.upperBound ? 1 : 0
                #expect(abs(JourneyLog.correctedKmh(passage, lengthMm: 1_000_000) - Int(corrected)) <= slack)
            }
        }
        #expect(DrivingStyle.measuredMkmh(correctedKmh: 121).contains(129_000))
        #expect(DrivingStyle.measuredMkmh(correctedKmh: 120).contains(128_000))
        #expect(DrivingStyle.measuredMkmh(correctedKmh: 64).contains(70_000))
    }

    @Test func takesLengthOverSpeed() {
        #expect(DrivingStyle.travelNs(lengthMm: 1_000_000, speedMkmh: 120_000) == 30 * .second)
        #expect(DrivingStyle.travelNs(lengthMm: 4_400_000, speedMkmh: 70_000) == 226_285_714_286)
    }
}
