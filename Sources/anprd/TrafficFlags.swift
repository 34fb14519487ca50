import ANPRCore

/// The flags that say what traffic to make and what goes wrong with it.
enum TrafficFlags {
    static let all = [
        Flag("seed", "N", "the same seed makes the same traffic (default 1)"),
        Flag("rate", "N", "reads a second of the traffic's own time, all cameras together"),
        Flag("seconds", "N", "of the traffic's own time"),
        Flag("noise", nil, "OCR errors, vehicles read twice, late reads; frames twice, out of order, late"),
    ]

    static let noise = [
        Flag("misread", "P", "share of reads whose text is not the plate, 0 to 1 (--noise: 0.02)"),
        Flag("twice", "P", "share of vehicles that a camera reads twice (--noise: 0.02)"),
        Flag("slow", "P", "share of reads that their camera has ready up to 2 s later (--noise: 0.02)"),
        Flag("clock-offset", "TIME", "each camera's clock is off by up to this, such as 500ms (default 0)"),
        Flag("frame-twice", "P", "share of frames that arrive twice (--noise: 0.01)"),
        Flag("frame-reordered", "P", "share of frames that others overtake (--noise: 0.02)"),
        Flag("frame-delayed", "P", "share of frames up to 1 s late (--noise: 0.01)"),
        Flag("loss", "P", "share of frames that never arrive (default 0)"),
    ]

    static func noise(_ arguments: Arguments) throws(UsageError) -> NoiseOptions {
        var noise = arguments.has("noise") ? NoiseOptions.usual : NoiseOptions()
        noise.seed = UInt64(try arguments.integer("seed", 0...Int.max, default: 1))
        noise.misread = try arguments.number("misread", 0...1, default: noise.misread)
        noise.twice = try arguments.number("twice", 0...1, default: noise.twice)
        noise.slow = try arguments.number("slow", 0...1, default: noise.slow)
        noise.frameTwice = try arguments.number("frame-twice", 0...1, default: noise.frameTwice)
        noise.frameReordered = try arguments.number("frame-reordered", 0...1, default: noise.frameReordered)
        noise.frameDelayed = try arguments.number("frame-delayed", 0...1, default: noise.frameDelayed)
        noise.frameLost = try arguments.number("loss", 0...1, default: noise.frameLost)
        if let text = arguments.text("clock-offset") {
            guard let ns = Quantity.duration(text), ns <= 60 * .second else {
                throw arguments.usageError("--clock-offset must be a time up to 60s, such as 500ms, not '\(text)'")
            }
            noise.clockOffsetMaxNs = ns
        }
        return noise
    }
}
