import CLinux
import Glibc
import Synchronization
import Testing

@testable import ANPRCore

/// Cameras that repeat, over loopback, to a daemon in sets that hears badly: drops, repeats, and falls silent.
@Suite(.serialized) struct StoreBankTests {
    /// The daemon's side, in a thread of its own.
    private final class BadDaemon: @unchecked Sendable {
        // SAFE: @unchecked Sendable: its thread alone uses what is `var`, until `stop` has joined it.
        let port: UInt16
        private let fd: CInt
        private var random: Random
        private let loss: Double
        private(set) var cameras: [UInt32: ModelDaemon] = [:]
        private var addresses: [UInt32: (address: UInt32, port: UInt16)] = [:]
        private var letters = 0
        /// How often it still falls silent: bounded, or on a slow machine there would be no end.
        private var silences = 5
        private let stopping = Atomic<Bool>(false)
        private var thread: ThreadAgent?

        init(seed: UInt64, loss: Double) throws {
            random = Random(seed: seed)
            self.loss = loss
            fd = CInt(try checked("socket", "", clinux_udp_socket()))
            _ = clinux_receive_buffer(fd, 16 << 20)
            _ = clinux_receive_timeout(fd, 2_000)
            _ = try checked("bind", "", clinux_bind(fd, 0x7f00_0001, 0))
            port = UInt16(try checked("port", "", clinux_local_port(fd)))
        }
        deinit { close(fd) }

        func start() throws { thread = try ThreadAgent(name: "bad-daemon") { self.run() } }

        func stop() {
            // ORDER: relaxed; nothing goes with it, and join orders the rest.
            stopping.store(true, ordering: .relaxed)
            thread?.join()
        }

        private func run() {
            var room = [UInt8](repeating: 0, count: 2048)
            var silentUntilNs: Nanoseconds = 0
            // ORDER: relaxed; as in stop.
            while !stopping.load(ordering: .relaxed) {
                receive(&room, isSilent: Clock.monotonicNs() < silentUntilNs)
                if loss > 0, silences > 0, Clock.monotonicNs() >= silentUntilNs, random.chance(0.001) {
                    silences -= 1
                    silentUntilNs = Clock.monotonicNs() + 500 * .millisecond
                    // What it had not synchronised is gone.
                    for camera in cameras.keys { cameras[camera]?.crash() }
                }
                if letters % 16 == 0 { answer() }
            }
        }

