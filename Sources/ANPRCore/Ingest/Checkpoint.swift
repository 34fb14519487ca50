import CLinux

/// The cameras' windows as they were at some moment, and from where in each log they must be brought up to date.
///
/// Little endian: "ANPRCKP1", CRC32C of everything after it, length, then the fields below in their order.
package struct Checkpoint {
    /// Of one shard's log.
    package struct Log: Equatable, Sendable {
        /// Reads at or after it are marked again.
        package var from: UInt64
        /// Known to have been on disk.
        package var durable: UInt64
    }

    struct Window {
        var camera: UInt32
        var epoch: UInt32
        var next: UInt32
        var base: UInt32
        var lastSeenNs: Nanoseconds
        var reads: Int
        var duplicateReads: Int
        var missing: Int
        var settled: UInt32
        var address: UInt32
        var port: UInt16
        var keyID: UInt8
        /// Bit 0: asks; bit 1: confirmed.
        var flags: UInt8
        var heardNs: Nanoseconds
        var answeredNs: Nanoseconds
        var givenUp: Int
        var words: [UInt64]
    }

    package var run: UInt32
    package var createdNs: Nanoseconds
    package var logs: [Log]
    var windows: [Window] = []

    private static let magic: UInt64 = 0x3150_4b43_5250_4e41

    package init(run: UInt32, createdNs: Nanoseconds, logs: [Log]) {
        self.run = run
        self.createdNs = createdNs
        self.logs = logs
    }

    func encoded() -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(windows.count * 1200 + 256)
        body.append(number: run)
        body.append(number: createdNs)
        body.append(number: UInt32(logs.count))
        for log in logs {
            body.append(number: log.from)
            body.append(number: log.durable)
        }
        body.append(number: UInt32(windows.count))
        for window in windows { window.write(to: &body) }
        var bytes: [UInt8] = []
        bytes.append(number: Self.magic)
        bytes.append(number: body.withUnsafeBytes { clinux_crc32c(0, $0.baseAddress!, $0.count) })
        bytes.append(number: UInt32(body.count))
        return bytes + body
    }

    /// Nil when the bytes are no whole checkpoint.
    init?(_ bytes: [UInt8]) {
        let decoded: Checkpoint? = bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            guard reader.number(UInt64.self) == Self.magic, let crc = reader.number(UInt32.self),
                let length = reader.number(UInt32.self), let body = reader.run(Int(length)), !body.isEmpty,
                clinux_crc32c(0, body.baseAddress!, body.count) == crc
            else { return nil }
            return Self.decode(ByteReader(body))
        }
        guard let decoded else { return nil }
        self = decoded
    }

    private static func decode(_ start: ByteReader) -> Checkpoint? {
        var reader = start
        guard let run = reader.number(UInt32.self), let createdNs = reader.number(Nanoseconds.self),
            let logCount = reader.number(UInt32.self), logCount <= 64
        else { return nil }
        var checkpoint = Checkpoint(run: run, createdNs: createdNs, logs: [])
        for _ in 0..<logCount {
            guard let from = reader.number(UInt64.self), let durable = reader.number(UInt64.self) else { return nil }
            checkpoint.logs.append(Log(from: from, durable: durable))
        }
        guard let count = reader.number(UInt32.self) else { return nil }
        for _ in 0..<count {
            guard let window = Window(&reader) else { return nil }
            checkpoint.windows.append(window)
        }
        return reader.isAtEnd ? checkpoint : nil
    }

    // MARK: Files

    private static let prefix = "checkpoint-"
    private static let bytesMax = 2 << 30

    private static func number(_ name: String) -> UInt64? {
        name.hasPrefix(prefix) ? UInt64(name.dropFirst(prefix.count)) : nil
    }

    /// The newest that is whole, and what became of those that are not.
    package static func newest<S: Storage>(
        _ storage: S, _ folder: String
    ) throws(SystemError) -> (checkpoint: Checkpoint?, number: UInt64, problems: [String]) {
        let numbers = try storage.list(folder).compactMap { number($0) }.sorted(by: >)
        var problems: [String] = []
        for number in numbers {
            let path = "\(folder)/\(prefix)\(number)"
            if let found = Checkpoint(try storage.contents(path, bytesMax: bytesMax)) {
                return (found, numbers[0], problems)
            }
            problems.append("\(path): damaged; the one before it is used, and more of the journal read again")
        }
        return (nil, numbers.first ?? 0, problems)
    }

    /// Files that are no whole checkpoint.
    package static func damaged<S: Storage>(_ storage: S, _ folder: String) throws(SystemError) -> [String] {
        var damaged: [String] = []
        for name in try storage.list(folder) where number(name) != nil {
            let path = "\(folder)/\(name)"
            if Checkpoint(try storage.contents(path, bytesMax: bytesMax)) == nil { damaged.append(path) }
        }
        return damaged
    }

    /// Writes it whole, and removes those before the last two.
    func save<S: Storage>(_ storage: S, _ folder: String, number: UInt64) throws(SystemError) {
        try storage.replace(folder, "\(Self.prefix)\(number)", encoded())
        for name in try storage.list(folder) {
            if let old = Self.number(name), old + 1 < number { try storage.remove("\(folder)/\(name)") }
        }
    }
}

