/// How often and how long an effect is tried, and how many wait at most.
package struct EffectSettings: Sendable {
    /// After the first failure; doubles from then on.
    package var pauseNs: Nanoseconds = .second
    package var pauseMaxNs: Nanoseconds = .hour
    /// Failures after which an effect becomes a dead letter: with these pauses, about a day.
    package var attemptsMax = 32
    /// Past these the plugin gets nothing more until some have left.
    package var waitingMax = 1 << 16
    package var waitingBytesMax = 64 << 20
    package var deadMax = 1 << 16
    package var attemptsATurn = 1024

    package init() {}
}
