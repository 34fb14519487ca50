import ANPRCore
import PluginKit

/// `anprd psc finding verify`: whether findings hold, each by the hash that it carries. Rests on their file alone.
enum FindingCheck {
    private static let bytesMax = 64 << 20

    static let verb = Verb(
        "finding verify", "check findings by their hashes", .alone(run),
        fields: [
            Field(
                "file", .file(bytesMax), "findings, one a line: findings.jsonl, or from finding show", isOperand: true)
        ],
        details: "The hash is the SHA-256 of the bytes of 'evidence', from its first brace to its last.",
        examples: ["anprd psc finding verify findings.jsonl"])

    private static func run(_ call: PluginCall, _ output: inout VerbOutput) throws {
        guard case .bytes(let bytes) = call.fields["file"] else { throw Refusal("missing", "'file' is missing") }
        var changedCount = 0
        for document in bytes.split(separator: 0x0a) {
            let holds = holds(Array(document))
            if !holds { changedCount += 1 }
            let value = try? JSON5Value(text: String(decoding: document, as: UTF8.self))
            var line = JSONLine()
            line.begin()
            line.field("finding", value?["finding"]?.string ?? "")
            line.field("sha256", value?["sha256"]?.string ?? "")
            line.field("holds", holds)
            line.end(newline: true)
            try output.line(line)
        }
        guard changedCount == 0 else { throw Refusal("changed", "\(changedCount) findings do not have their hash") }
    }

    static func holds(_ document: [UInt8]) -> Bool {
        guard let evidence = FindingDocument.evidence(document),
            let value = try? JSON5Value(text: String(decoding: document, as: UTF8.self))
        else { return false }
        return value["sha256"]?.string == SHA256.digest(evidence).description
    }
}
