/// A place in one shard's log: a block, and how many of its events are done.
package struct StreamCursor: BitwiseCopyable, Hashable, Comparable, Sendable, CustomStringConvertible {
    package var position: UInt64
    package var event: UInt32

    package init(position: UInt64, event: UInt32 = 0) {
        self.position = position
        self.event = event
    }

    package static func < (a: StreamCursor, b: StreamCursor) -> Bool {
        a.position != b.position ? a.position < b.position : a.event < b.event
    }

    package var description: String { "\(position):\(event)" }
}
