/// Whether reads wait for the engine, seen from any thread.
package struct RingPressure: Sendable {
    private let rings: [RingMemory<Read>]

    package init(_ rings: [[RingMemory<Read>]]) { self.rings = rings.flatMap { $0 } }

    /// One in 32 slots of a ring is taken. WHY not fewer: a shard that keeps up has some behind it now and then.
    package var isHigh: Bool { rings.contains { $0.backlog > $0.capacity / 32 } }
}
