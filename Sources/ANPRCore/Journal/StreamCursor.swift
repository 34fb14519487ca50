/// A place in one shard's log: a block, and how many of its events are done.
///
/// A subscription's place is an array of them, one a shard.
package struct StreamCursor: BitwiseCopyable, Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Of the block in the shard's journal.
    package var position: UInt64
    /// Events of that block that are done.
    package var event: UInt32

    package init(position: UInt64 = 0, event: UInt32 = 0) {
        self.position = position
        self.event = event
    }

    package static func < (a: StreamCursor, b: StreamCursor) -> Bool {
        (a.position, a.event) < (b.position, b.event)
    }

    /// Whether all that it says is done will be there after a crash, when the log is durable up to a position.
    package func isCovered(by durable: UInt64) -> Bool {
        position < durable || (position == durable && event == 0)
    }

    package var description: String { "\(position)+\(event)" }

    /// As people write it: `position:event`, or the position alone. Nil for anything else.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let position = UInt64(parts[0]), position & 7 == 0,
            let event = parts.count == 2 ? UInt32(parts[1]) : 0
        else { return nil }
        self.init(position: position, event: event)
    }

    package var text: String { "\(position):\(event)" }
}

/// A place in the logs of all shards.
package struct StreamPlace: Equatable, Sendable {
    package var shard: Int
    package var cursor: StreamCursor

    package init(shard: Int, cursor: StreamCursor) {
        self.shard = shard
        self.cursor = cursor
    }
}
