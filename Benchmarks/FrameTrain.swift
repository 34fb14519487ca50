import ANPRCore
import CLinux
import Glibc

/// Frames of one length side by side in memory, and how to send them: as fast as a socket takes them, or at a pace.
struct FrameTrain: @unchecked Sendable {
    // SAFE: @unchecked Sendable: written before the sender starts, read-only until it has ended.
    let base: UnsafePointer<UInt8>
    let count: Int
    let frameBytes: Int

    /// The kernel's limits of one train.
    private static let trainFramesMax = 64
    private static let trainBytesMax = 65_000

    static func framesPerTrain(_ frameBytes: Int) -> Int { min(trainFramesMax, trainBytesMax / frameBytes) }

    /// `framesPerSecond` nil: as fast as the socket takes them.
    func send(to socket: CInt, trains: Bool, framesPerSecond: Int? = nil) {
        let startNs = Clock.monotonicNs()
        let perSend = trains ? Self.framesPerTrain(frameBytes) : 1
        let batch = trains ? 8 : 64
        let outgoing = UnsafeMutablePointer<clinux_outgoing>.allocate(capacity: batch)
        defer { outgoing.deallocate() }
        var next = 0
        while next < count {
            var ready = 0
            var frames = 0
            while ready < batch, next + frames < count {
                let n = min(perSend, count - next - frames)
                outgoing[ready] = clinux_outgoing(
                    base: base + (next + frames) * frameBytes, length: UInt32(n * frameBytes),
                    segment: trains ? UInt32(frameBytes) : 0)
                ready += 1
                frames += n
            }
            if let framesPerSecond {
                Self.wait(untilNs: startNs + Nanoseconds(next) * .second / Nanoseconds(framesPerSecond))
            }
            let sent = clinux_send(socket, outgoing, UInt32(ready))
            // The last train may be short; a call that failed (no buffer) is made again.
            if sent > 0 { next += Int(sent) == ready ? frames : Int(sent) * perSend }
        }
    }

    /// WHY asleep: the sender shares its core with those who receive.
    private static func wait(untilNs ns: Nanoseconds) {
        var time = timespec(tv_sec: Int(ns / .second), tv_nsec: Int(ns % .second))
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil)
    }
}
