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
}
