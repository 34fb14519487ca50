/// The bytes of a segment and its blocks; docs/JOURNAL.md draws them. All numbers are little endian.
package enum JournalLayout {
    /// "ANPRSEG1" as bytes.
    package static let magic: UInt64 = 0x3147_4553_5250_4e41
    package static let version: UInt32 = 1
    /// A segment's header; log bytes follow. A disk page, so that what follows is aligned for direct writes.
    package static let segmentHeaderBytes = pageBytes
    package static let pageBytes = 4096
    package static let blockHeaderBytes = 64
    /// The largest event: a record and its head.
    package static let eventBytesMax = 8 + 128

    static let crcAt = 0
    static let lengthAt = 4
    static let positionAt = 8

    package static func rounded(_ bytes: Int) -> Int { (bytes + 7) & ~7 }
    package static func pageStart(_ position: UInt64) -> UInt64 { position & ~UInt64(pageBytes - 1) }
}

/// What stands before a block's reads and events: 64 bytes.
package struct BlockHeader: BitwiseCopyable, Equatable, Sendable {
    /// Of everything after it, to the block's end.
    package var crc: UInt32 = 0
    /// Of the whole block.
    package var length: UInt32 = 0
    package var position: UInt64 = 0
    /// Which start of the daemon wrote it, from 1.
    package var run: UInt32 = 0
    package var flags: BlockFlags = []
    package var reads: UInt16 = 0
    package var events: UInt32 = 0
    /// Bytes back to the block whose reads its events count in; 0: its own.
    package var readsBehind: UInt32 = 0
    /// Capture times count from it.
    package var baseNs: Nanoseconds = 0
    /// Time went on to here after the block's reads; 0: it did not.
    package var advancedNs: Nanoseconds = 0
    /// What was known to be on disk when the block was written.
    package var durable: UInt64 = 0
    /// The latest time that the shard had heard of; tells at the next start how far back to begin.
    package var latestNs: Nanoseconds = 0

    package init() {}

    package var end: UInt64 { position &+ UInt64(length) }

    /// Whether numbers that stand in a block can be true; its CRC is looked at next.
    func isPlausible(at position: UInt64) -> Bool {
        self.position == position && length >= UInt32(JournalLayout.blockHeaderBytes) && length & 7 == 0
            && run > 0 && durable <= position && UInt64(readsBehind) <= position
    }
}

package struct BlockFlags: OptionSet, BitwiseCopyable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The group goes on in the next block.
    package static let continues = BlockFlags(rawValue: 1 << 0)
    /// Fills up to a multiple of the buffer's size.
    package static let padding = BlockFlags(rawValue: 1 << 1)
    /// The daemon ended as it should.
    package static let stop = BlockFlags(rawValue: 1 << 2)
    /// What stood here was damaged and set aside by `anprd journal repair`.
    package static let hole = BlockFlags(rawValue: 1 << 3)
    /// Its reads are packed; without it they are fixed words, as format 1 wrote them.
    package static let packed = BlockFlags(rawValue: 1 << 4)
}

/// Sizes of a journal, fixed with its data directory.
package struct JournalOptions: Equatable, Sendable {
    /// What is not on disk yet at most, for each shard; a power of two. No block crosses a multiple of it.
    package var bufferBytes = 16 << 20
    /// A block is closed when its reads reach this.
    package var blockBytes = 64 << 10
    /// A group goes on in another block when its events reach this.
    package var eventBytes = 128 << 10
    /// Log bytes of a segment file; a multiple of `bufferBytes`.
    package var segmentBytes = 256 << 20

    package init() {}

    /// Room that a block may need: it is begun only where so much is left. In either form.
    var blockBytesMax: Int {
        JournalLayout.blockHeaderBytes + blockBytes
            + Limits.batchReads * max(PackedRead.bytesMax, FixedRead.longBytes)
            + JournalLayout.rounded(PackedRead.slackBytes + 7) + eventBytes
    }

    func check() {
        precondition(bufferBytes & (bufferBytes - 1) == 0 && bufferBytes >= JournalLayout.pageBytes)
        precondition(segmentBytes % bufferBytes == 0 && segmentBytes > 0)
        precondition(blockBytesMax * 2 <= bufferBytes, "a block must fit in half the buffer")
        precondition(eventBytes >= 4 * JournalLayout.eventBytesMax)
        precondition(blockBytes / PackedRead.headBytes + Limits.batchReads < Int(UInt16.max))
    }
}
