/// What a plugin can be told or asked. The command line, HTTP and a console are made from it.
package struct Verb: Sendable {
    /// After the plugin's: `file verify` is `anprd cbe file verify`.
    package let name: String
    package let summary: String
    package var details: String
    package var examples: [String]
    package let fields: [Field]
    package let work: Work
    /// Lines of standard input are this field, answered one by one: a scanner that types.
    package var lineField: String?
    /// The law wants a reason, and a trace of who looked.
    package var needsReason = false
    /// What fields must hold together, each of them being right; the line field may not be there yet.
    package var check: (@Sendable ([String: FieldValue]) throws(Refusal) -> Void)?

    package enum Work: Sendable {
        /// On the plugin's thread.
        case command
        case query
        /// On a copy that is read from the ledger: what takes long.
        case report(@Sendable (any DomainPlugin, PluginCall, inout VerbOutput) throws -> Void)
        /// Without a ledger.
        case alone(@Sendable (PluginCall, inout VerbOutput) throws -> Void)
    }

    package init(
        _ name: String, _ summary: String, _ work: Work, fields: [Field] = [], details: String = "",
        examples: [String] = [], lineField: String? = nil, needsReason: Bool = false,
        check: (@Sendable ([String: FieldValue]) throws(Refusal) -> Void)? = nil
    ) {
        self.name = name
        self.summary = summary
        self.work = work
        self.fields = fields
        self.details = details
        self.examples = examples
        self.lineField = lineField
        self.needsReason = needsReason
        self.check = check
    }
}

/// One thing that a verb is given.
package struct Field: Sendable {
    package enum Kind: Sendable, Equatable {
        /// Characters at most.
        case text(Int)
        case whole(ClosedRange<Int>)
        /// `2026-11-27`.
        case day
        /// RFC 3339.
        case instant
        case flag
        case word([String])
        case plate
        /// Texts with commas between, so many at most.
        case list(Int)
        /// A file's bytes, so many at most.
        case file(Int)
    }

    package let name: String
    package let kind: Kind
    package let help: String
    package let isRequired: Bool
    /// Stands without a name on the command line.
    package let isOperand: Bool

    package init(_ name: String, _ kind: Kind, _ help: String, isRequired: Bool = true, isOperand: Bool = false) {
        self.name = name
        self.kind = kind
        self.help = help
        self.isRequired = isRequired
        self.isOperand = isOperand
    }
}

/// Where long work writes to.
package struct VerbOutput {
    private let writeLine: (JSONLine) throws -> Void
    private let showProgress: (Double, () -> String) -> Void

    package init(line: @escaping (JSONLine) throws -> Void, progress: @escaping (Double, () -> String) -> Void) {
        writeLine = line
        showProgress = progress
    }

    package mutating func line(_ line: JSONLine) throws { try writeLine(line) }
    /// `done` of 1.
    package mutating func progress(_ done: Double, _ text: @autoclosure () -> String) {
        withoutActuallyEscaping(text) { showProgress(done, $0) }
    }
}
