import Testing

@testable import ANPRCore

/// The store over networks and daemons that fail in every way that they may: nothing is lost unseen.
@Suite struct CameraStoreTests {
    private static let startNs = StoreRig.startNs

    private static func faults(_ random: inout Random) -> ModelNetwork.Faults {
        var faults = ModelNetwork.Faults()
        faults.loss = [0, 0.01, 0.1, 0.3][random.below(4)]
        faults.repetition = [0, 0.05, 0.3][random.below(3)]
        let leastNs = [1, 20, 150][random.below(3)] * Nanoseconds.millisecond
        faults.delayNs = leastNs...leastNs + [0, 10, 200][random.below(3)] * .millisecond
        for _ in 0..<random.below(3) {
            let fromNs = startNs + Nanoseconds(random.below(60)) * .second
            faults.silences.append(fromNs..<fromNs + Nanoseconds(random.below(40)) * .second)
        }
        return faults
    }

    /// Everything arrives that was not given up; what was given up is counted, and the daemon waits for none of it.
    private static func expectAllIsThere(_ rig: borrowing StoreRig, from first: UInt32) {
        let next = rig.store.nextSequence
        let lost = (first..<next).filter {
            rig.daemon.durable[$0] == nil && !rig.givenUp.contains($0)
        }
        let wrong = rig.daemon.durable.filter { $0.value != StoreRig.read($0.key) }
        let (kept, waitsFrom, replays, refused) = (
            rig.store.kept, rig.daemon.first, rig.daemon.replays, rig.daemon.refused
        )
        #expect(kept == 0 && lost.isEmpty && wrong.isEmpty)
        #expect(waitsFrom == next, "the daemon still waits")
        #expect(replays == 0 && refused == 0)
    }

    @Test(arguments: 1...48 as ClosedRange<UInt64>)
    func everyReadArrives(seed: UInt64) throws {
        var random = Random(seed: seed)
        var options = CameraStore.Options()
        options.capacity = [64, 256, 1024, 4096][random.below(4)]
        let first = random.chance(0.2) ? UInt32.max - 100_000 : UInt32(random.below(2)) * 4000
        options.firstSequence = first
        var rig = StoreRig(options, faults: faults(&random), seed: seed)
        rig.diskNs = [0, 3, 80][random.below(3)] * .millisecond
        rig.crashesNs = (0..<random.below(3)).map { _ in Self.startNs + Nanoseconds(random.below(60_000_000_000)) }
        let meanMs = [5, 50, 400][random.below(3)]
        let endNs = Self.startNs + 60 * .second
        while rig.nowNs < endNs {
            for _ in 0..<(random.chance(0.02) ? random.below(300) : 1) { rig.append() }
            try rig.run(toNs: rig.nowNs + Nanoseconds(random.below(2 * meanMs) + 1) * .millisecond)
        }
        try rig.run(toNs: endNs + 600 * .second, untilSettled: true)
        // An idle heartbeat or two: the daemon hears what was given up at the end.
        try rig.run(toNs: rig.nowNs + 60 * .second)
        Self.expectAllIsThere(rig, from: first)
        let (polls, counts) = (rig.polls, rig.store.counts)
        #expect(polls < 2 * (counts.frames + counts.heartbeats) + 2 * counts.acknowledgements + 100, "it spins")
    }

    private func faults(_ random: inout Random) -> ModelNetwork.Faults { Self.faults(&random) }

    /// A camera that loses its memory now and then, on a bad network.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func aRestartBeginsAHigherEpoch(seed: UInt64) throws {
        var random = Random(seed: seed)
        var rig = StoreRig(CameraStore.Options(), faults: faults(&random), seed: seed)
        var lost = 0
        for epoch in 2...4 as ClosedRange<UInt32> {
            for _ in 0..<200 {
                rig.append()
                try rig.run(toNs: rig.nowNs + 30 * .millisecond)
            }
            lost += rig.store.kept
            rig.restart(epoch: epoch)
        }
        for _ in 0..<200 { rig.append() }
        try rig.run(toNs: rig.nowNs + 600 * .second, untilSettled: true)
        try rig.run(toNs: rig.nowNs + 60 * .second)
        let (epoch, kept, counts, durable) = (
            rig.daemon.epoch, rig.store.kept, rig.store.counts, rig.daemon.durable.count
        )
        #expect(epoch == 4 && kept == 0 && counts.reads == 800 && counts.givenUp == lost && durable == 200)
    }
}
