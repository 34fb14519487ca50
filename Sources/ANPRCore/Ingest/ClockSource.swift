/// What "now" is.
package enum ClockSource: Sendable, Equatable {
    /// The machine's clock, UTC.
    case wall
    /// The highest sent time seen in authenticated frames: for simulated and replayed traffic, whose time is not ours.
    case frames
}
