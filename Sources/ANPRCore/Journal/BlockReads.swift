/// The reads that a block's events count in: its own, or those of an earlier block of its group. Keeps the latest.
package final class BlockReads<S: Storage> {
    private let place: JournalPlace<S>
    private let symbols = SymbolTable()
    private var reads = FixedBuffer<Read>(capacity: Int(UInt16.max))
    /// The block that they are of.
    private var position: UInt64?

    package init(_ place: JournalPlace<S>) { self.place = place }

    package var count: Int { reads.count }
    package subscript(index: Int) -> Read { reads.elements[index] }

    package func decode(_ block: JournalBlock) throws {
        let wanted = block.header.position - UInt64(block.header.readsBehind)
        guard position != wanted else { return }
        reads.removeAll()
        position = wanted
        guard block.header.readsBehind != 0 else { return block.reads(into: &reads, symbols: symbols) }
        // Its group began before what was visited.
        let reader = try JournalReader(place, from: wanted)
        guard case .block(let earlier) = try reader.next(before: block.header.position) else { return }
        earlier.reads(into: &reads, symbols: symbols)
    }
}
