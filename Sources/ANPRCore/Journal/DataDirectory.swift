/// The folder that a daemon keeps everything in: its manifest says what is fixed with it.
package final class DataDirectory<S: Storage>: Sendable {
    package let storage: S
    package let path: String
    package let identity: JournalIdentity
    package let shards: Int
    package let options: JournalOptions

    private static var manifestName: String { "manifest.json" }
    /// Format 1 has fixed reads, format 2 packed ones.
    private let format: Int
    private static var newest: Int { 2 }

    private init(
        storage: S, path: String, format: Int, identity: JournalIdentity, shards: Int, options: JournalOptions
    ) {
        self.storage = storage
        self.format = format
        self.path = path
        self.identity = identity
        self.shards = shards
        self.options = options
    }

    package func place(shard: Int) -> JournalPlace<S> {
        JournalPlace(
            storage: storage, folder: "\(path)/shard-\(shard)", identity: identity, shard: shard, shards: shards,
            options: options)
    }

    package var checkpoints: String { "\(path)/checkpoints" }
    package var entries: String { "\(path)/entries" }
    package var deletions: String { "\(path)/deletions.jsonl" }
    package func subscription(_ name: String) -> String { "\(path)/subscriptions/\(name)" }

    /// The number of this start, on disk before anything is written under it.
    package func nextRun(after known: UInt32) throws(SystemError) -> UInt32 {
        let name = "run"
        var last = known
        if try storage.list(path).contains(name) {
            let text = try storage.contents("\(path)/\(name)", bytesMax: 1 << 16).prefix { $0 != 0 }
            last = max(last, UInt32(String(decoding: text, as: UTF8.self)) ?? 0)
        }
        try storage.replace(path, name, Array(String(last + 1).utf8))
        return last + 1
    }

    /// What is there; nil when there is no manifest. Throws `InputProblem` when there is one that is none.
    package static func open(_ storage: S, _ path: String) throws -> DataDirectory? {
        guard try storage.list(path).contains(manifestName) else { return nil }
        let file = "\(path)/\(manifestName)"
        let bytes = try storage.contents(file, bytesMax: 1 << 16).prefix { $0 != 0 }
        let value = try JSON5Value(text: String(decoding: bytes, as: UTF8.self))
        func number(_ name: String) throws(InputProblem) -> Int {
            guard let number = value[name]?.integer, number > 0 else {
                throw InputProblem(
                    file: file, line: 1, message: "'\(name)' is missing or no number; it was written by hand")
            }
            return number
        }
        let format = try number("format")
        guard format <= newest else {
            throw InputProblem(file: file, line: 1, message: "format \(format): this program knows 1 to \(newest)")
        }
        guard let text = value["identity"]?.string, text.utf8.count == 32,
            let high = UInt64(text.prefix(16), radix: 16), let low = UInt64(text.suffix(16), radix: 16)
        else { throw InputProblem(file: file, line: 1, message: "'identity' must be 32 hexadecimal digits") }
        var options = JournalOptions()
        options.bufferBytes = try number("buffer_bytes")
        options.blockBytes = try number("block_bytes")
        options.eventBytes = try number("event_bytes")
        options.segmentBytes = try number("segment_bytes")
        return DataDirectory(
            storage: storage, path: path, format: format, identity: JournalIdentity(low: low, high: high),
            shards: try number("shards"), options: options)
    }

    /// Makes one. `identity` is random.
    package static func create(
        _ storage: S, _ path: String, identity: JournalIdentity, shards: Int, options: JournalOptions
    ) throws(SystemError) -> DataDirectory {
        options.check()
        let directory = DataDirectory(
            storage: storage, path: path, format: newest, identity: identity, shards: shards, options: options)
        try storage.makeFolder(path)
        try directory.makeFolders()
        try directory.writeManifest()
        return directory
    }

    /// Before anything is written that a program of an earlier format cannot read: from now on it refuses the
    /// directory.
    package func raiseFormat() throws(SystemError) {
        if format < Self.newest { try writeManifest() }
    }

    private func writeManifest() throws(SystemError) {
        var line = JSONLine()
        line.begin()
        line.field("format", Self.newest)
        line.field("identity", Self.hexadecimal(identity.high) + Self.hexadecimal(identity.low))
        line.field("shards", shards)
        line.field("segment_bytes", options.segmentBytes)
        line.field("buffer_bytes", options.bufferBytes)
        line.field("block_bytes", options.blockBytes)
        line.field("event_bytes", options.eventBytes)
        line.end(newline: true)
        try storage.replace(path, Self.manifestName, line.bytes)
    }

    /// Those that a daemon writes to; somebody may have taken one away, such as all checkpoints.
    package func makeFolders() throws(SystemError) {
        try storage.makeFolder(checkpoints)
        for shard in 0..<shards { try storage.makeFolder(place(shard: shard).folder) }
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
