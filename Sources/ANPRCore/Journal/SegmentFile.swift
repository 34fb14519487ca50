import CLinux

/// One file of a shard's log: what its name and header say.
package struct SegmentFile: Equatable, Sendable {
    package var name: String
    /// Of the first byte of log in it; a multiple of a page.
    package var position: UInt64
    /// 0, or how many files began at the position before and failed.
    package var attempt: Int

    static let suffix = ".seg"

    init(position: UInt64, attempt: Int) {
        self.position = position
        self.attempt = attempt
        name = Self.hexadecimal(position, 16) + "-" + Self.hexadecimal(UInt64(attempt), 2) + Self.suffix
    }

    /// Nil when the name is none of ours.
    init?(name: String) {
        guard name.hasSuffix(Self.suffix), name.utf8.count == 16 + 1 + 2 + Self.suffix.utf8.count else { return nil }
        let parts = name.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let position = UInt64(parts[0], radix: 16), let attempt = Int(parts[1], radix: 16),
            position & UInt64(JournalLayout.pageBytes - 1) == 0
        else { return nil }
        self.init(position: position, attempt: attempt)
        guard self.name == name else { return nil }
    }

    private static func hexadecimal(_ number: UInt64, _ digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// The files of a log in order, each position once: of several that begin there, the last made counts.
    static func list<S: Storage>(_ storage: S, _ folder: String) throws(SystemError) -> [SegmentFile] {
        var byPosition: [UInt64: SegmentFile] = [:]
        for name in try storage.list(folder) {
            guard let file = SegmentFile(name: name) else { continue }
            if let other = byPosition[file.position], other.attempt > file.attempt { continue }
            byPosition[file.position] = file
        }
        return byPosition.values.sorted { $0.position < $1.position }
    }
}

/// What a segment file begins with.
struct SegmentHeader: BitwiseCopyable, Equatable {
    var identity: JournalIdentity
    var position: UInt64
    /// Bytes of log in it at most.
    var bytes: UInt64
    var shard: UInt32
    var shards: UInt32
    var createdNs: Nanoseconds
    var bufferBytes: UInt64
    /// Where the first block that begins in it begins. Not always `position`: a file that took the place of one that
    /// failed begins with a copy of the page that both share.
    var firstBlock: UInt64
    /// What was on disk when the file was made.
    var durable: UInt64

    private static let words = 11

    func encoded() -> [UInt64] {
        var words = [UInt64](repeating: 0, count: JournalLayout.pageBytes / 8)
        words[0] = JournalLayout.magic
        words[1] = UInt64(JournalLayout.version) << 32
        words[2] = identity.low
        words[3] = identity.high
        words[4] = position
        words[5] = bytes
        words[6] = UInt64(shard) | UInt64(shards) << 32
        words[7] = UInt64(bitPattern: createdNs)
        words[8] = bufferBytes
        words[9] = firstBlock
        words[10] = durable
        words[1] |= UInt64(Self.crc(of: words))
        return words
    }

    /// Nil when the bytes are no header of this version.
    init?(_ words: [UInt64]) {
        guard words.count >= Self.words, words[0] == JournalLayout.magic,
            words[1] >> 32 == UInt64(JournalLayout.version),
            UInt32(truncatingIfNeeded: words[1]) == Self.crc(of: words)
        else { return nil }
        self.init(
            identity: JournalIdentity(low: words[2], high: words[3]), position: words[4], bytes: words[5],
            shard: UInt32(truncatingIfNeeded: words[6]), shards: UInt32(truncatingIfNeeded: words[6] >> 32),
            createdNs: Nanoseconds(bitPattern: words[7]), bufferBytes: words[8], firstBlock: words[9], durable: words[10])
    }

    init(
        identity: JournalIdentity, position: UInt64, bytes: UInt64, shard: UInt32, shards: UInt32,
        createdNs: Nanoseconds, bufferBytes: UInt64, firstBlock: UInt64, durable: UInt64
    ) {
        self.identity = identity
        self.position = position
        self.bytes = bytes
        self.shard = shard
        self.shards = shards
        self.createdNs = createdNs
        self.bufferBytes = bufferBytes
        self.firstBlock = firstBlock
        self.durable = durable
    }

    /// Of bytes 12 to 87.
    private static func crc(of words: [UInt64]) -> UInt32 {
        words.withUnsafeBytes { clinux_crc32c(0, $0.baseAddress! + 12, 88 - 12) }
    }
}

/// Which data directory a file belongs to: 128 random bits.
package struct JournalIdentity: BitwiseCopyable, Equatable, Sendable {
    package var low: UInt64
    package var high: UInt64
    package init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }
}

/// A shard's log on disk, wherever that is: what its files have in common.
package struct JournalPlace<S: Storage>: Sendable {
    package let storage: S
    package let folder: String
    package let identity: JournalIdentity
    package let shard: Int
    package let shards: Int
    package let options: JournalOptions

    package init(
        storage: S, folder: String, identity: JournalIdentity, shard: Int, shards: Int, options: JournalOptions
    ) {
        self.storage = storage
        self.folder = folder
        self.identity = identity
        self.shard = shard
        self.shards = shards
        self.options = options
    }

    func path(_ file: SegmentFile) -> String { "\(folder)/\(file.name)" }

    /// The header of a file by its name; nil when it is none or another's.
    func header(of segment: SegmentFile) throws(SystemError) -> SegmentHeader? {
        let file = try storage.open(path(segment), writable: false)
        defer { storage.close(file) }
        return try header(file, of: segment)
    }

    /// The header of a file, held against the place that it is in; nil when it is none or another's.
    func header(_ file: StorageFile, of segment: SegmentFile) throws(SystemError) -> SegmentHeader? {
        let page = AlignedPage()
        let n = try storage.read(file, at: 0, into: page.bytes)
        let words = [UInt64](page.bytes.bindMemory(to: UInt64.self))
        guard n == JournalLayout.pageBytes, let header = SegmentHeader(words), header.identity == identity,
            header.position == segment.position, header.shard == UInt32(shard), header.shards == UInt32(shards),
            header.bufferBytes == UInt64(options.bufferBytes)
        else { return nil }
        return header
    }
}
