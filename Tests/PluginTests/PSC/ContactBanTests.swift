import Testing

@testable import ANPRCore
@testable import PSC

/// Two persons together: the same place within five minutes, whichever read comes first.
@Suite struct ContactBanTests {
    private let noonNs = Samples.noonishNs
    private let minute = WatchBench.minute

    private func bench() throws -> WatchBench {
        let bench = try WatchBench()
        try bench.person("P1", "1ABC234")
        try bench.person("P2", "2BCD345 1ABC234@2027-01-01/")
        try bench.condition("C1", on: "P1", "no_contact", ["with": .text("P2"), "priority": .whole(3)])
        return bench
    }

    @Test func bothPlatesAreWatched() throws {
        #expect(Set(try bench().watch.watchedPlates.map(\.plate.description)) == ["1ABC234", "2BCD345"])
    }

    @Test(arguments: [true, false]) func theOrderOfArrivalIsNoMatter(isReversed: Bool) throws {
        let bench = try bench()
        let reads = [
            Samples.read("1ABC234", camera: 3, at: noonNs, sequence: 1),
            Samples.read("2BCD345", camera: 4, at: noonNs + 4 * minute, sequence: 2),
        ]
        for read in isReversed ? reads.reversed() : reads { try bench.host.hand(reads: [read]) }
        let line = try #require(try bench.alerts().first)
        #expect(try bench.alerts().count == 1)
        #expect(line["id"] as? String == "C1:3/1/1:4/1/2")
        #expect(line["key"] as? String == "C1:E40-01:2026-11-23T08:15:00Z")
        #expect(line["person"] as? String == "P1" && line["with"] as? String == "P2")
        #expect(line["with_plate"] as? String == "2BCD345" && line["plate"] as? String == "1ABC234")
        let told = try #require(try bench.host.told().first)
        #expect(told.atNs == noonNs + 4 * minute)
        #expect(String(decoding: told.body, as: UTF8.self).hasSuffix(#""priority":3,"with":"P2"}"#))
    }

    @Test func theEdges() throws {
        for (camera, offNs, isMet) in [
            (4, 5 * minute, true), (4, 5 * minute + 1, false), (4, -5 * minute, true), (4, -5 * minute - 1, false),
            (7, 0, false),
        ] as [(UInt32, Nanoseconds, Bool)] {
            let bench = try bench()
            try bench.read("1ABC234", at: noonNs)
            try bench.read("2BCD345", camera: camera, at: noonNs + offNs)
            #expect(bench.count("alerts") == (isMet ? 1 : 0), "\(camera) \(offNs)")
        }
    }

    /// A car that is both persons' does not meet itself; a camera that nobody knows is a place of its own.
    @Test func oneCarIsNoMeeting() throws {
        let bench = try bench()
        try bench.done(
            "person link", ["person": .text("P2"), "plate": .plate(Samples.plate("3CDE456"))])
        try bench.done(
            "person link", ["person": .text("P1"), "plate": .plate(Samples.plate("3CDE456"))])
        try bench.read("3CDE456", at: noonNs)
        try bench.read("3CDE456", at: noonNs + minute)
        #expect(bench.count("alerts") == 0)
        try bench.read("2BCD345", camera: 99, at: noonNs)
        try bench.read("1ABC234", camera: 99, at: noonNs)
        #expect(try bench.alerts().map { $0["site"] as? String } == [""])
        #expect(try bench.alerts().first?["key"] as? String == "C1:99:2026-11-23T08:15:00Z")
    }

    /// Meetings by a walk over all pairs of reads, against the plugin on the reads in any order: the same keys, each
    /// once.
    @Test(arguments: UInt64(1)...8)
    func agreesWithAWalkOverAllPairs(seed: UInt64) throws {
        var random = Random(seed: seed)
        let plates = ["1ABC234", "2BCD345", "3CDE456"]
        let cameras: [UInt32] = [3, 4, 7, 9]
        let reads = (0..<160 as Range<UInt32>).map { sequence in
            Samples.read(
                plates[random.below(3)], camera: cameras[random.below(4)],
                at: noonNs + Nanoseconds(random.below(3 * 3600)) * .second, sequence: sequence)
        }
        let untilNs = noonNs + 2 * .hour
        var expected: Set<String> = []
        for a in reads where a.plate == Samples.plate(plates[0]) {
            for b in reads where b.plate != a.plate {
                let siteA = a.camera <= 4 ? "E40-01" : a.camera == 7 ? "E40-02" : "N37-01"
                let siteB = b.camera <= 4 ? "E40-01" : b.camera == 7 ? "E40-02" : "N37-01"
                let atNs = max(a.capturedNs, b.capturedNs)
                guard siteA == siteB, abs(a.capturedNs - b.capturedNs) <= 5 * minute, atNs < untilNs else { continue }
                let ban = b.plate == Samples.plate(plates[1]) ? "C1" : "C2"
                expected.insert("\(ban):\(siteA):\(Instant.format(atNs - atNs % (15 * minute)))")
            }
        }
        for _ in 0..<2 {
            let bench = try WatchBench()
            for (i, plate) in plates.enumerated() { try bench.person("P\(i)", plate) }
            try bench.condition(
                "C1", on: "P0", "no_contact", ["with": .text("P1"), "valid_to": .text(Instant.format(untilNs))])
            try bench.condition(
                "C2", on: "P2", "no_contact", ["with": .text("P0"), "valid_to": .text(Instant.format(untilNs))])
            var order = reads
            for i in order.indices { order.swapAt(i, random.below(order.count)) }
            try bench.host.hand(reads: order)
            let keys = try bench.alerts().compactMap { $0["key"] as? String }
            #expect(Set(keys) == expected && keys.count == expected.count)
            #expect(expected.count > 10)
        }
    }

    @Test func passagesAreForgotten() throws {
        let bench = try bench()
        try bench.read("1ABC234", at: noonNs)
        #expect(bench.watch.ledger.passages.count == 1)
        try bench.host.time(noonNs + 25 * .hour)
        #expect(bench.watch.ledger.passages.count == 1)
        try bench.host.time(noonNs + 25 * .hour + 1)
        #expect(bench.watch.ledger.passages.count == 0)
        // A read that is as late as that meets nobody, and one of a time without a ban is not kept at all.
        try bench.done("condition end", ["condition": .text("C1"), "at": .instant(noonNs + .day)])
        try bench.read("1ABC234", at: noonNs + 2 * .day)
        #expect(bench.watch.ledger.passages.count == 0)
    }

    /// A camera can send any instant.
    @Test func noInstantIsTooFar() throws {
        let bench = try bench()
        for ns in [Nanoseconds.min, .min + 1, -1, .max - 1, .max] {
            try bench.read("1ABC234", at: ns)
            try bench.read("2BCD345", camera: 4, at: ns)
        }
        // The last instant of all is in nobody's time: an open end does not include it.
        #expect(bench.count("breaches") >= 4)
        #expect(bench.count("alerts") == 3, "two windows of the beginning are one")
    }

    @Test func passagesOfOnePersonAreBounded() throws {
        var passages = Passages()
        for i in 0..<UInt32(Passages.personMax + 10) {
            passages.insert(Sighting(Samples.read("1ABC234", at: Nanoseconds(i), sequence: i), at: nil), of: "P1")
        }
        #expect(passages.count == Passages.personMax && passages.oldestNs == 10)
    }
}
