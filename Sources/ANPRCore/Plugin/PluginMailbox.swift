import Synchronization

/// Calls that wait for a plugin's thread.
final class PluginMailbox: Sendable {
    /// Past these a caller is told to come again.
    static let waitingMax = 1 << 14

    /// A call, and who waits for its reply.
    struct Posted: Sendable {
        let call: PluginCall
        let group: CallGroup
        let index: Int
    }

    private struct Waiting {
        var calls: [Posted] = []
        var isClosed = false
    }

    private let waiting = Mutex(Waiting())

    var isEmpty: Bool { waiting.withLock { $0.calls.isEmpty } }

    /// Any thread. The group is answered at once when there is no room, or the plugin has ended.
    func post(_ calls: [PluginCall]) -> CallGroup {
        let group = CallGroup(count: calls.count)
        let refusal: PluginReply? = waiting.withLock { waiting in
            if waiting.isClosed { return Self.ended }
            guard waiting.calls.count + calls.count <= Self.waitingMax else {
                return .notNow("\(waiting.calls.count) calls wait for the plugin")
            }
            for (index, call) in calls.enumerated() {
                waiting.calls.append(Posted(call: call, group: group, index: index))
            }
            return nil
        }
        if let refusal { for index in calls.indices { group.reply(refusal, to: index) } }
        return group
    }

    /// The plugin's thread: the oldest ones. Those that nobody waits for any more are left out: they were not done.
    func take(_ max: Int) -> [Posted] {
        let taken = waiting.withLock { waiting in
            let taken = Array(waiting.calls.prefix(max))
            waiting.calls.removeFirst(taken.count)
            return taken
        }
        return taken.filter { !$0.group.isAbandoned }
    }

    /// The plugin's thread, at its end: nothing more is taken.
    func close() {
        let left = waiting.withLock { waiting in
            waiting.isClosed = true
            defer { waiting.calls = [] }
            return waiting.calls
        }
        for posted in left { posted.group.reply(Self.ended, to: posted.index) }
    }

    private static var ended: PluginReply { .notNow("the plugin has ended") }
}
