import Testing

@testable import ANPRCore

@Suite struct StateFilesTests {
    private let disk = SimulatedDisk(seed: 1)
    private let directory: DataDirectory<SimulatedDisk>

    init() throws {
        directory = try DataDirectory.create(
            disk, "data", identity: JournalIdentity(low: 3, high: 4), shards: 2, options: JournalOptions())
    }

    private func state(_ position: UInt64, _ bytes: [UInt8]) -> ShardState {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
        memory.copyBytes(from: bytes)
        return ShardState(position: position, memory, 0..<bytes.count)
    }

    private static let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }

    @Test func comesBackAsItWas() throws {
        let files = StateFiles(directory, shard: 1)
        try files.save(state(4096, Self.bytes))
        let back = try #require(try files.load(4096))
        #expect(back.position == 4096 && back.bytes.elementsEqual(Self.bytes))
        #expect(try StateFiles(directory, shard: 0).positions().isEmpty)
    }

    @Test func theLastTwoAreKept() throws {
        let files = StateFiles(directory, shard: 0)
        for position in [0, 64, 4096, 1 << 33] as [UInt64] { try files.save(state(position, Self.bytes)) }
        #expect(try files.positions() == [1 << 33, 4096])
        try disk.replace(directory.checkpoints, "state-0-77.new", [1])
        try files.remove(behind: 4096)
        #expect(try files.positions() == [4096])
        #expect(disk.list(directory.checkpoints) == ["state-0-4096"])
    }

    /// Whichever call fails: the one before is still there, and nothing else is left behind.
    @Test func whatFailsLeavesNothingBehind() throws {
        let files = StateFiles(directory, shard: 0)
        try files.save(state(64, Self.bytes))
        let first = disk.calls
        try files.save(state(128, Self.bytes))
        let calls = disk.calls - first
        #expect(calls >= 5)
        for call in 1..<calls {
            disk.failure = .init(call: disk.calls + call, code: 5)
            do { try files.save(state(192, Self.bytes)) } catch {}
            disk.failure = nil
            #expect(try files.load(128) != nil && !disk.list(directory.checkpoints).contains { $0.hasSuffix(".new") })
            try files.remove(behind: 128)
        }
    }

    /// Whatever byte is flipped, the state is refused, and said to be damaged.
    @Test func everyByteCounts() throws {
        let files = StateFiles(directory, shard: 0)
        try files.save(state(4096, Self.bytes))
        let path = "\(directory.checkpoints)/state-0-4096"
        let whole = try disk.contents(path, bytesMax: 1 << 16)
        for at in 0..<48 + Self.bytes.count {
            var flipped = whole
            flipped[at] ^= 1 << UInt8(at % 8)
            try disk.replace(directory.checkpoints, "state-0-4096", flipped)
            #expect(try files.load(4096) == nil, "byte \(at)")
        }
        #expect(try files.damaged() == [path])
        try disk.replace(directory.checkpoints, "state-0-4096", Array(whole[..<100]))
        #expect(try files.load(4096) == nil)
        // Under another's name, or another directory's.
        try disk.replace(directory.checkpoints, "state-0-8192", whole)
        #expect(try files.load(8192) == nil)
        let other = try DataDirectory.create(
            disk, "other", identity: JournalIdentity(low: 3, high: 5), shards: 1, options: JournalOptions())
        try disk.replace(other.checkpoints, "state-0-4096", whole)
        #expect(try StateFiles(other, shard: 0).load(4096) == nil)
    }
}
