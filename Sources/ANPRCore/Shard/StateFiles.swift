import CLinux

/// A shard's states on disk, beside the checkpoints: a file each, `state-SHARD-POSITION`, the last two kept.
///
/// Little endian: "ANPRSTA1", CRC32C of everything after it, 4 zero bytes, length; then the data directory's identity,
/// the position, and what the matcher and the correlator saved.
package struct StateFiles<S: Storage> {
    private let storage: S
    private let folder: String
    private let identity: JournalIdentity
    private let shard: Int

    package init(_ directory: DataDirectory<S>, shard: Int) {
        storage = directory.storage
        folder = directory.checkpoints
        identity = directory.identity
        self.shard = shard
    }

    private static var magic: UInt64 { 0x3141_5453_5250_4e41 }
    private static var headBytes: Int { 48 }
    private static var bytesMax: Int { 16 << 30 }
    private var prefix: String { "state-\(shard)-" }

    private func path(_ position: UInt64) -> String { "\(folder)/\(prefix)\(position)" }

    /// Places of the log from which states go on, the newest first.
    func positions() throws(SystemError) -> [UInt64] {
        try storage.list(folder).compactMap { $0.hasPrefix(prefix) ? UInt64($0.dropFirst(prefix.count)) : nil }
            .sorted(by: >)
    }

    /// Writes it whole, and removes those before the last two. The log must be durable up to its position.
    package func save(_ state: ShardState) throws(SystemError) {
        var inner: [UInt8] = []
        inner.append(number: UInt32(0))
        inner.append(number: UInt64(state.bytes.count))
        inner.append(number: identity.low)
        inner.append(number: identity.high)
        inner.append(number: state.position)
        var head: [UInt8] = []
        head.append(number: Self.magic)
        head.append(number: Self.crc(inner, state.bytes))
        try storage.replace(folder, prefix + String(state.position), head + inner, state.bytes)
        for old in try positions().filter({ $0 < state.position }).dropFirst() { try storage.remove(path(old)) }
    }

    /// Nil when what stands there is no whole state of this shard.
    func load(_ position: UInt64) throws(SystemError) -> ShardState? {
        let (memory, count) = try storage.load(path(position), bytesMax: Self.bytesMax)
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: memory[..<count]))
        guard reader.number(UInt64.self) == Self.magic, let crc = reader.number(UInt32.self),
            let inner = reader.run(Self.headBytes - 12), let length = Self.length(inner),
            length > 0, length <= UInt64(count - Self.headBytes)
        else {
            memory.deallocate()
            return nil
        }
        let state = ShardState(position: position, memory, Self.headBytes..<Self.headBytes + Int(length))
        guard Self.crc(Array(inner), state.bytes) == crc, names(inner, position) else { return nil }
        return state
    }

    private func names(_ inner: UnsafeRawBufferPointer, _ position: UInt64) -> Bool {
        var reader = ByteReader(inner)
        _ = reader.run(12)
        return reader.number(UInt64.self) == identity.low && reader.number(UInt64.self) == identity.high
            && reader.number(UInt64.self) == position
    }

    private static func length(_ inner: UnsafeRawBufferPointer) -> UInt64? {
        var reader = ByteReader(inner)
        _ = reader.number(UInt32.self)
        return reader.number(UInt64.self)
    }

    private static func crc(_ inner: [UInt8], _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        let crc = inner.withUnsafeBytes { clinux_crc32c(0, $0.baseAddress!, $0.count) }
        return clinux_crc32c(crc, bytes.baseAddress!, bytes.count)
    }

    /// Files that are no whole state.
    func damaged() throws(SystemError) -> [String] {
        var damaged: [String] = []
        for position in try positions() where try load(position) == nil { damaged.append(path(position)) }
        return damaged
    }

    /// Of a log that ends there: states behind it are of one that went on and was put back as it had been before. What
    /// a crash kept from its name goes as well.
    package func remove(behind end: UInt64) throws(SystemError) {
        for position in try positions() where position > end { try storage.remove(path(position)) }
        for name in try storage.list(folder) where name.hasPrefix(prefix) && name.hasSuffix(".new") {
            try storage.remove("\(folder)/\(name)")
        }
    }
}
