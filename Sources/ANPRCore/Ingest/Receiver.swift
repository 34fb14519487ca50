import CLinux
import Glibc
import Synchronization

/// One receiving thread: socket to rings, in batches. Everything that it writes is its own, save the cameras' seats.
final class Receiver: @unchecked Sendable {
    // SAFE: @unchecked Sendable: made by the engine, then used by its one thread until that has ended; `counters`,
    // `stopping` and `samples` are atomics.
    private let socket: UDPSocket
    private var intake: FrameIntake
    private let clock: EngineClock
    private let buffers: Slab<UInt8>
    private let datagrams: UnsafeMutablePointer<clinux_datagram>
    private var group = FrameGroup()
    let counters = Counters(count: IngestCounter.total)
    let samples = RefusalSamples()
    let turns = TurnCounter()
    private let stopping = Atomic<Bool>(false)
    private var dropsSeen: UInt32 = 0

    static let batch = 64
    /// A train of datagrams is at most this long.
    private static let datagramBytesMax = 65536
    /// From one datagram's place to the next. WHY more than the longest: lines that are 64 KiB apart share one set of a
    /// cache, and of as many datagrams as come at once it would hold a few.
    private static let slotBytes = datagramBytesMax + 24 * 64
    /// What one call shall bring at most, about: so much stays in the core's own cache until it has been taken.
    private static let turnBytes = 256 << 10
    private static let turnDatagramsMin = 4
    /// Datagrams to ask for at a time, by the length of those that came last.
    private var asked = batch

    init(socket: consuming UDPSocket, intake: consuming FrameIntake, clock: EngineClock) {
        self.socket = socket
        self.intake = intake
        self.clock = clock
        buffers = Slab(count: Self.batch * Self.slotBytes)
        datagrams = .allocate(capacity: Self.batch)
        for i in 0..<Self.batch {
            (datagrams + i).initialize(to: clinux_datagram())
            datagrams[i].base = UnsafeMutableRawPointer(buffers.base + i * Self.slotBytes)
            datagrams[i].capacity = UInt32(Self.datagramBytesMax)
        }
    }

    deinit { datagrams.deallocate() }

    var port: UInt16 { socket.port }
    var fd: CInt { socket.fd }
    var receiveBufferBytes: Int { socket.receiveBufferBytes }

    /// The thread's function: turns until told to stop, then what the kernel still holds.
    func run() {
        // ORDER: relaxed; the flag carries nothing else, and a turn's delay is meant.
        while !stopping.load(ordering: .relaxed) { _ = turn() }
        // A sender that goes on for ever must not hold the stop up.
        let deadlineNs = Clock.monotonicNs() + Self.drainMaxNs
        while turn() > 0, Clock.monotonicNs() < deadlineNs {}
    }

    static let drainMaxNs: Nanoseconds = 2 * .second

    func stop() {
        // ORDER: relaxed; as in run.
        stopping.store(true, ordering: .relaxed)
    }

    /// One system call's worth of datagrams. Returns how many came.
    private func turn() -> Int {
        let n = clinux_receive(socket.fd, datagrams, UInt32(asked))
        guard n > 0 else {
            if n == -EAGAIN || n == -EINTR || n == 0 {
                lookAtDrops()
                return 0
            }
            // A receive call fails otherwise only when the kernel is out of memory: nothing was taken.
            counters.add(1, to: IngestCounter.receiveErrors.rawValue)
            return 0
        }
        let nowNs = clock.nowNs()
        turns.begin()
        for i in 0..<Int(n) { take(i, nowNs: nowNs) }
        takeGroup(nowNs: nowNs)
        adapt(to: Int(n))
        intake.gate.publish()
        turns.end()
        handOver(receives: Int(n))
        return Int(n)
    }

    /// Trains are asked for a few at a time, plain datagrams many.
    private func adapt(to count: Int) {
        let bytes = max(1, Int(datagrams[count &- 1].length))  // SAFE: count > 0
        asked = min(Self.batch, max(Self.turnDatagramsMin, Self.turnBytes / bytes))
    }

