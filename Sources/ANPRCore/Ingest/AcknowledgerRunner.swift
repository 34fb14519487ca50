import CLinux
import Synchronization

/// The thread of the acknowledger: a step each few milliseconds, and its letters into the first receiver's socket.
final class AcknowledgerRunner: @unchecked Sendable {
    // SAFE: @unchecked Sendable: made by the engine, then used by its one thread; counters and `stopping` are atomics.
    private let acknowledger: Acknowledger
    private let clock: EngineClock
    private let socket: CInt
    private let stopping = Atomic<Bool>(false)
    private let letters: Slab<UInt8>
    private var waiting: [clinux_letter] = []
    private let intervalNs: Nanoseconds
    private let rest = Parker()

    private static let letterBytes = ControlLayout.frameBytesMax
    private static let batch = 64
    /// While no camera is heard. WHY: 200 looks a second are half a percent of a core.
    private static let quietNs = 50 * Nanoseconds.millisecond

    /// `socket` stays open for as long as the thread runs.
    init(_ acknowledger: Acknowledger, clock: EngineClock, socket: CInt, intervalNs: Nanoseconds) {
        self.acknowledger = acknowledger
        self.clock = clock
        self.socket = socket
        self.intervalNs = intervalNs
        letters = Slab(count: Self.batch * Self.letterBytes)
        waiting.reserveCapacity(Self.batch)
    }

    var counters: Counters { acknowledger.counters }

    func run() {
        // ORDER: relaxed; the flag carries nothing else.
        var pauseNs = intervalNs
        while !stopping.load(ordering: .relaxed) {
            turn()
            // Quiet: each pause is twice the last. What is heard then is told at most so much later.
            pauseNs = acknowledger.isBusy ? intervalNs : max(intervalNs, min(2 * pauseNs, Self.quietNs))
            rest.park(nanoseconds: pauseNs) { true }
        }
        // The last that became durable is still told.
        for _ in 0..<3 { turn() }
    }

    func stop() {
        // ORDER: relaxed; as in run.
        stopping.store(true, ordering: .relaxed)
    }

    private func turn() {
        acknowledger.turn(nowNs: Clock.monotonicNs(), sentNs: clock.nowNs()) { post($0, $1) }
        flush()
    }

    private func post(_ frame: UnsafeRawBufferPointer, _ to: FrameSource) {
        if waiting.count == Self.batch { flush() }
        let place = letters.base + waiting.count * Self.letterBytes
        UnsafeMutableRawPointer(place).copyMemory(from: frame.baseAddress!, byteCount: frame.count)
        var letter = clinux_letter()
        letter.base = UnsafeRawPointer(place)
        letter.length = UInt32(frame.count)
        letter.address = to.address
        letter.port = to.port
        waiting.append(letter)
    }

    /// One that the kernel does not take is lost, as on any network: the camera asks again.
    private func flush() {
        var done = 0
        while done < waiting.count {
            let n = waiting.withUnsafeBufferPointer {
                clinux_post(socket, $0.baseAddress! + done, UInt32($0.count - done))
            }
            if n > 0 {
                done += Int(n)
            } else {
                acknowledger.counters.add(1, to: AcknowledgerCounter.sendFailures.rawValue)
                done += 1
            }
        }
        waiting.removeAll(keepingCapacity: true)
    }
}
