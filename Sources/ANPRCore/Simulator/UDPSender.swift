import Glibc

/// Keeps a sender that is faster than the receiver from overrunning its socket: a means of the laboratory, where both
/// run on one machine. Real cameras have no such thing; they repeat what is not acknowledged.
package struct SendWindow: Sendable {
    /// Datagrams that may be on their way at most.
    package var datagrams: Int
    /// How many datagrams the receiver has taken or its kernel has dropped so far.
    package var received: @Sendable () -> Int
    /// Give up when the receiver has not moved for so long.
    package var patienceNs: Nanoseconds = 10 * .second

    package init(datagrams: Int, received: @escaping @Sendable () -> Int) {
        precondition(datagrams > 0)
        self.datagrams = datagrams
        self.received = received
    }
}

/// Sends frames as UDP datagrams, many a system call, at a pace.
///
/// A camera's frames stay on one socket, so that they arrive in order and at one receiver. With trains, frames of one
/// length that follow each other on a socket go to the kernel as one (UDP GSO), which cuts them apart again. Owned by
/// one thread.
package struct UDPSender: FrameSink, ~Copyable {
    package struct Options: Sendable {
        /// IPv4, host order.
        package var address: UInt32 = 0x7f00_0001
        package var port: UInt16
        /// Connected sockets, each from a port of its own: several spread over a daemon's receivers.
        package var sockets = 1
        package var trains = false
        package var pace = Pace.flatOut
        /// The traffic's instant at which the pace begins; nil: when the first frame is due.
        package var paceFromNs: Nanoseconds?
        package var window: SendWindow?
        package var sendBufferBytes = 4 << 20
        package init(port: UInt16) { self.port = port }
    }

    package struct Counts: Sendable, Equatable {
        package var frames = 0
        package var bytes = 0
        package var calls = 0
        package var trains = 0
        /// Times that nobody listened at the port.
        package var refused = 0
        /// Times that the kernel had no room, or the window was full.
        package var waits = 0
        /// Datagrams that the kernel did not take from a sender that does not wait for it.
        package var lost = 0
    }

    package private(set) var counts = Counts()
    private let options: Options
    private var pacer: Pacer
    private let sockets: [SocketBatch]
    private var waitingFrames = 0

    package init(_ options: Options) throws(SystemError) {
        precondition((1...64).contains(options.sockets))
        self.options = options
        pacer = Pacer(options.pace, fromNs: options.paceFromNs)
        var sockets: [SocketBatch] = []
        for _ in 0..<options.sockets { sockets.append(try SocketBatch(options)) }
        self.sockets = sockets
    }

    package mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) throws(SystemError) -> FrameFate {
        if case .times = options.pace { try awaitDue(dueNs) }
        let camera = frame.loadUnaligned(fromByteOffset: FrameLayout.cameraAt, as: UInt32.self)
        let batch = sockets[sockets.count == 1 ? 0 : Int(UInt32(littleEndian: camera)) % sockets.count]
        if !batch.hasRoom(for: frame.count) { try flush(batch) }
        batch.append(frame, mayJoin: options.trains)
        waitingFrames += 1
        counts.frames += 1
        counts.bytes += frame.count
        return .sent
    }

    /// Frames due within half a millisecond of each other share a call.
    private static let paceSlackNs = 500 * Nanoseconds.microsecond

    private mutating func awaitDue(_ dueNs: Nanoseconds) throws(SystemError) {
        guard pacer.waitNs(dueNs: dueNs, nowNs: Clock.monotonicNs()) > Self.paceSlackNs else { return }
        try flushAll()
        let waitNs = pacer.waitNs(dueNs: dueNs, nowNs: Clock.monotonicNs())
        if waitNs > 0 { Pacer.pause(waitNs) }
    }

    package mutating func finish() throws(SystemError) { try flushAll() }

    private mutating func flushAll() throws(SystemError) {
        for batch in sockets where batch.frames > 0 { try flush(batch) }
    }

    private mutating func flush(_ batch: SocketBatch) throws(SystemError) {
        if let window = options.window { try awaitRoom(window, for: batch.frames) }
        waitingFrames -= batch.frames
        try batch.send(&counts)
    }

    /// Polls, since the receiver's progress is a counter and nothing to wait on.
    private mutating func awaitRoom(_ window: SendWindow, for frames: Int) throws(SystemError) {
        let gone = counts.frames - waitingFrames
        var received = window.received()
        guard gone - received + frames > window.datagrams, gone > received else { return }
        counts.waits += 1
        var idle = IdleStrategy()
        var movedNs = Clock.monotonicNs()
        while gone - received + frames > window.datagrams, gone > received {
            if idle.isSpent(work: 0) { Pacer.pause(50 * .microsecond) }
            let now = window.received()
            if now != received {
                received = now
                movedNs = Clock.monotonicNs()
            } else if Clock.monotonicNs() - movedNs > window.patienceNs {
                throw SystemError("send", code: ETIMEDOUT, subject: "the receiver takes no datagrams")
            }
        }
    }
}
