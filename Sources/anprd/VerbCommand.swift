import ANPRCore
import Glibc
import PluginKit

/// What the program makes of a plugin's verb: a command with its flags, help and examples.
struct VerbCommand: Sendable {
    let module: PluginModule
    let verb: Verb

    static func commands(_ modules: [PluginModule]) -> [Command] {
        modules.flatMap { module in
            module.verbs.map { VerbCommand(module: module, verb: $0).command }
                + [LedgerCommand.effects(module), LedgerCommand.events(module)]
        }
    }

    static func flagName(_ field: String) -> String { field.replacing("_", with: "-") }

    var operands: [Field] { verb.fields.filter(\.isOperand) }

    static let configFlag = Flag("config", "FILE", "the daemon's configuration (else ANPRD_CONFIG)")
    private static let common = [
        configFlag, Flag("json", nil, "JSON lines"), Flag("csv", nil, "CSV"),
        Flag("reason", "TEXT", "why, where the law wants one"),
    ]

    private var flags: [Flag] {
        let named = verb.fields.filter { !$0.isOperand }.map { field in
            let help = "\(field.help) (\(field.expected)\(field.isRequired ? "" : "; may be left out"))"
            return field.kind == .flag
                ? Flag(Self.flagName(field.name), nil, field.help) : Flag(Self.flagName(field.name), "VALUE", help)
        }
        var more = Self.common
        switch verb.work {
        case .command:
            more.append(Flag("in", "FILE", "a call a row: NDJSON, or CSV by its header; - is standard input"))
            more.append(Flag("refused", "FILE", "with --in: write the refused rows, with line, code and message"))
        case .query: more.append(Flag("limit", "N", "lines at most (default 1000)"))
        case .report, .alone: break
        }
        return named + more.filter { flag in !named.contains { $0.name == flag.name } }
    }

    /// What the header of --in FILE may hold; flags have hyphens where columns have underscores.
    private var columns: String {
        func names(_ fields: [Field]) -> String { fields.map(\.name).joined(separator: ",") }
        let optional = verb.fields.filter { !$0.isRequired }
        return "Columns of --in FILE: \(names(verb.fields.filter(\.isRequired)))"
            + (optional.isEmpty ? "" : "; may be left out: \(names(optional))")
    }

    var command: Command {
        var details = verb.details.isEmpty ? [] : [verb.details]
        details += operands.map { "  \($0.name): \($0.help) (\($0.expected))" }
        if let field = verb.lineField {
            details.append(
                """
                Without \(field), each line of standard input is one, answered at once; with --json by an object with
                its line's number.
                """)
        }
        if case .command = verb.work { details.append(columns) }
        let words = operands.map { $0.isRequired && verb.lineField != $0.name ? $0.name : "[\($0.name)]" }
        return Command(
            name: "\(module.name) \(verb.name)", summary: verb.summary,
            arguments: (words + ["--config FILE", "[flags]"]).joined(separator: " "), operands: 0...operands.count,
            flags: flags, details: details.joined(separator: "\n"), examples: verb.examples,
            run: { arguments in
                var run = try VerbRun(self, arguments)
                return try run.run()
            })
    }
}

/// One run of a verb.
struct VerbRun {
    let command: VerbCommand
    let arguments: Arguments
    let given: [String: String]
    private var reply: ReplyText
    private var verb: Verb { command.verb }

    init(_ command: VerbCommand, _ arguments: Arguments) throws(UsageError) {
        self.command = command
        self.arguments = arguments
        reply = try ReplyText(arguments)
        var given: [String: String] = [:]
        for (field, text) in zip(command.operands, arguments.operands) { given[field.name] = text }
        for field in command.verb.fields where !field.isOperand {
            let name = VerbCommand.flagName(field.name)
            given[field.name] = field.kind == .flag ? (arguments.has(name) ? "true" : nil) : arguments.text(name)
        }
        self.given = given
    }

    var reason: String { arguments.text("reason") ?? "" }

    mutating func run() throws -> ExitCode {
        if let path = arguments.text("in") {
            var bulk = try BulkRun(self, path: path)
            return try bulk.run(try Self.door(command.module, arguments))
        }
        if let field = verb.lineField, given[field] == nil { return try lines(field) }
        try checkFiles()
        let call = try usage { () throws(Refusal) in
            try verb.call(given, id: Self.newID(), by: UserName.current, reason: reason)
        }
        switch verb.work {
        case .command:
            let code = try show(try Self.door(command.module, arguments).call([call])[0])
            if code == .ok { reply.end() }
            return code
        case .query: return try pages(call)
        case .report(let body):
            let plugin = try Self.door(command.module, arguments).copy()
            return try long { try body(plugin, call, &$0) }
        case .alone(let body): return try long { try body(call, &$0) }
        }
    }

