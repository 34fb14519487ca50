import ANPRCore
import PluginKit

/// The options of the plugin, checked: docs/plugins/BNG.md.
struct BNGOptions: Sendable {
    let retentionPath: String
    let classificationPath: String
    /// Where PVs go; nil: they are lines of `judicial.jsonl`.
    let judicialURL: String?
    /// Between the judicial database's "taken" and the question whether it has it.
    let askNs: Nanoseconds
    /// What a record gets that is given none.
    let classification: String
    /// Past these nothing more is taken in.
    let recordsMax: Int

    static let paths = ["retention", "classifications"]
    static let names = paths + ["judicial_url", "ask_seconds", "classification", "records_max"]
    private static let subject = "plugin bng"

    init(_ options: [String: String]) throws(InputProblems) {
        var problems = InputProblems()
        func complain(_ message: String) { problems.add(InputProblem(file: Self.subject, line: 0, message: message)) }
        func whole(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) -> Int {
            guard let text = options[name] else { return standard }
            guard let value = Int(text), range.contains(value) else {
                complain("option '\(name)' must be a whole number, \(range.lowerBound) to \(range.upperBound)")
                return standard
            }
            return value
        }
        for name in options.keys.sorted() where !Self.names.contains(name) {
            complain("option '\(name)' is unknown; known: \(Self.names.joined(separator: ", "))")
        }
        for name in Self.paths where options[name] == nil {
            complain("option '\(name)' is missing: a CSV file's path")
        }
        if let url = options["judicial_url"] {
            do throws(InputProblem) { try HTTPPeer.check(url) } catch {
                complain("option 'judicial_url': \(error.message)")
            }
        }
        askNs = Nanoseconds(whole("ask_seconds", 0...86_400, 30)) * .second
        recordsMax = whole("records_max", 1...Self.recordsEnd, 50_000_000)
        classification = options["classification"] ?? "internal"
        guard problems.isEmpty, let retention = options["retention"], let classifications = options["classifications"]
        else { throw problems }
        (retentionPath, classificationPath) = (retention, classifications)
        judicialURL = options["judicial_url"]
    }

    /// Numbers are 32 bits.
    static let recordsEnd = Int(UInt32.max) - (1 << 20)

    func rules() throws(InputProblems) -> RecordRules {
        try RecordRules(retentionPath: retentionPath, classificationPath: classificationPath)
    }
}
