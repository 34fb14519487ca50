import Synchronization

/// Calls that were made together, and where their caller waits for the replies.
final class CallGroup: Sendable {
    private struct Replies {
        var replies: [PluginReply?]
        var missing: Int
        var isAbandoned = false
    }

    private let replies: Mutex<Replies>
    private let parker = Parker()

    init(count: Int) { replies = Mutex(Replies(replies: Array(repeating: nil, count: count), missing: count)) }

    /// Any thread; the first reply to a call counts.
    func reply(_ reply: PluginReply, to index: Int) {
        let isWhole = replies.withLock { state in
            guard state.replies[index] == nil else { return false }
            state.replies[index] = reply
            state.missing -= 1
            return state.missing == 0
        }
        if isWhole { parker.wake() }
    }

    var isAbandoned: Bool { replies.withLock { $0.isAbandoned } }

    /// The caller, once: all replies, or those that came in time.
    func wait(_ waitNs: Nanoseconds) -> [PluginReply] {
        let endNs = Clock.monotonicNs() + waitNs
        while !isWhole {
            let leftNs = endNs - Clock.monotonicNs()
            guard leftNs > 0 else { break }
            parker.park(nanoseconds: leftNs) { !isWhole }
        }
        return replies.withLock { state in
            state.isAbandoned = state.missing > 0
            return state.replies.map { $0 ?? .notNow("no answer within \(Quantity.durationText(waitNs))") }
        }
    }

    private var isWhole: Bool { replies.withLock { $0.missing == 0 } }
}