    /// A file that cannot be read is no wrong word.
    private func checkFiles() throws {
        for field in verb.fields {
            guard case .file = field.kind, let path = given[field.name], !path.isEmpty else { continue }
            _ = try FileBytes(path: path)
        }
    }

    /// What was typed cannot be a call.
    private func usage<T>(_ body: () throws(Refusal) -> T) throws(UsageError) -> T {
        do throws(Refusal) { return try body() } catch { throw arguments.usageError(error.message) }
    }

    static func door(_ module: PluginModule, _ arguments: Arguments) throws -> PluginDoor {
        try PluginDoor(try configuration(arguments), module: module)
    }

    static func configuration(_ arguments: Arguments) throws -> EngineConfiguration {
        guard let path = arguments.text("config") ?? getenv("ANPRD_CONFIG").map({ String(cString: $0) }) else {
            throw arguments.usageError("--config FILE is missing, and ANPRD_CONFIG is not set")
        }
        return try EngineConfiguration(path: path)
    }

    /// Nobody else's, and not the one of an earlier run.
    static func newID() -> String {
        let seed = Clock.wallNs() ^ Clock.monotonicNs() << 20 ^ Nanoseconds(getpid()) << 44
        var random = Random(seed: UInt64(bitPattern: seed))
        return String(random.next(), radix: 16) + "-" + String(random.next(), radix: 16)
    }

    private mutating func show(_ answer: PluginReply, line: Int? = nil) throws -> ExitCode {
        let place = line.map { "line \($0): " } ?? ""
        switch answer {
        case .done(let object): try reply.show(done: object)
        case .lines(let lines, _): try reply.show(lines: lines)
        case .refused(let refusal):
            Console.error("anprd: " + place + ReplyText.refusal(refusal))
            return .failure
        case .notNow(let why):
            Console.error("anprd: \(place)not done: \(why)")
            return .unavailable
        }
        return .ok
    }

    private mutating func pages(_ call: PluginCall) throws -> ExitCode {
        let door = try Self.door(command.module, arguments)
        var left = try arguments.integer("limit", 1...Int.max, default: 1000)
        var call = call
        while true {
            call.limit = min(left, 1000)
            let answer = try door.call([call])[0]
            let code = try show(answer)
            guard case .lines(let lines, let next) = answer else { return code }
            left -= lines.count { $0 == 0x0a }
            guard left > 0, let next else {
                reply.end()
                if next != nil { Console.error("anprd: there are more lines; --limit N shows up to N") }
                return code
            }
            call.from = next
        }
    }

    /// A scanner that types: one line a call.
    private mutating func lines(_ field: String) throws -> ExitCode {
        try usage { () throws(Refusal) in try verb.checkBesideLine(given, reason: reason) }
        let door = try Self.door(command.module, arguments)
        var worst = ExitCode.ok
        var number = 0
        while let line = readLine() {
            number += 1
            guard line.contains(where: { $0 != " " }) else { continue }
            var texts = given
            texts[field] = line
            let code = try show(TypedAnswer(line: number, reply: try answer(texts, door)))
            if code.rawValue > worst.rawValue { worst = code }
        }
        return worst
    }

    private func answer(_ texts: [String: String], _ door: PluginDoor) throws -> PluginReply {
        let call: PluginCall
        do throws(Refusal) {
            call = try verb.call(texts, id: Self.newID(), by: UserName.current, reason: reason)
        } catch { return .refused(error) }
        return try door.call([call])[0]
    }

    private mutating func show(_ answer: TypedAnswer) throws -> ExitCode {
        guard reply.form == .json else {
            let code = try show(answer.reply, line: answer.line)
            // Rows wait for those that are to stand below them; who types waits for the answer.
            if code == .ok { reply.end() }
            return code
        }
        Console.print(answer.json)
        return answer.code
    }

    private mutating func long(_ body: (inout VerbOutput) throws -> Void) throws -> ExitCode {
        let shown = LongWork(reply)
        var output = VerbOutput(
            line: { line in
                try shown.reply.show(lines: line.bytes.last == 0x0a ? line.bytes : line.bytes + [0x0a])
            },
            progress: { done, text in shown.progress.show(done, text) })
        do { try body(&output) } catch {
            shown.progress.end()
            shown.reply.showRows()
            guard let refusal = error as? Refusal else { throw error }
            return try show(.refused(refusal))
        }
        shown.progress.end()
        shown.reply.end()
        return .ok
    }

    private final class LongWork {
        var reply: ReplyText
        var progress = Progress()
        init(_ reply: ReplyText) { self.reply = reply }
    }
}