        private func receive(_ room: inout [UInt8], isSilent: Bool) {
            var datagram = clinux_datagram()
            let count = room.withUnsafeMutableBytes { bytes in
                datagram.base = bytes.baseAddress
                datagram.capacity = UInt32(bytes.count)
                return clinux_receive(fd, &datagram, 1)
            }
            letters = count == 1 ? letters + 1 : 0
            guard count == 1, !isSilent, !random.chance(loss) else { return }
            let bytes = Array(room[..<Int(datagram.length)])
            let camera = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self) }
            for _ in 0..<(random.chance(loss) ? 2 : 1) {
                cameras[camera, default: ModelDaemon(key: nil)].take(bytes)
            }
            addresses[camera] = (datagram.address, datagram.port)
        }

        private func answer() {
            for camera in cameras.keys {
                if random.chance(0.5) { cameras[camera]?.synchronise() }
                guard let frame = cameras[camera]?.answer(camera: camera, sentNs: Clock.wallNs()),
                    let to = addresses[camera]
                else { continue }
                for _ in 0..<(random.chance(loss) ? 0 : random.chance(loss) ? 2 : 1) {
                    frame.withUnsafeBytes { bytes in
                        var letter = clinux_letter()
                        letter.base = bytes.baseAddress
                        letter.length = UInt32(bytes.count)
                        letter.address = to.address
                        letter.port = to.port
                        _ = clinux_post(fd, &letter, 1)
                    }
                }
            }
        }
    }

    private func bankOptions(_ seed: UInt64) -> StoreBank.Options {
        var options = StoreBank.Options()
        options.store.lingerNs = 50 * .millisecond
        options.store.silenceNs = 200 * .millisecond
        options.store.backoffMaxNs = 2 * .second
        options.store.capacity = 512
        options.sentTime = .traffic
        options.closingNs = .hour
        options.startSpreadNs = 20 * .millisecond
        options.seed = seed
        return options
    }

    @Test(.timeLimit(.minutes(2)), arguments: [(1, 0.0, 1, false), (2, 0.1, 3, false), (3, 0.1, 2, true)])
    func everyReadArrivesOnceWhateverTheNetworkDoes(
        seed: UInt64, loss: Double, sockets: Int, trains: Bool
    ) throws {
        let daemon = try BadDaemon(seed: seed, loss: loss)
        try daemon.start()
        let network = Fixture.ring()
        let traffic = Fixture.options(seed: seed, readsPerSecond: 200, seconds: 80)
        let truth = Truth(Truth.Setup())
        var bank = StoreBank(network.registry, options: bankOptions(seed), truth: truth)
        var options = UDPSender.Options(port: daemon.port)
        options.sockets = sockets
        options.trains = trains
        var link = try StoreSockets(options)
        var source = try Traffic(network, options: traffic)
        try bank.run(&source, over: &link)
        daemon.stop()

        var expected: [UInt32: [WireRead]] = [:]
        for seen in try Fixture.observations(network, traffic) { expected[seen.camera, default: []].append(seen.read) }
        let counts = bank.counts
        let reads = expected.values.reduce(0) { $0 + $1.count }
        #expect(reads > 10_000 && counts.reads == reads)
        #expect(counts.notAcknowledged == 0 && counts.givenUp == 0)
        #expect(try truth.finish().reads == reads)
        #expect((counts.resentReads > 0) == (loss > 0))
        let numbered = Dictionary(uniqueKeysWithValues: bank.numbered.map { ($0.camera, $0.reads) })
        #expect(numbered == expected.mapValues(\.count))
        for (camera, reads) in expected {
            let durable = daemon.cameras[camera]?.durable ?? [:]
            #expect(durable.count == reads.count, "camera \(camera)")
            for (i, read) in reads.enumerated() { #expect(durable[UInt32(i)] == read, "camera \(camera) read \(i)") }
            #expect(daemon.cameras[camera]?.replays == 0)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func endsWithoutADaemonWhenItsPatienceIsOver() throws {
        var options = bankOptions(4)
        options.patienceNs = 300 * .millisecond
        options.keptMax = 1000
        // Bound, and nobody reads it.
        let daemon = try BadDaemon(seed: 4, loss: 0)
        let network = Fixture.ring()
        var bank = StoreBank(network.registry, options: options)
        var link = try StoreSockets(UDPSender.Options(port: daemon.port))
        var source = try Traffic(network, options: Fixture.options(seed: 4))
        try bank.run(&source, over: &link)
        let counts = bank.counts
        #expect(counts.notAcknowledged == 1000 && counts.reads == 1000 && counts.givenUp == 0 && counts.waits > 0)
        #expect(counts.acknowledgements == 0 && counts.resentReads == 0)
    }

    @Test func theWheelGivesEachActorBackSoonAfterItsInstant() {
        let actors = 500
        let startNs: Nanoseconds = 7_000_000_123
        var wheel = WakeWheel(actors: actors, startNs: startNs)
        var random = Random(seed: 5)
        var dueNs = [Nanoseconds?](repeating: nil, count: actors)
        var nowNs = startNs
        var given = 0
        for _ in 0..<20_000 {
            for _ in 0..<random.below(4) {
                let actor = random.below(actors)
                let spans = [3, 40, 2_000, 60_000]
                let atNs = nowNs + Nanoseconds(random.below(spans[random.below(4)] * 1_000_000)) - 2_000_000
                wheel.wake(actor, atNs: atNs)
                dueNs[actor] = min(dueNs[actor] ?? .max, atNs)
            }
            #expect(wheel.nextNs > nowNs)
            nowNs += Nanoseconds(random.below(5_000_000))
            while let actor = wheel.takeDue(nowNs: nowNs) {
                let atNs = dueNs[actor]
                #expect(atNs.map { $0 <= nowNs } == true)
                dueNs[actor] = nil
                given += 1
            }
            let late = dueNs.contains { $0.map { nowNs - $0 > 8_000_000 } ?? false }
            #expect(!late)
        }
        #expect(given > 1000)
    }
}
