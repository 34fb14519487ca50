import CLinux

/// How long a thread that found nothing keeps looking before it sleeps.
///
/// Few spins, each with a pause instruction: on a machine whose cores are shared or siblings, a spinning thread takes
/// from the very thread that it waits for. `isSpent` says when to park.
package struct IdleStrategy: Sendable {
    private let spins: Int
    private var spun = 0

    package init(spins: Int = 64) { self.spins = spins }

    /// Call with what the turn did. True when it is time to park.
    @inline(__always)
    package mutating func isSpent(work: Int) -> Bool {
        if work > 0 {
            spun = 0
            return false
        }
        guard spun < spins else { return true }
        spun &+= 1
        clinux_pause()
        return false
    }
}
