/// Bits that turn over on the disk while nobody looks: in a checkpoint or a state, of which there is another, or in the
/// part of a log that a start verifies, which it must refuse.
struct SimulatedBitFlips {
    struct Flip: CustomStringConvertible {
        var path: String
        var byte: Int
        var bit: Int
        /// A start on it must fail.
        var mustBeSeen: Bool

        var description: String { "\(path), byte \(byte), bit \(bit)" }
    }

    private var random: Random
    private let chance: Double

    init(seed: UInt64) {
        random = Random(seed: seed &* 0x9e37_79b9_7f4a_7c15 &+ 1)
        chance = [0, 0, 0.1, 0.3][random.below(4)]
    }

    /// Before a start. Nil: nothing turned over.
    mutating func turn(on disk: SimulatedDisk) throws -> Flip? {
        guard random.chance(chance), let directory = try DataDirectory.open(disk, "data") else { return nil }
        guard let flip = random.below(3) == 0 ? checkpoint(directory) : try log(directory) else { return nil }
        disk.flip(flip.path, byte: flip.byte, bit: flip.bit)
        return flip
    }

    private mutating func checkpoint(_ directory: DataDirectory<SimulatedDisk>) -> Flip? {
        let paths = directory.storage.paths.filter { $0.hasPrefix(directory.checkpoints + "/") }
        guard !paths.isEmpty else { return nil }
        let path = paths[random.below(paths.count)]
        let bytes = directory.storage.bytes(path)?.count ?? 0
        return Flip(path: path, byte: random.below(min(bytes, 4096)), bit: random.below(8), mustBeSeen: false)
    }

    /// Between the place from which the newest checkpoint wants the log verified, and the one up to which it knows it.
    private mutating func log(_ directory: DataDirectory<SimulatedDisk>) throws -> Flip? {
        let shard = random.below(directory.shards)
        let place = directory.place(shard: shard)
        guard let checkpoint = try Checkpoint.newest(directory.storage, directory.checkpoints).checkpoint else {
            return nil
        }
        let log = checkpoint.logs[shard]
        guard log.from < log.durable else { return nil }
        let position = log.from + UInt64(random.below(Int(log.durable - log.from)))
        // A rest that is too short for a header holds nothing.
        let size = UInt64(directory.options.bufferBytes)
        guard size - (position & (size - 1)) > UInt64(JournalLayout.blockHeaderBytes) else { return nil }
        let files = try SegmentFile.list(directory.storage, place.folder)
        guard let file = files.last(where: { $0.position <= position }) else { return nil }
        return Flip(
            path: place.path(file), byte: JournalLayout.segmentHeaderBytes + Int(position - file.position),
            bit: random.below(8), mustBeSeen: true)
    }
}
