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
        var (findings, changed) = (0, 0)
        var strange: [Int] = []
        for (index, text) in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).enumerated() {
            guard text.contains(where: { $0 != 0x20 && $0 != 0x0d }) else { continue }
            guard let value = finding(text) else {
                strange.append(index + 1)
                continue
            }
            let holds = holds(Array(text))
            findings += 1
            if !holds { changed += 1 }
            try output.line(line(value, holds: holds))
        }
        try judge(findings, changed: changed, strange: strange)
    }

    private static func judge(_ findings: Int, changed: Int, strange: [Int]) throws(Refusal) {
        if let first = strange.first {
            let more = strange.count == 1 ? "" : ", nor are \(strange.count - 1) more"
            let others = changed == 0 ? "" : "; of the \(findings) others \(changed) do not have their hash"
            throw Refusal("no_finding", "line \(first) is no finding\(more)\(others)")
        }
        if findings == 0 { throw Refusal("empty", "nothing to verify: the file has no finding") }
        if changed > 0 { throw Refusal("changed", "\(changed) of \(findings) findings do not have their hash") }
    }

    private static func finding(_ text: ArraySlice<UInt8>) -> JSON5Value? {
        let value = try? JSON5Value(text: String(decoding: text, as: UTF8.self))
        return value?["finding"]?.string == nil || value?["sha256"]?.string == nil ? nil : value
    }

    private static func line(_ finding: JSON5Value, holds: Bool) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("finding", finding["finding"]?.string ?? "")
        line.field("sha256", finding["sha256"]?.string ?? "")
        line.field("holds", holds)
        line.end(newline: true)
        return line
    }

    static func holds(_ document: [UInt8]) -> Bool {
        guard let evidence = FindingDocument.evidence(document),
            let value = try? JSON5Value(text: String(decoding: document, as: UTF8.self))
        else { return false }
        return value["sha256"]?.string == SHA256.digest(evidence).description
    }
}
