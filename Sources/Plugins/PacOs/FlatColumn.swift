import ANPRCore

// Whole columns as they lie in memory: a snapshot of a million rows is a few copies. Little-endian machines only, as
// the rest of the project.
extension [UInt8] {
    mutating func append<Row: BitwiseCopyable>(column: [Row]) {
        append(number: UInt64(column.count))
        column.withUnsafeBytes { append(contentsOf: $0) }
    }
}

extension ByteReader {
    /// Nil when there are too few bytes. Rows are not looked at: of a row that cannot be any bits, its owner asks.
    mutating func column<Row: BitwiseCopyable>(_: Row.Type) -> [Row]? {
        guard let count = number(UInt64.self), count < 1 << 40,
            let run = run(Int(count) * MemoryLayout<Row>.stride)
        else { return nil }
        return [Row](unsafeUninitializedCapacity: Int(count)) { rows, done in
            UnsafeMutableRawBufferPointer(rows).copyMemory(from: run)
            done = Int(count)
        }
    }
}
