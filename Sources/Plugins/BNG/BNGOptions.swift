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

    init(_ options: [String: String]) throws(InputProblems) {
        var check = OptionCheck(options, plugin: "bng", known: Self.names)
        check.requireFiles(Self.paths)
        judicialURL = check.url("judicial_url")
        askNs = Nanoseconds(check.whole("ask_seconds", 0...86_400, 30)) * .second
        recordsMax = check.whole("records_max", 1...Self.recordsEnd, 50_000_000)
        classification = options["classification"] ?? "internal"
        guard check.problems.isEmpty, let retention = options["retention"],
            let classifications = options["classifications"]
        else { throw check.problems }
        (retentionPath, classificationPath) = (retention, classifications)
    }

    /// Numbers are 32 bits.
    static let recordsEnd = Int(UInt32.max) - (1 << 20)

    func rules() throws(InputProblems) -> RecordRules {
        try RecordRules(retentionPath: retentionPath, classificationPath: classificationPath)
    }
}
