import Testing

@testable import ANPRCore

/// A store, a network and a daemon in virtual time, with a watch on every promise of the store: polled exactly when it
/// asks to be.
struct StoreRig: ~Copyable {
    var store: CameraStore
    var daemon: ModelDaemon
    private var network: ModelNetwork
    private let options: CameraStore.Options
    private(set) var nowNs: Nanoseconds = startNs
    private(set) var polls = 0
    /// By sequence; of this epoch.
    private(set) var givenUp: Set<UInt32> = []
    /// What earlier epochs gave up.
    private var givenUpBefore = 0
    private var sentNs: [UInt32: Nanoseconds] = [:]
    /// What the store sent, with the time: data frames and heartbeats.
    private(set) var frames: [(atNs: Nanoseconds, header: FrameHeader)] = []
    private(set) var heartbeats: [(atNs: Nanoseconds, header: ControlHeader)] = []
    private var nextRoundNs: Nanoseconds = startNs
    /// Instants at which the daemon stops and starts.
    var crashesNs: [Nanoseconds] = []
    /// From a round's look at what came to its acknowledgement: the disk.
    var diskNs: Nanoseconds = 0
    private var acknowledgements: [(atNs: Nanoseconds, bytes: [UInt8])] = []

    static let startNs: Nanoseconds = 1_795_421_731 * .second
    private static let roundNs: Nanoseconds = 5 * .millisecond

    init(_ options: CameraStore.Options, faults: ModelNetwork.Faults = .init(), seed: UInt64 = 1, camera: UInt32 = 7) {
        self.options = options
        let key = FrameSample.key
        store = CameraStore(camera: camera, key: CameraBank.Key(id: 1, key: key), options: options, seed: seed)
        daemon = ModelDaemon(key: key)
        network = ModelNetwork(faults, seed: seed &+ 1)
    }

    private struct Outgoing: FrameSink {
        var frames: [[UInt8]] = []
        mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) -> FrameFate {
            frames.append(Array(frame))
            return .sent
        }
        mutating func finish() {}
    }

    static func read(_ index: UInt32) -> WireRead {
        WireRead(capturedNs: startNs + Nanoseconds(index), text: PlateText("1-ABC-\(index % 1000)"))
    }

    mutating func append() {
        let sequence = store.nextSequence
        if store.kept == options.capacity { givenUp.insert(store.firstSequence) }
        let given = store.append(Self.read(sequence), nowNs: nowNs)
        let (kept, counted) = (store.kept, store.counts.givenUp)
        #expect(given == sequence && kept <= options.capacity && counted == givenUpBefore + givenUp.count)
    }

    /// Goes on to an instant, or until there is nothing that the store keeps.
    mutating func run(toNs: Nanoseconds, untilSettled: Bool = false) throws {
        while nowNs < toNs {
            if untilSettled, store.kept == 0 { return }
            let wakeNs = store.wakeNs
            var stepNs = min(toNs, network.nextNs, max(nowNs, wakeNs), crashesNs.min() ?? .max)
            if daemon.isOwed { stepNs = min(stepNs, max(nowNs, nextRoundNs)) }
            stepNs = min(stepNs, acknowledgements.first?.atNs ?? .max)
            nowNs = stepNs
            stepDaemon()
            for datagram in network.arrivals(toNs: nowNs) {
                if datagram.isToDaemon { daemon.take(datagram.bytes) } else { take(datagram.bytes) }
            }
            if store.wakeNs <= nowNs { try poll() }
        }
    }

    private mutating func stepDaemon() {
        if crashesNs.contains(where: { $0 <= nowNs }) {
            crashesNs.removeAll { $0 <= nowNs }
            daemon.crash()
            acknowledgements = []
        }
        while let answer = acknowledgements.first, answer.atNs <= nowNs {
            acknowledgements.removeFirst()
            network.send(answer.bytes, isToDaemon: false, nowNs: nowNs)
        }
        guard nowNs >= nextRoundNs, daemon.isOwed else { return }
        nextRoundNs = nowNs + Self.roundNs
        daemon.synchronise()
        let answer = daemon.answer(camera: store.camera, sentNs: nowNs)
        if let answer { acknowledgements.append((nowNs + diskNs, answer)) }
    }

    private mutating func take(_ bytes: [UInt8]) {
        let before = store.firstSequence
        let refusal = bytes.withUnsafeBytes { store.take($0, nowNs: nowNs) }
        let after = store.firstSequence
        // Overtaken or repeated: nothing else can be wrong here.
        #expect(refusal == nil || refusal == .replay || refusal == .staleEpoch)
        guard after > before else { return }
        for sequence in before..<after {
            #expect(daemon.durable[sequence] != nil || givenUp.contains(sequence), "\(sequence) was forgotten")
        }
    }

    mutating func poll() throws {
        polls += 1
        var outgoing = Outgoing()
        let phase = store.phase
        try store.poll(nowNs: nowNs, sentNs: nowNs, into: &outgoing)
        let isSilent = phase == .probing && store.phase == .probing
        for frame in outgoing.frames {
            watch(frame, isSilent: isSilent)
            network.send(frame, isToDaemon: true, nowNs: nowNs)
        }
        #expect(outgoing.frames.count <= options.windowFramesMax + 1)
    }

    private mutating func watch(_ frame: [UInt8], isSilent: Bool) {
        if case .success(let header) = ControlSample.header(of: frame, taking: .heartbeat) {
            let (first, next) = (store.firstSequence, store.nextSequence)
            #expect(header.first == first && header.next == next)
            heartbeats.append((nowNs, header))
            return
        }
        guard case .success(let header) = FrameSample.header(of: frame) else {
            Issue.record("the store sent what is no frame")
            return
        }
        frames.append((nowNs, header))
        #expect(!isSilent, "a data frame into the silence")
        let end = header.sequence + UInt32(header.count)
        let first = store.firstSequence
        #expect(end <= first + UInt32(Limits.windowReads - Limits.frameReadsMax), "past the daemon's window")
        for sequence in header.sequence..<end {
            if let lastNs = sentNs[sequence] { #expect(nowNs - lastNs >= options.resendNs, "\(sequence) too soon") }
            sentNs[sequence] = nowNs
        }
    }

    /// A camera that lost its memory.
    mutating func restart(epoch: UInt32) {
        store.restart(epoch: epoch)
        givenUpBefore = store.counts.givenUp
        givenUp = []
        sentNs = [:]
    }
}
