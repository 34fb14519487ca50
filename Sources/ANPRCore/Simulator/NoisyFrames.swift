/// What a network does to frames: delivers them twice, out of order, late or not at all. Seeded and counted.
package struct NoisyFrames<Sink: FrameSink & ~Copyable>: FrameSink, ~Copyable {
    package struct Counts: Sendable, Equatable {
        package var taken = 0
        package var twice = 0
        package var reordered = 0
        package var delayed = 0
        package var lost = 0
        /// Frames handed on: taken + twice - lost, once it has finished.
        package var delivered = 0
    }

    struct Held {
        var bytes: [UInt8]
        /// Goes out once this instant has come and this many others have gone before.
        var releaseNs: Nanoseconds
        var others: Int
    }

    package private(set) var counts = Counts()
    package private(set) var sink: Sink
    private let options: NoiseOptions
    private var random: Random
    private var held: [Held] = []

    package init(_ sink: consuming Sink, options: NoiseOptions) {
        self.sink = sink
        self.options = options
        random = Random(seed: options.seed ^ 0x6e6f_6973_792d_6672)
    }

    package mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) throws(SystemError) -> FrameFate {
        counts.taken += 1
        guard options.touchesFrames else {
            counts.delivered += 1
            return try sink.send(frame, dueNs: dueNs)
        }
        try releaseHeld(dueNs: dueNs)
        if random.chance(options.frameLost) {
            counts.lost += 1
            return .lost
        }
        if random.chance(options.frameTwice) {
            counts.twice += 1
            // The copy comes soon after.
            hold(frame, releaseNs: dueNs, others: 1 + random.below(4))
        }
        if random.chance(options.frameDelayed) {
            counts.delayed += 1
            let delayNs = 1 + Nanoseconds(random.below(Int(max(1, options.frameDelayMaxNs))))
            hold(frame, releaseNs: dueNs + delayNs, others: 0)
        } else if random.chance(options.frameReordered) {
            counts.reordered += 1
            hold(frame, releaseNs: dueNs, others: 1 + random.below(8))
        } else {
            try pass(frame, dueNs: dueNs)
        }
        return .sent
    }

    private mutating func hold(_ frame: UnsafeRawBufferPointer, releaseNs: Nanoseconds, others: Int) {
        held.append(Held(bytes: Array(frame), releaseNs: releaseNs, others: others))
    }

    private mutating func pass(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) throws(SystemError) {
        counts.delivered += 1
        _ = try sink.send(frame, dueNs: dueNs)
    }

    private mutating func releaseHeld(dueNs: Nanoseconds) throws(SystemError) {
        var i = 0
        while i < held.count {
            if held[i].others > 0 { held[i].others -= 1 }
            guard held[i].others == 0, held[i].releaseNs <= dueNs else {
                i += 1
                continue
            }
            let frame = held.remove(at: i)
            try passBytes(frame.bytes, dueNs: dueNs)
        }
    }

    private mutating func passBytes(_ bytes: [UInt8], dueNs: Nanoseconds) throws(SystemError) {
        counts.delivered += 1
        try bytes.withUnsafeBufferPointer { frame throws(SystemError) in
            _ = try self.sink.send(UnsafeRawBufferPointer(frame), dueNs: dueNs)
        }
    }

    package mutating func finish() throws(SystemError) {
        let lastNs = held.map(\.releaseNs).max() ?? 0
        for i in held.indices { held[i].others = 0 }
        held.sort { $0.releaseNs < $1.releaseNs }
        try releaseHeld(dueNs: lastNs)
        try sink.finish()
    }

    /// Ends it and gives the sink back.
    package consuming func intoSink() -> Sink { sink }
}
