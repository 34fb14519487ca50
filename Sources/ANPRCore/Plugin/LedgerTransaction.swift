import CLinux

/// One transaction in a ledger file: events that happened together, and the place in the streams after them.
///
/// ```
///  0 CRC32C of the rest   4 length, a multiple of 8   8 number   16 last number known to be committed when written
/// 24 events   28 shards   30 format   32 a cursor a shard (position 8, event 4, zeros 4)   then events, zeros
/// ```
struct LedgerTransaction {
    let number: UInt64
    let committed: UInt64
    let eventCount: Int
    let cursors: [StreamCursor]
    /// With the zeros that round the length up.
    let events: UnsafeRawBufferPointer
    let bytes: UnsafeRawBufferPointer

    static let format: UInt16 = 1
    private static let headerBytes = 32
    private static let cursorBytes = 16

    static func append(
        _ events: LedgerEvents, number: UInt64, committed: UInt64, cursors: [StreamCursor], to bytes: inout [UInt8]
    ) {
        let start = bytes.count
        let length = (headerBytes + cursors.count * cursorBytes + events.bytes.count + 7) & ~7
        precondition(length <= UInt32.max && cursors.count <= UInt16.max)
        bytes.append(number: UInt32(0))
        bytes.append(number: UInt32(length))
        bytes.append(number: number)
        bytes.append(number: committed)
        bytes.append(number: UInt32(events.count))
        bytes.append(number: UInt16(cursors.count))
        bytes.append(number: format)
        for cursor in cursors {
            bytes.append(number: cursor.position)
            bytes.append(number: UInt64(cursor.event))
        }
        bytes += events.bytes
        while bytes.count - start < length { bytes.append(0) }
        let crc = bytes.withUnsafeBytes { clinux_crc32c(0, $0.baseAddress! + start + 4, length - 4) }
        for i in 0..<4 { bytes[start + i] = UInt8(truncatingIfNeeded: crc >> (8 * i)) }
    }

    /// The transaction at the front of the bytes; nil when there is none that is whole.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        guard let crc = reader.number(UInt32.self), let length = reader.number(UInt32.self),
            let number = reader.number(UInt64.self), let committed = reader.number(UInt64.self),
            let eventCount = reader.number(UInt32.self), let shards = reader.number(UInt16.self),
            let format = reader.number(UInt16.self), format == Self.format, length % 8 == 0,
            Int(length) >= Self.headerBytes + Int(shards) * Self.cursorBytes, Int(length) <= bytes.count,
            clinux_crc32c(0, bytes.baseAddress! + 4, Int(length) - 4) == crc
        else { return nil }
        var cursors: [StreamCursor] = []
        for _ in 0..<shards {
            guard let position = reader.number(UInt64.self), let event = reader.number(UInt64.self) else { return nil }
            cursors.append(StreamCursor(position: position, event: UInt32(truncatingIfNeeded: event)))
        }
        self.number = number
        self.committed = committed
        self.eventCount = Int(eventCount)
        self.cursors = cursors
        let eventsAt = Self.headerBytes + cursors.count * Self.cursorBytes
        events = UnsafeRawBufferPointer(rebasing: bytes[eventsAt..<Int(length)])
        self.bytes = UnsafeRawBufferPointer(rebasing: bytes[..<Int(length)])
    }
}
