import ANPRCore

/// What is kept in ledgers and snapshots, byte for byte: layouts are for years.
protocol Stored {
    func write(into bytes: inout [UInt8])
    /// Nil when the bytes are not what `write` wrote.
    init?(_ reader: inout ByteReader)
}

extension [UInt8] {
    /// Their number (32 bits), then each.
    mutating func append(rows: some Collection<some Stored>) {
        append(number: UInt32(rows.count))
        for row in rows { row.write(into: &self) }
    }
}

extension ByteReader {
    /// As `append(rows:)` wrote them.
    mutating func rows<Row: Stored>(_: Row.Type = Row.self) -> [Row]? {
        guard let count = number(UInt32.self) else { return nil }
        var rows: [Row] = []
        for _ in 0..<count {
            guard let row = Row(&self) else { return nil }
            rows.append(row)
        }
        return rows
    }
}

extension UInt32: Stored {
    func write(into bytes: inout [UInt8]) { bytes.append(number: self) }

    init?(_ reader: inout ByteReader) {
        guard let value = reader.number(UInt32.self) else { return nil }
        self = value
    }
}

extension ReadID: Stored {
    func write(into bytes: inout [UInt8]) {
        for number in [camera, epoch, sequence] { bytes.append(number: number) }
    }

    init?(_ reader: inout ByteReader) {
        guard let camera = reader.number(UInt32.self), let epoch = reader.number(UInt32.self),
            let sequence = reader.number(UInt32.self)
        else { return nil }
        self.init(camera: camera, epoch: epoch, sequence: sequence)
    }

    /// From `3/1/17`, or from a hit's name, which has more behind a colon.
    init?(name: String) {
        let parts = name.prefix { $0 != ":" }.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let camera = UInt32(parts[0]), let epoch = UInt32(parts[1]),
            let sequence = UInt32(parts[2])
        else { return nil }
        self.init(camera: camera, epoch: epoch, sequence: sequence)
    }
}