    /// One datagram, or each of a train.
    @inline(__always)
    private func take(_ index: Int, nowNs: Nanoseconds) {
        let datagram = datagrams[index]
        if datagram.dropped_known != 0 { noteDrops(datagram.dropped) }
        if datagram.truncated != 0 { counters.add(1, to: IngestCounter.truncated.rawValue) }
        let length = Int(min(datagram.length, datagram.capacity))
        let segment = datagram.segment == 0 ? max(1, length) : Int(datagram.segment)
        let source = FrameSource(address: datagram.address, port: datagram.port)
        var at = 0
        repeat {
            let bytes = min(segment, length - at)
            let frame = UnsafeRawBufferPointer(start: datagram.base + at, count: bytes)
            group.add(frame, from: source, datagram: index)
            if group.isFull { takeGroup(nowNs: nowNs) }
            at += segment
        } while at < length
    }

    private func takeGroup(nowNs: Nanoseconds) {
        intake.take(group, nowNs: nowNs)
        for i in 0..<group.count {
            if let cause = group.refusal(i) { refused(cause, datagrams[group.items[i].datagram]) }
        }
        group.clear()
    }

    @inline(never)
    private func refused(_ cause: FrameRefusal, _ datagram: clinux_datagram) {
        counters.add(1, to: IngestCounter.refusalsAt + Int(cause.rawValue))
        samples.note(cause, address: datagram.address, port: datagram.port)
    }

    private func handOver(receives: Int) {
        let tally = intake.tally
        intake.tally = IntakeTally()
        counters.add(receives, to: IngestCounter.receives.rawValue)
        counters.add(tally.frames, to: IngestCounter.frames.rawValue)
        counters.add(tally.bytes, to: IngestCounter.bytes.rawValue)
        counters.add(tally.reads, to: IngestCounter.reads.rawValue)
        counters.add(tally.duplicateReads, to: IngestCounter.duplicateReads.rawValue)
        counters.add(tally.expectedReads, to: IngestCounter.expectedReads.rawValue)
        counters.add(tally.unparseableReads, to: IngestCounter.unparseableReads.rawValue)
        counters.add(tally.clockSuspectReads, to: IngestCounter.clockSuspectReads.rawValue)
        counters.add(tally.oddFieldReads, to: IngestCounter.oddFieldReads.rawValue)
        counters.add(tally.heartbeats, to: IngestCounter.heartbeats.rawValue)
        counters.add(tally.givenUpReads, to: IngestCounter.givenUpReads.rawValue)
        counters.set(intake.gate.waits, at: IngestCounter.ringWaits.rawValue)
    }

    /// The count rides on the first datagram that was queued after a drop; an idle socket is asked directly.
    private func lookAtDrops() {
        let drops = clinux_socket_drops(socket.fd)
        if drops >= 0 { noteDrops(UInt32(truncatingIfNeeded: drops)) }
    }

    private func noteDrops(_ drops: UInt32) {
        // The kernel's counter wraps at 2^32; it never goes back.
        let new = drops &- dropsSeen
        guard new != 0, new < 1 << 31 else { return }
        dropsSeen = drops
        counters.add(Int(new), to: IngestCounter.kernelDrops.rawValue)
    }
}

/// The last sender whose frame was refused, for each cause: what a sampled log line shows.
final class RefusalSamples: @unchecked Sendable {
    // SAFE: @unchecked Sendable: atomics that live as long as the object.
    private let cells: UnsafeMutablePointer<Atomic<UInt64>>

    init() {
        cells = .allocate(capacity: FrameRefusal.allCases.count)
        for i in 0..<FrameRefusal.allCases.count { (cells + i).initialize(to: Atomic(0)) }
    }

    deinit { cells.deallocate() }

    func note(_ cause: FrameRefusal, address: UInt32, port: UInt16) {
        // ORDER: relaxed; one word, a sample.
        cells[Int(cause.rawValue)].store(UInt64(address) << 16 | UInt64(port), ordering: .relaxed)
    }

    /// `address:port`; nil when there was none.
    func sample(_ cause: FrameRefusal) -> String? {
        // ORDER: relaxed; as above.
        let word = cells[Int(cause.rawValue)].load(ordering: .relaxed)
        return word == 0 ? nil : "\(IPv4.text(UInt32(truncatingIfNeeded: word >> 16))):\(word & 0xffff)"
    }
}
