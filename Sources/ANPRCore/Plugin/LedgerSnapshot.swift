import CLinux

/// The state of a plugin and of its host after a transaction, as a file.
///
/// ```
///  0 "ANPRSNP1"   8 CRC32C of the rest   12 shards   16 number   24 state's version   32 events set aside
/// 40 bytes of state   48 a cursor a shard (position 8, event 8)   then the state, then the host's record to the end
/// ```
struct LedgerSnapshot {
    let number: UInt64
    let cursors: [StreamCursor]
    let stateVersion: UInt16
    /// How many events the host set aside so far.
    let setAside: UInt64
    let state: [UInt8]
    let host: [UInt8]

    private static let magic = Array("ANPRSNP1".utf8)

    init(
        number: UInt64, cursors: [StreamCursor], stateVersion: UInt16, setAside: UInt64, state: [UInt8],
        host: [UInt8]
    ) {
        self.number = number
        self.cursors = cursors
        self.stateVersion = stateVersion
        self.setAside = setAside
        self.state = state
        self.host = host
    }

    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.append(number: UInt32(0))
        bytes.append(number: UInt32(cursors.count))
        bytes.append(number: number)
        bytes.append(number: UInt64(stateVersion))
        bytes.append(number: setAside)
        bytes.append(number: UInt64(state.count))
        for cursor in cursors {
            bytes.append(number: cursor.position)
            bytes.append(number: UInt64(cursor.event))
        }
        bytes += state
        bytes += host
        let crc = bytes.withUnsafeBytes { clinux_crc32c(0, $0.baseAddress! + 12, $0.count - 12) }
        for i in 0..<4 { bytes[8 + i] = UInt8(truncatingIfNeeded: crc >> (8 * i)) }
        return bytes
    }

    /// Nil when a byte is wrong.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 48, bytes.starts(with: Self.magic) else { return nil }
        let snapshot: LedgerSnapshot? = bytes.withUnsafeBytes { raw in
            var reader = ByteReader(UnsafeRawBufferPointer(rebasing: raw[8...]))
            guard let crc = reader.number(UInt32.self),
                clinux_crc32c(0, raw.baseAddress! + 12, raw.count - 12) == crc,
                let shards = reader.number(UInt32.self), let number = reader.number(UInt64.self),
                let version = reader.number(UInt64.self), let setAside = reader.number(UInt64.self),
                let stateBytes = reader.number(UInt64.self)
            else { return nil }
            var cursors: [StreamCursor] = []
            for _ in 0..<shards {
                guard let position = reader.number(UInt64.self), let event = reader.number(UInt64.self)
                else { return nil }
                cursors.append(StreamCursor(position: position, event: UInt32(truncatingIfNeeded: event)))
            }
            guard let state = reader.run(Int(stateBytes)) else { return nil }
            return LedgerSnapshot(
                number: number, cursors: cursors, stateVersion: UInt16(truncatingIfNeeded: version),
                setAside: setAside, state: Array(state), host: Array(reader.rest()))
        }
        guard let snapshot else { return nil }
        self = snapshot
    }
}
