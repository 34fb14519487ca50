import ANPRCore
import Glibc

/// What a simulated peer keeps, in its folder, as JSON lines: `kept.jsonl` (each key once), `inbox.jsonl` (what it sent
/// by itself), `conflicts.jsonl`, `arrivals.jsonl` (every request that it took in). All but the last are on disk before
/// anybody is told.
struct PeerFolder {
    struct Kept {
        let target: String
        let sha256: String
        let reply: PeerReply
    }

    private(set) var kept: [String: Kept] = [:]
    /// From the first on; the first is number 1.
    private(set) var inbox: [[UInt8]] = []
    private(set) var conflicts: Int
    private let keptFile: LineFile
    private let inboxFile: LineFile
    private let conflictsFile: LineFile
    private let arrivalsFile: LineFile
    private var line = JSONLine()

    /// Past these it refuses, or writes no more arrivals.
    static let keptMax = 1 << 22
    private static let arrivalsBytesMax = 1 << 30

    /// Reads what is there, and tells the script. A last line that a crash cut short is taken off.
    init(_ folder: String, _ script: any PeerScript) throws {
        try Directory.make(folder)
        func file(_ name: String) throws -> (LineFile, [JSON5Value]) {
            let path = "\(folder)/\(name).jsonl"
            let file = try LineFile(path: path)
            return (file, try Self.read(path, file))
        }
        let keptLines: [JSON5Value]
        let inboxLines: [JSON5Value]
        let conflictLines: [JSON5Value]
        (keptFile, keptLines) = try file("kept")
        (inboxFile, inboxLines) = try file("inbox")
        (conflictsFile, conflictLines) = try file("conflicts")
        arrivalsFile = try LineFile(path: "\(folder)/arrivals.jsonl")
        conflicts = conflictLines.count
        for value in keptLines {
            guard let (request, kept) = Self.kept(value) else { throw Self.strange("\(folder)/kept.jsonl", value) }
            self.kept[request.key] = kept
            script.recover(request)
        }
        for value in inboxLines {
            guard let message = value["message"]?.string else { throw Self.strange("\(folder)/inbox.jsonl", value) }
            inbox.append(Array(message.utf8))
            script.recover(message: Array(message.utf8))
        }
    }

    private static func read(_ path: String, _ file: LineFile) throws -> [JSON5Value] {
        let bytes = try FileBytes(path: path)
        let whole = bytes.bytes.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        var values: [JSON5Value] = []
        for text in bytes.bytes[..<whole].split(separator: 0x0a) {
            let value = try JSON5Value(file: path, bytes: UnsafeRawBufferPointer(rebasing: text))
            values.append(JSON5Value(value.kind, line: values.count + 1))
        }
        if whole < bytes.bytes.count { try file.cut(to: whole) }
        return values
    }

    private static func strange(_ path: String, _ value: JSON5Value) -> InputProblem {
        InputProblem(file: path, line: value.line, message: "is no line of a simulated peer's")
    }

    private static func kept(_ value: JSON5Value) -> (PeerRequest, Kept)? {
        guard let key = value["key"]?.string, let at = value["at"]?.string, let atNs = Instant.parse(at),
            let method = value["method"]?.string, let target = value["target"]?.string,
            let sha256 = value["sha256"]?.string, let body = bytes(value, "body"),
            let status = value["status"]?.integer, let type = value["type"]?.string, let reply = bytes(value, "reply")
        else { return nil }
        let request = PeerRequest(method: method, target: target, key: key, body: body, atNs: atNs)
        let answer = PeerReply(status: status, body: reply, type: type)
        return (request, Kept(target: target, sha256: sha256, reply: answer))
    }

    // MARK: Writing

    mutating func keep(_ request: PeerRequest, _ sha256: String, _ reply: PeerReply) throws(SystemError) {
        begin(request, sha256)
        Self.field("body", request.body, &line)
        line.field("status", reply.status)
        line.field("type", reply.type)
        Self.field("reply", reply.body, &line)
        line.end(newline: true)
        try Self.write(line, keptFile)
        kept[request.key] = Kept(target: request.target, sha256: sha256, reply: reply)
    }

    mutating func noteConflict(_ request: PeerRequest, _ sha256: String) throws(SystemError) {
        begin(request, sha256)
        Self.field("body", request.body, &line)
        line.end(newline: true)
        try Self.write(line, conflictsFile)
        conflicts += 1
    }

    mutating func send(_ messages: [JSONLine]) throws(SystemError) {
        for message in messages {
            line.removeAll()
            line.begin()
            line.field("number", inbox.count + 1)
            line.field("message", message.string)
            line.end(newline: true)
            try Self.write(line, inboxFile)
            inbox.append(message.bytes)
        }
    }

    mutating func noteArrival(_ request: PeerRequest, _ end: PeerFaults.Fate.End) throws(SystemError) {
        guard arrivalsFile.bytes < Self.arrivalsBytesMax else { return }
        begin(request, SHA256.digest(request.body).description)
        line.field("fault", end == .answered ? "" : "\(end)")
        line.end(newline: true)
        arrivalsFile.append(line)
        try arrivalsFile.flush()
    }

    private mutating func begin(_ request: PeerRequest, _ sha256: String) {
        line.removeAll()
        line.begin()
        line.field("key", request.key)
        line.field("at", Instant.format(request.atNs))
        line.field("method", request.method)
        line.field("target", request.target)
        line.field("sha256", sha256)
    }

    /// On disk, or not there.
    private static func write(_ line: JSONLine, _ file: LineFile) throws(SystemError) {
        let before = file.bytes
        file.append(line)
        do throws(SystemError) {
            try file.flush()
            try file.sync()
        } catch {
            do throws(SystemError) { try file.cut(to: before) } catch {}
            throw error
        }
    }

    /// As text, or under `name_hex` when it is none.
    private static func field(_ name: String, _ bytes: [UInt8], _ line: inout JSONLine) {
        if let text = String(validating: bytes, as: UTF8.self) {
            line.key(named: name)
            line.value(text)
        } else {
            line.key(named: name + "_hex")
            line.value(HexText.encode(bytes))
        }
    }

    private static func bytes(_ value: JSON5Value, _ name: String) -> [UInt8]? {
        if let text = value[name]?.string { return Array(text.utf8) }
        return value[name + "_hex"]?.string.flatMap { HexText.decode($0) }
    }
}
