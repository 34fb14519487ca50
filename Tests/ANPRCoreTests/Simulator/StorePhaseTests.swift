import Glibc
import Testing

@testable import ANPRCore

/// When the store sends what: its phases one by one, on a network without faults but silence.
@Suite struct StorePhaseTests {
    private static let startNs = StoreRig.startNs
    private static let half: Nanoseconds = 500 * .millisecond

    private static func seconds(_ n: Double) -> Nanoseconds { startNs + Nanoseconds(n * 1e9) }

    private static func rig(capacity: Int = 1 << 14, silentUntil: Double? = nil, seed: UInt64 = 1) -> StoreRig {
        var options = CameraStore.Options()
        options.capacity = capacity
        var faults = ModelNetwork.Faults()
        if let silentUntil { faults.silences = [startNs..<seconds(silentUntil)] }
        return StoreRig(options, faults: faults, seed: seed)
    }

    @Test func aFrameGoesOutWhenItIsFullOrHasWaited() throws {
        var rig = Self.rig()
        try rig.run(toNs: Self.seconds(1))
        rig.append()
        try rig.run(toNs: Self.seconds(1.2))
        rig.append()
        try rig.run(toNs: Self.seconds(2))
        for _ in 0..<44 { rig.append() }
        try rig.run(toNs: Self.seconds(4))
        let sent = rig.frames.map { [$0.atNs, Nanoseconds($0.header.count)] }
        #expect(sent == [[Self.seconds(1.5), 2], [Self.seconds(2), 43], [Self.seconds(2.5), 1]])
        let (kept, phase, counts) = (rig.store.kept, rig.store.phase, rig.store.counts)
        #expect(kept == 0 && phase == .live && counts.resentReads == 0 && counts.sentReads == 46)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func anIdleStoreIsHeardNowAndThen(seed: UInt64) throws {
        var rig = Self.rig(seed: seed)
        try rig.run(toNs: Self.seconds(600))
        let times = rig.heartbeats.map(\.atNs)
        #expect(times.first == Self.startNs && (40...120).contains(times.count))
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { (5 * .second...15 * .second).contains($0) })
        #expect(Set(gaps).count == gaps.count, "they jitter")
        #expect(rig.frames.isEmpty)
    }

    /// Silence: questions only, further and further apart, and never quite when the others ask.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func theQuestionsBackOff(seed: UInt64) throws {
        var rig = Self.rig(silentUntil: 600, seed: seed)
        rig.append()
        for _ in 0..<599 {
            try rig.run(toNs: rig.nowNs + .second)
            rig.append()
        }
        // The first two went out before the silence was one: linger, and one second of waiting.
        #expect(rig.frames.allSatisfy { $0.atNs <= Self.seconds(1.5) } && rig.frames.count <= 2)
        let probes = rig.heartbeats.map(\.atNs).filter { $0 >= Self.seconds(1.5) }
        #expect(probes.first == Self.seconds(1.5))
        var delayNs: Nanoseconds = 200 * .millisecond
        for (a, b) in zip(probes, probes.dropFirst()) {
            #expect((delayNs / 2...delayNs * 3 / 2).contains(b - a), "\(b - a) for \(delayNs)")
            delayNs = min(30 * .second, 2 * delayNs)
        }
        #expect(probes.count < 60)
        let phase = rig.store.phase
        #expect(phase == .probing)
    }

    @Test func whatWasKeptBackComesNewestFirstAndFasterAndFaster() throws {
        var rig = Self.rig(silentUntil: 60)
        for _ in 0..<600 {
            try rig.run(toNs: rig.nowNs + 100 * .millisecond)
            rig.append()
            rig.append()
        }
        let before = rig.frames.count
        try rig.run(toNs: Self.seconds(200), untilSettled: true)
        let late = rig.frames.dropFirst(before)
        let ends = late.map { $0.header.sequence + UInt32($0.header.count) }
        #expect(ends.first == 1200 && ends == ends.sorted(by: >))
        // Frames that left at one instant are a window.
        let windows = Dictionary(grouping: late, by: \.atNs).sorted { $0.key < $1.key }.map(\.value.count)
        #expect(windows.prefix(5) == [1, 2, 4, 8, 13] && windows.reduce(0, +) == 28)
        let (kept, phase) = (rig.store.kept, rig.store.phase)
        #expect(kept == 0 && phase == .live)
    }

    /// More than the daemon's window: what it would leave behind goes first.
    @Test func aLongBacklogComesOldestFirst() throws {
        var rig = Self.rig(silentUntil: 60)
        for _ in 0..<12_000 {
            try rig.run(toNs: rig.nowNs + 5 * .millisecond)
            rig.append()
        }
        let before = rig.frames.count
        try rig.run(toNs: Self.seconds(200), untilSettled: true)
        let late = rig.frames.dropFirst(before).map(\.header.sequence)
        #expect(late.prefix(31) == late.prefix(31).sorted()[...] && late.first.map { $0 < 200 } == true)
        #expect(late.last.map { $0 < 12_000 } == true && late.contains { $0 > 11_900 })
        let (kept, replays, duplicates, givenUp) = (
            rig.store.kept, rig.daemon.replays, rig.daemon.duplicates, rig.store.counts.givenUp
        )
        #expect(kept == 0 && replays == 0 && duplicates == 0 && givenUp == 0)
    }

    /// The daemon stops between hearing reads and having them on disk: it asks for them again, and gets them.
    @Test func whatTheDaemonForgotIsSentAgain() throws {
        var rig = Self.rig()
        rig.crashesNs = [Self.seconds(0.5005)]
        try rig.run(toNs: Self.seconds(0.01))
        for _ in 0..<20 { rig.append() }
        rig.diskNs = 50 * .millisecond
        try rig.run(toNs: Self.seconds(30))
        let (kept, durable) = (rig.store.kept, rig.daemon.durable.count)
        #expect(kept == 0 && durable == 20)
    }

    private struct Broken: FrameSink {
        var calls = 0
        mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) throws(SystemError) -> FrameFate {
            calls += 1
            throw SystemError("send", code: ENETUNREACH, subject: "")
        }
        mutating func finish() {}
    }

    /// A frame that could not be sent is one that was lost: it is not tried again at once, and not forgotten.
    @Test func aSinkThatFailsLosesFrames() throws {
        var rig = Self.rig()
        for _ in 0..<43 { rig.append() }
        var sink = Broken()
        var failures = 0
        for i in 0..<10 {
            let nowNs = Self.startNs + Nanoseconds(i)
            do { try rig.store.poll(nowNs: nowNs, sentNs: nowNs, into: &sink) } catch { failures += 1 }
        }
        #expect(failures == 2 && sink.calls == 2, "the heartbeat and the frame")
        try rig.run(toNs: Self.seconds(60))
        let (kept, durable) = (rig.store.kept, rig.daemon.durable.count)
        #expect(kept == 0 && durable == 43)
    }

    private static func acknowledgement(first: UInt32, next: UInt32, sentNs: Nanoseconds) -> [UInt8] {
        ControlSample.frame(
            ControlHeader(.acknowledgement, camera: 7, epoch: 1, first: first, next: next, keyID: 1, sentNs: sentNs))
    }

    /// An acknowledgement that is not newer is refused, but not for ever: the daemon's clock may have been set back.
    @Test func aDaemonWhoseClockWentBackIsHeardInTheEnd() throws {
        var rig = Self.rig(silentUntil: 10_000)
        for _ in 0..<10 { rig.append() }
        try rig.run(toNs: Self.seconds(0.6))
        func take(_ first: UInt32, _ sentNs: Nanoseconds, _ rig: inout StoreRig) -> FrameRefusal? {
            let nowNs = rig.nowNs
            return Self.acknowledgement(first: first, next: 10, sentNs: sentNs).withUnsafeBytes {
                rig.store.take($0, nowNs: nowNs)
            }
        }
        var refusals = [take(3, 1000, &rig), take(4, 1000, &rig), take(5, 999, &rig)]
        try rig.run(toNs: Self.seconds(120))
        refusals.append(take(10, 500, &rig))
        let kept = rig.store.kept
        #expect(refusals == [nil, .replay, .replay, nil] && kept == 0)
    }

    private static func store(capacity: Int, reads: Int) throws -> CameraStore {
        var options = CameraStore.Options()
        options.capacity = capacity
        var store = CameraStore(
            camera: 7, key: CameraBank.Key(id: 1, key: FrameSample.key), options: options, seed: 1)
        var sink = FrameStore()
        for _ in 0..<reads { store.append(StoreRig.read(0), nowNs: startNs) }
        try store.poll(nowNs: startNs + half, sentNs: startNs, into: &sink)
        return store
    }

    /// The daemon is told at once what it waits for in vain, and not once an acknowledgement.
    @Test func aDaemonThatWaitsForWhatWasGivenUpIsTold() throws {
        var store = try Self.store(capacity: 64, reads: 60)
        var nowNs = Self.startNs + Self.half
        for _ in 0..<60 { store.append(StoreRig.read(0), nowNs: nowNs) }
        var told: [UInt32] = []
        for i in 1...20 as ClosedRange<Nanoseconds> {
            nowNs += 10 * .millisecond
            let frame = Self.acknowledgement(first: 0, next: 60, sentNs: i)
            let refusal = frame.withUnsafeBytes { store.take($0, nowNs: nowNs) }
            #expect(refusal == nil)
            var sink = FrameStore()
            try store.poll(nowNs: nowNs, sentNs: nowNs, into: &sink)
            sink.forEach { frame, _ in
                guard let header = try? ControlFrame.header(of: frame, taking: .heartbeat) else { return }
                told.append(header.first)
            }
        }
        #expect(told == [56, 56])
    }

    /// With as many ranges as there can be, the daemon may miss more than it says.
    @Test func behindTheLastOfSixteenRangesNothingIsTold() throws {
        for count in [15, 16] {
            var store = try Self.store(capacity: 256, reads: 43 * 4)
            let ranges = (0..<count).map { SequenceRange(first: UInt32(2 * $0), count: 1) }
            let header = ControlHeader(
                .acknowledgement, camera: 7, epoch: 1, first: 0, next: 172, keyID: 1, sentNs: 1)
            let refusal = ControlSample.frame(header, ranges).withUnsafeBytes {
                store.take($0, nowNs: Self.startNs + 4 * Self.half)
            }
            let marks = [0, 1, 29, 100, 171].map { store.mark(of: $0) }
            let behind: CameraStore.ReadMark = count == 16 ? .out : .heard
            #expect(refusal == nil && marks == [.asked, .heard, .heard, behind, behind])
        }
    }

    @Test func aLostFrameHalvesTheWindow() throws {
        var store = try Self.store(capacity: 4096, reads: 2000)
        var nowNs = Self.startNs + Self.half + .second
        var silence = FrameStore()
        try store.poll(nowNs: nowNs, sentNs: nowNs, into: &silence)
        let phase = store.phase
        #expect(phase == .probing)
        // The 16 frames of before came; from there on up to `missing` the daemon has nothing.
        var missing: UInt32 = 2000
        var windows: [Int] = []
        for round in 0..<6 {
            // The last frame of the third window is lost. At first it could still be under way, then no more.
            nowNs += round == 4 ? 200 * .millisecond : 10 * .millisecond
            if round == 3 || round == 4 { missing += 43 }
            let header = ControlHeader(
                .acknowledgement, camera: 7, epoch: 1, first: 688, next: 2000, keyID: 1, sentNs: nowNs)
            let frame = ControlSample.frame(header, [SequenceRange(first: 688, count: missing - 688)])
            let refusal = frame.withUnsafeBytes { store.take($0, nowNs: nowNs) }
            var sink = FrameStore()
            try store.poll(nowNs: nowNs, sentNs: nowNs, into: &sink)
            windows.append(sink.count)
            missing = UInt32(store.lowestSent(from: 688))
            #expect(refusal == nil)
        }
        #expect(windows == [1, 2, 4, 0, 2, 4])
    }

    @Test func aClockThatGoesBackStopsNothing() throws {
        var rig = Self.rig()
        rig.append()
        try rig.run(toNs: Self.seconds(5))
        var sink = FrameStore()
        let before = rig.store.wakeNs
        try rig.store.poll(nowNs: 0, sentNs: Self.startNs, into: &sink)
        let after = rig.store.wakeNs
        #expect(sink.count == 0 && after == before)
    }

    /// Sealed acknowledgements that say anything: whatever they do to the store, its books stay right.
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func nothingThatADaemonSaysBreaksTheBooks(seed: UInt64) throws {
        var random = Random(seed: seed)
        var options = CameraStore.Options()
        options.capacity = 256
        var store = CameraStore(
            camera: 7, key: CameraBank.Key(id: 1, key: FrameSample.key), options: options, seed: seed)
        var nowNs = Self.startNs
        var sink = FrameStore()
        var taken = 0
        for _ in 0..<1500 {
            nowNs += Nanoseconds(random.below(400)) * .millisecond
            for _ in 0..<random.below(30) { _ = store.append(StoreRig.read(0), nowNs: nowNs) }
            let next = store.nextSequence
            var ends = [UInt32(random.below(Int(next) + 2)), UInt32(random.below(Int(next) + 2))].sorted()
            if random.chance(0.7) { ends = [store.firstSequence - min(store.firstSequence, 5), next] }
            var ranges: [SequenceRange] = []
            var at = Int(ends[0])
            while at < Int(ends[1]), ranges.count < random.below(18), ranges.count < ControlLayout.rangesMax {
                let count = min(1 + random.below(60), Int(ends[1]) - at)
                ranges.append(SequenceRange(first: UInt32(at), count: UInt32(count)))
                at += count + random.below(60)
            }
            let header = ControlHeader(
                .acknowledgement, camera: 7, epoch: 1, first: ends[0], next: ends[1], keyID: 1, sentNs: nowNs)
            let refusal = ControlSample.frame(header, ranges).withUnsafeBytes { store.take($0, nowNs: nowNs) }
            if refusal == nil { taken += 1 }
            try store.poll(nowNs: nowNs, sentNs: nowNs, into: &sink)
            Self.checkBooks(store)
        }
        #expect(taken > 500)
    }

    private static func checkBooks(_ store: borrowing CameraStore) {
        let (first, next) = (store.first, store.next)
        var due = 0
        var out = 0
        for sequence in first..<next {
            let mark = store.mark(of: sequence)
            if mark.isDue { due += 1 }
            if mark == .out { out += 1 }
            if mark.isDue, sequence < store.dueFrom || sequence >= store.dueTo { Issue.record("due outside the hints") }
        }
        let (dueReads, outReads, kept, capacity) = (store.dueReads, store.outReads, store.kept, store.options.capacity)
        #expect(due == dueReads && out == outReads && kept <= capacity)
        // Whatever is kept has an instant at which something will happen for it.
        let wakeNs = store.wakeNs
        #expect(wakeNs < store.nowNs + 46 * .second)
    }
}

extension CameraStore {
    /// The lowest sequence from one on that is not waiting to be sent.
    fileprivate func lowestSent(from: Int) -> Int { (from..<next).first { !mark(of: $0).isDue } ?? next }
}
