import ANPRCore

/// One alert for each condition, camera and window of time.
///
/// Windows are fixed stretches of capture time (a quarter of an hour: each quarter from the full hour, UTC), not time
/// since the last alert: so whether there is an alert does not depend on the order in which reads come, and its key
/// is the same in every run.
struct RepeatWindow {
    let lengthNs: Nanoseconds
    /// By window, so that the oldest can be forgotten together.
    private var seen: [Nanoseconds: Set<Key>] = [:]
    private var count = 0
    private let keysMax: Int

    /// Keys kept; past them the oldest window is forgotten, and a very late read there would alert again.
    static let keysMaxDefault = 1 << 20

    struct Key: Hashable {
        let condition: String
        let camera: UInt32
    }

    init(lengthNs: Nanoseconds, keysMax: Int = RepeatWindow.keysMaxDefault) {
        precondition(lengthNs > 0 && keysMax > 0)
        self.lengthNs = lengthNs
        self.keysMax = keysMax
    }

    /// When the window of an instant began.
    func startNs(_ capturedNs: Nanoseconds) -> Nanoseconds {
        let past = capturedNs % lengthNs
        return capturedNs - (past < 0 ? past + lengthNs : past)
    }

    /// True for the first of its window.
    mutating func isFirst(_ key: Key, at capturedNs: Nanoseconds) -> Bool {
        guard seen[startNs(capturedNs), default: []].insert(key).inserted else { return false }
        count += 1
        while count > keysMax, seen.count > 1, let oldest = seen.keys.min() {
            count -= seen.removeValue(forKey: oldest)?.count ?? 0
        }
        return true
    }
}
