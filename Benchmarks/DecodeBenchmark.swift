import ANPRCore

extension Benchmark {
    static let decode = Benchmark(
        name: "decode", purpose: "full frames of 43 reads from bytes to the ring: tag, window, plates, route; one core"
    ) { options in
        let frames = options.small ? 64 : 4096
        let passes = options.small ? 1 : 32
        let expected = "\(passes * frames * Limits.frameReadsMax) reads taken"
        return [true, false].map { isSealed in
            BenchmarkCase("frame opened" + (isSealed ? "" : ", no tag"), unit: "reads", expected: expected) {
                opened(frames: frames, passes: passes, isSealed: isSealed)
            }
        }
    }

    /// The frames of a hundred cameras, `passes` times over with new sequences.
    private static func opened(frames: Int, passes: Int, isSealed: Bool) -> Outcome {
        let stage = IntakeStage(
            cameras: 100, readsPerFrame: Limits.frameReadsMax, isSealed: isSealed, frames: frames)
        var ns: Nanoseconds = 0
        for _ in 0..<passes { ns += stage.pass() }
        let items = passes * frames * Limits.frameReadsMax
        return Outcome(
            items: items, ns: ns, result: "\(items) reads taken",
            remark: "\(ns / Nanoseconds(passes * frames)) ns a frame")
    }
}
