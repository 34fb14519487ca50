/// What a shard will find, as far as it depends on what it has seen: passages that are open, reads that wait for their
/// turn, and what has alerted. With it, a start reads the log again only from its position on.
package final class ShardState: @unchecked Sendable {
    // SAFE: @unchecked Sendable: nobody writes to the memory once it is handed over; it is freed with its owner.
    private let memory: UnsafeMutableRawBufferPointer
    /// Everything before has had its effect; a group of the shard's log begins here.
    package let position: UInt64
    /// What correlator and matcher saved; as long as the state is held.
    package let bytes: UnsafeRawBufferPointer

    /// Takes the memory over. What was saved lies in `range` of it.
    init(position: UInt64, _ memory: UnsafeMutableRawBufferPointer, _ range: Range<Int>) {
        self.position = position
        self.memory = memory
        bytes = UnsafeRawBufferPointer(rebasing: memory[range])
    }

    deinit { memory.deallocate() }
}
