import ANPRCore
import Glibc

/// Many calls of one verb from a file: a row a call, in groups, with an account of every row that was refused.
///
/// A row's id follows from the file and its line: the same file again is not done again.
struct BulkRun {
    private let run: VerbRun
    private let path: String
    private let bytes: [UInt8]
    private let identity: String
    private let refusedFile: LineFile?
    private var group: [(line: Int, row: String, call: PluginCall)] = []
    private var counts = (rows: 0, done: 0, refused: 0, exists: 0)
    private var progress = Progress()
    private var refusalsShown = 0

    private static let groupMax = 1024
    private static let refusalsShownMax = 20

    init(_ run: VerbRun, path: String) throws {
        self.run = run
        self.path = path
        bytes = path == "-" ? Self.standardInput() : try FileBytes(path: path).array
        let seal = bytes.withUnsafeBytes { SipHash.seal($0, key: SipKey(low: 0, high: 0)) }
        identity = "\(run.command.verb.name):\(String(seal.low, radix: 16))"
        refusedFile = try run.arguments.text("refused").map { try LineFile(path: $0, truncate: true) }
        refusedFile?.append("line,code,message,row")
    }

    private static func standardInput() -> [UInt8] {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let n = read(STDIN_FILENO, &room, room.count)
            if n < 0, errno == EINTR { continue }
            if n <= 0 { return bytes }
            bytes += room[..<n]
        }
    }

    mutating func run(_ door: PluginDoor) throws -> ExitCode {
        let first = bytes.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d }
        if first == UInt8(ascii: "{") { try takeObjects(door) } else { try takeTable(door) }
        try send(door)
        progress.end()
        try refusedFile?.flush()
        Console.print(
            rows: [
                ("rows", counts.rows), ("done", counts.done), ("refused", counts.refused),
                ("exists", counts.exists),
            ], event: "total", asJSON: run.arguments.has("json"))
        return counts.refused == 0 ? .ok : .failure
    }

    private mutating func takeObjects(_ door: PluginDoor) throws {
        let run = run
        var line = 0
        var at = 0
        for text in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            line += 1
            at += text.count + 1
            guard text.contains(where: { $0 != 0x20 && $0 != 0x0d }) else { continue }
            let row = String(decoding: text, as: UTF8.self)
            try take(door, line, row, at: at) { (id) throws(Refusal) in
                let value: JSON5Value
                do throws(InputProblem) { value = try JSON5Value(text: row) } catch {
                    throw Refusal("bad_line", error.message)
                }
                return try run.command.verb.call(value, id: id, by: UserName.current, reason: run.reason)
            }
        }
    }

    private mutating func takeTable(_ door: PluginDoor) throws {
        let run = run
        let fields = run.command.verb.fields
        let required = fields.filter { $0.isRequired && run.given[$0.name] == nil }.map(\.name)
        let bytes = bytes
        try bytes.withUnsafeBytes { raw in
            var rows = try CSVReader(file: path, bytes: raw, required: required, optional: fields.map(\.name))
            while rows.nextRow() {
                let cells = (0..<min(rows.fieldCount, 64)).map { rows.text($0) }
                let (line, header, isComplete) = (rows.line, rows.header, rows.isComplete)
                let row = cells.map(CSVField.text).joined(separator: ",")
                try take(door, line, row, at: rows.offset) { (id) throws(Refusal) in
                    guard isComplete else {
                        throw Refusal("bad_line", "\(cells.count) fields where the header has \(header.count)")
                    }
                    var texts = run.given
                    for (name, cell) in zip(header, cells) where !cell.isEmpty { texts[name] = cell }
                    return try run.command.verb.call(texts, id: id, by: UserName.current, reason: run.reason)
                }
            }
        }
    }

    private mutating func take(
        _ door: PluginDoor, _ line: Int, _ row: String, at: Int, call: (String) throws(Refusal) -> PluginCall
    ) throws {
        counts.rows += 1
        do throws(Refusal) { group.append((line, row, try call("\(identity):\(line)"))) } catch {
            refuse(line, row, error)
        }
        if group.count >= Self.groupMax { try send(door) }
        progress.show(Double(at) / Double(max(bytes.count, 1))) { "\(Console.grouped(counts.rows)) rows" }
    }

    private mutating func send(_ door: PluginDoor) throws {
        guard !group.isEmpty else { return }
        let replies = try door.call(group.map(\.call))
        var out = JSONLine()
        for (one, reply) in zip(group, replies) {
            switch reply {
            case .done, .lines:
                counts.done += 1
                if run.arguments.has("json") { CallLine.write(reply, id: one.call.id, into: &out) }
            case .refused(let refusal):
                // What is there already is no fault of a file that is loaded again.
                if refusal.code == "exists" { counts.exists += 1 } else { refuse(one.line, one.row, refusal) }
            case .notNow(let why):
                throw SystemError("connect", code: EAGAIN, subject: "row of line \(one.line) not done: \(why)")
            }
        }
        Console.print(bytes: out.bytes)
        group.removeAll()
    }

    private mutating func refuse(_ line: Int, _ row: String, _ refusal: Refusal) {
        counts.refused += 1
        if let refusedFile {
            let cells = ["\(line)", refusal.code, refusal.message, row]
            refusedFile.append(cells.map(CSVField.text).joined(separator: ","))
        } else if refusalsShown < Self.refusalsShownMax {
            refusalsShown += 1
            Console.error("\(path):\(line): \(ReplyText.refusal(refusal))")
        }
    }
}
