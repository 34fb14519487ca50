/// What goes wrong between the road and the daemon. Probabilities, between 0 and 1; all 0 by default.
package struct NoiseOptions: Sendable, Equatable {
    package var seed: UInt64 = 1
    /// A read whose text is not the plate.
    package var misread = 0.0
    /// A vehicle that its camera reads twice, 50 to 400 ms apart: a read of its own, with its own sequence.
    package var twice = 0.0
    /// A read that its camera has ready only later, up to `readDelayMaxNs`.
    package var slow = 0.0
    package var readDelayMaxNs: Nanoseconds = 2 * .second
    /// Each camera's clock is off by a constant, up to this much either way.
    package var clockOffsetMaxNs: Nanoseconds = 0
    /// Frames that the network delivers twice, out of order, late, or never.
    package var frameTwice = 0.0
    package var frameReordered = 0.0
    package var frameDelayed = 0.0
    /// Below the daemon's limit on clock offsets (2 s): a camera whose every frame is later than that is taken for one
    /// whose clock is wrong, and its reads are not paired.
    package var frameDelayMaxNs: Nanoseconds = .second
    package var frameLost = 0.0

    package init() {}

    /// Everything that the engine must stand without losing anything: no frame is lost.
    package static var usual: NoiseOptions {
        var noise = NoiseOptions()
        noise.misread = 0.02
        noise.twice = 0.02
        noise.slow = 0.02
        noise.frameTwice = 0.01
        noise.frameReordered = 0.02
        noise.frameDelayed = 0.01
        return noise
    }

    package var touchesReads: Bool { misread > 0 || twice > 0 || slow > 0 || clockOffsetMaxNs > 0 }
    package var touchesFrames: Bool { frameTwice > 0 || frameReordered > 0 || frameDelayed > 0 || frameLost > 0 }
}
