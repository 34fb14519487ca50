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
    /// Rows whose turn has come: what cannot be a call keeps its place among the others.
    private var group: [Row] = []
    private var counts = (rows: 0, done: 0, refused: 0, exists: 0)
    private var progress = Progress()
    private var refusalsShown = 0

    private struct Row {
        let line: Int
        let text: String
        let call: Result<PluginCall, Refusal>
    }

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
        do {
            try refusedFile?.flush()
            let first = bytes.first { $0 != 0x20 && $0 != 0x0a && $0 != 0x0d }
            if first == UInt8(ascii: "{") { try takeObjects(door) } else { try takeTable(door) }
            try send(door)
        } catch {
            // What is done is done, and whoever mends the fault gives the same file again.
            showTotal()
            throw error
        }
        showTotal()
        return counts.refused + counts.exists == 0 ? .ok : .failure
    }

    private mutating func showTotal() {
        progress.end()
        guard counts.rows > 0 else { return }
        Console.print(
            rows: [
                ("rows", counts.rows), ("done", counts.done), ("refused", counts.refused),
                ("exists", counts.exists),
            ], event: "total", asJSON: run.arguments.has("json"))
    }

    private mutating func takeObjects(_ door: PluginDoor) throws {
        let run = run
        var line = 0
        var at = 0
        for text in bytes.split(separator: 0x0a, omittingEmptySubsequences: false) {
            line += 1
            at += text.count + 1
            guard text.contains(where: { $0 != 0x20 && $0 != 0x0d }) else { continue }
            try take(door, line, text, at: at) { (row, id) throws(Refusal) in
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
                let hasOpenQuote = rows.hasOpenQuote
                try take(door, line, rows.rawRow, at: rows.offset) { (_, id) throws(Refusal) in
                    guard !hasOpenQuote else {
                        throw Refusal("bad_line", "a quote in it is not closed: it takes all lines after it along")
                    }
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
        _ door: PluginDoor, _ line: Int, _ bytes: some Collection<UInt8>, at: Int,
        call: (String, String) throws(Refusal) -> PluginCall
    ) throws {
        counts.rows += 1
        let text = String(decoding: bytes, as: UTF8.self)
        let row: Row
        do throws(Refusal) {
            guard String(validating: bytes, as: UTF8.self) != nil else {
                throw Refusal("bad_line", "it is not UTF-8; save the file as UTF-8 first")
            }
            row = Row(line: line, text: text, call: .success(try call(text, "\(identity):\(line)")))
        } catch { row = Row(line: line, text: text, call: .failure(error)) }
        group.append(row)
        if group.count >= Self.groupMax { try send(door) }
        progress.show(Double(at) / Double(max(self.bytes.count, 1))) { "\(Console.grouped(counts.rows)) rows" }
    }

    private mutating func send(_ door: PluginDoor) throws {
        let calls = group.compactMap { try? $0.call.get() }
        var replies = (calls.isEmpty ? [] : try door.call(calls))[...]
        var out = JSONLine()
        defer { Console.print(bytes: out.bytes) }
        for row in group {
            switch row.call {
            case .failure(let refusal): refuse(row, refusal)
            case .success(let call): try take(replies.removeFirst(), of: call, row, into: &out)
            }
        }
        group.removeAll()
        try refusedFile?.flush()
    }

    private mutating func take(
        _ reply: PluginReply, of call: PluginCall, _ row: Row, into out: inout JSONLine
    ) throws {
        switch reply {
        case .done, .lines:
            counts.done += 1
            if run.arguments.has("json") { CallLine.write(reply, id: call.id, into: &out) }
        case .refused(let refusal): refuse(row, refusal)
        case .notNow(let why):
            throw SystemError("connect", code: EAGAIN, subject: "row of line \(row.line) not done: \(why)")
        }
    }

    private mutating func refuse(_ row: Row, _ refusal: Refusal) {
        if refusal.code == "exists" { counts.exists += 1 } else { counts.refused += 1 }
        if let refusedFile {
            let cells = ["\(row.line)", refusal.code, refusal.message, row.text]
            refusedFile.append(cells.map(CSVField.text).joined(separator: ","))
        } else if refusalsShown < Self.refusalsShownMax {
            refusalsShown += 1
            Console.error("\(path):\(row.line): \(ReplyText.refusal(refusal))")
        }
    }
}
