/// How passages are found and judged.
package struct CorrelatorSettings: Sendable, Equatable {
    /// How late a read may come and still be paired.
    package var latenessNs: Nanoseconds = 120 * .second
    /// Reads of one plate at one end within this time of the first are one crossing.
    package var crossingNs: Nanoseconds = 5 * .second
    /// An entry waits at most this long for its exit.
    package var passageMaxNs: Nanoseconds = .hour
    /// Slower than this over a section, two reads are not one passage.
    package var speedMinKmh = 5
    /// Faster than this, a pair is implausible and goes to a human.
    package var speedMaxKmh = 300
    package var tolerance = TechnicalTolerance()
    /// Reads that wait for their turn, and passages open, at most.
    package var pendingReads = 1 << 20
    package var openPassages = 1 << 20
    /// While more reads wait, time goes on in steps (`Correlator.leapNs`).
    package var leapReads = 1 << 14

    package init() {}
}

/// What is taken off a measured speed: km/h up to a speed, percent above it.
package struct TechnicalTolerance: Sendable, Equatable {
    package var kmh = 6
    package var percent = 6
    package var percentAboveKmh = 100

    package init() {}
}
