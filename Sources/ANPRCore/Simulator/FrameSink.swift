/// Where a camera's frames go: a socket, a file, a test's memory.
package protocol FrameSink: ~Copyable {
    /// Takes one sealed frame. `dueNs` is the instant, in the traffic's time, at which it leaves its camera; it never
    /// goes back. The bytes are valid during the call only.
    mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) throws(SystemError) -> FrameFate
    /// Nothing more comes: what is held back goes out now.
    mutating func finish() throws(SystemError)
}

/// What became of a frame on its way.
package enum FrameFate: Sendable {
    case sent
    /// The simulated network lost it: the daemon will never see it.
    case lost
}

/// Keeps frames in memory, one after the other: for tests, and to make them ahead of a measured run.
package struct FrameStore: FrameSink {
    package private(set) var bytes: [UInt8] = []
    /// Where each frame begins in `bytes`, and one past the last.
    package private(set) var starts = [0]
    package private(set) var dueNs: [Nanoseconds] = []

    package init() {}

    package var count: Int { dueNs.count }

    package mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) -> FrameFate {
        bytes.append(contentsOf: frame)
        starts.append(bytes.count)
        self.dueNs.append(dueNs)
        return .sent
    }

    package mutating func finish() {}

    /// Visits each frame in the order in which it was sent.
    package func forEach<E: Error>(_ body: (UnsafeRawBufferPointer, Nanoseconds) throws(E) -> Void) throws(E) {
        for i in 0..<count {
            try bytes.withUnsafeBufferPointer { all throws(E) in
                let frame = UnsafeRawBufferPointer(all)[starts[i]..<starts[i + 1]]
                try body(UnsafeRawBufferPointer(rebasing: frame), dueNs[i])
            }
        }
    }

    /// Sends everything that is kept.
    package func replay<Sink: FrameSink & ~Copyable>(into sink: inout Sink) throws(SystemError) {
        try forEach { frame, dueNs throws(SystemError) in _ = try sink.send(frame, dueNs: dueNs) }
        try sink.finish()
    }
}