extension Checkpoint.Window {
    func write(to bytes: inout [UInt8]) {
        for number in [camera, epoch, next, base, settled, address] { bytes.append(number: number) }
        bytes.append(number: port)
        bytes.append(number: keyID)
        bytes.append(number: flags)
        for number in [
            lastSeenNs, Int64(reads), Int64(duplicateReads), Int64(missing), heardNs, answeredNs, Int64(givenUp),
        ] {
            bytes.append(number: number)
        }
        for word in words { bytes.append(number: word) }
    }

    init?(_ reader: inout ByteReader) {
        var small: [UInt32] = []
        for _ in 0..<6 {
            guard let number = reader.number(UInt32.self) else { return nil }
            small.append(number)
        }
        guard let port = reader.number(UInt16.self), let keyID = reader.number(UInt8.self),
            let flags = reader.number(UInt8.self)
        else { return nil }
        var large: [Int64] = []
        for _ in 0..<7 {
            guard let number = reader.number(Int64.self) else { return nil }
            large.append(number)
        }
        var words: [UInt64] = []
        for _ in 0..<SequenceWindow.wordCount {
            guard let word = reader.number(UInt64.self) else { return nil }
            words.append(word)
        }
        self.init(
            camera: small[0], epoch: small[1], next: small[2], base: small[3], lastSeenNs: large[0],
            reads: Int(large[1]), duplicateReads: Int(large[2]), missing: Int(large[3]), settled: small[4],
            address: small[5], port: port, keyID: keyID, flags: flags, heardNs: large[4], answeredNs: large[5],
            givenUp: Int(large[6]), words: words)
    }
}

extension CameraDoor {
    /// A copy of every camera's window, each under its claim.
    func windowsNow() -> [Checkpoint.Window] {
        (0..<seats).compactMap { seat in
            claim(seat)
            defer { release(seat) }
            let state = state(seat).pointee
            guard state.lastSeenNs != 0 else { return nil }
            let back = back(seat).pointee
            let words = window(seat).words
            return Checkpoint.Window(
                camera: cameraID(seat), epoch: state.epoch, next: state.next, base: state.base,
                lastSeenNs: state.lastSeenNs, reads: state.reads, duplicateReads: state.duplicateReads,
                missing: state.missing, settled: back.settled, address: back.address, port: back.port,
                keyID: back.keyID, flags: (back.asks ? 1 : 0) | (back.isConfirmed ? 2 : 0), heardNs: back.heardNs,
                answeredNs: back.answeredNs, givenUp: back.givenUp,
                words: (0..<SequenceWindow.wordCount).map { words[$0] })
        }
    }

    /// Before the receivers run.
    func restore(_ saved: Checkpoint.Window) {
        guard let pass = find(saved.camera) else { return }
        let seat = seat(of: pass)
        let state = state(seat)
        state.pointee.epoch = saved.epoch
        state.pointee.next = saved.next
        state.pointee.base = saved.base
        state.pointee.lastSeenNs = saved.lastSeenNs
        state.pointee.reads = saved.reads
        state.pointee.duplicateReads = saved.duplicateReads
        state.pointee.missing = saved.missing
        let back = back(seat)
        back.pointee.settled = saved.settled
        back.pointee.acknowledged = saved.settled
        back.pointee.address = saved.address
        back.pointee.port = saved.port
        back.pointee.keyID = saved.keyID
        back.pointee.asks = saved.flags & 1 != 0
        back.pointee.isConfirmed = saved.flags & 2 != 0
        back.pointee.heardNs = saved.heardNs
        back.pointee.answeredNs = saved.answeredNs
        back.pointee.givenUp = saved.givenUp
        let words = window(seat).words
        for (i, word) in saved.words.enumerated() { words[i] = word }
    }
}
