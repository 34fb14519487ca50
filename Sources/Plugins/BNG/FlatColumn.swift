import ANPRCore

/// Rows as they lie in memory, in blocks: growing copies nothing, and a snapshot is a few copies. Little-endian
/// machines only, as the rest of the project.
struct FlatColumn<Row: BitwiseCopyable> {
    private var blocks: [[Row]] = []
    private(set) var count = 0

    private static var blockBits: Int { 16 }
    private static var blockRows: Int { 1 << blockBits }

    init() {}

    subscript(place: Int) -> Row {
        get { blocks[place >> Self.blockBits][place & (Self.blockRows - 1)] }
        _modify { yield &blocks[place >> Self.blockBits][place & (Self.blockRows - 1)] }
    }

    /// By a number that begins at 1.
    subscript(number: UInt32) -> Row {
        get { self[Int(number) - 1] }
        _modify { yield &self[Int(number) - 1] }
    }

    /// Whether a number that begins at 1 names a row.
    func has(_ number: UInt32) -> Bool { number >= 1 && number <= count }

    /// Returns the row's number, from 1.
    @discardableResult
    mutating func append(_ row: Row) -> UInt32 {
        if count & (Self.blockRows - 1) == 0 {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockRows)
        }
        blocks[blocks.count - 1].append(row)
        count += 1
        return UInt32(count)
    }

    var byteCount: Int { blocks.count * Self.blockRows * MemoryLayout<Row>.stride }
    /// Of what `write` writes.
    var writtenBytes: Int { 8 + count * MemoryLayout<Row>.stride }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt64(count))
        for block in blocks { block.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    }

    /// Nil when there are too few bytes. Rows are not looked at: of a row that cannot be any bits, its owner asks.
    init?(_ reader: inout ByteReader) {
        guard let count = reader.number(UInt64.self), count <= UInt32.max else { return nil }
        var left = Int(count)
        while left > 0 {
            let rows = min(left, Self.blockRows)
            guard let run = reader.run(rows * MemoryLayout<Row>.stride) else { return nil }
            var block: [Row] = []
            block.reserveCapacity(Self.blockRows)
            // SAFE: rows are plain bits, and the run holds `rows` of them; alignment is that of a fresh array's buffer.
            block += [Row](unsafeUninitializedCapacity: rows) { room, done in
                UnsafeMutableRawBufferPointer(room).copyMemory(from: run)
                done = rows
            }
            blocks.append(block)
            left -= rows
        }
        self.count = Int(count)
    }
}
