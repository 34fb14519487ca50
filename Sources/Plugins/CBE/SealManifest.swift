import ANPRCore
import PluginKit

/// What is signed of a batch: a line for each document with its SHA-256, in the form that `sha256sum -c` reads.
///
/// ```
/// # anprd cbe batch 7, closed 2026-11-23T09:00:00Z, 2 documents
/// 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  7147876774-1.json
/// ```
struct SealManifest: Equatable {
    struct Entry: Equatable {
        let name: String
        /// 64 hexadecimal digits.
        let sha256: String
    }

    let batch: UInt32
    let closedNs: Nanoseconds
    let entries: [Entry]

    init(batch: UInt32, closedNs: Nanoseconds, files: [FineFile]) {
        self.batch = batch
        self.closedNs = closedNs
        entries = files.map { Entry(name: $0.justiceKey + ".json", sha256: SHA256.digest($0.document).description) }
    }

    var bytes: [UInt8] {
        let head =
            "# anprd cbe batch \(batch), closed \(Instant.format(closedNs)), "
            + "\(entries.count) document\(entries.count == 1 ? "" : "s")\n"
        return Array(head.utf8) + entries.flatMap { Array("\($0.sha256)  \($0.name)\n".utf8) }
    }

    /// The lines that are no remark; nil when one has not the form.
    static func entries(_ text: String) -> [Entry]? {
        var entries: [Entry] = []
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].utf8.count == 64 else { return nil }
            entries.append(Entry(name: String(parts[1].drop { $0 == " " || $0 == "*" }), sha256: String(parts[0])))
        }
        return entries
    }
}
