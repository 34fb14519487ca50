import Glibc
import Synchronization

/// What the entries were that hits of one run of the daemon name: a line each, written before the first hit that names
/// it is on disk. So a hit can be understood a year later, when its list has long changed.
package final class EntryCatalogue: Sendable {
    private struct Lines {
        var file: LineFile
        var line = JSONLine()
        var isDirty = false
    }

    private let lines: Mutex<Lines>
    private let details: @Sendable (UInt32) -> EntryDetails?

    /// `folder/<run>.jsonl`.
    package init(
        folder: String, run: UInt32, details: @escaping @Sendable (UInt32) -> EntryDetails?
    ) throws(SystemError) {
        try Directory.make(folder)
        lines = Mutex(Lines(file: try LineFile(path: "\(folder)/\(run).jsonl")))
        self.details = details
    }

    /// From a position of a shard's log on, a number stands for an entry.
    func note(_ entry: UInt32, shard: Int, from position: UInt64) {
        guard let found = details(entry) else { return }
        lines.withLock { state in
            state.line.removeAll()
            state.line.begin()
            state.line.field("entry", entry)
            state.line.field("shard", shard)
            state.line.field("from", position)
            state.line.field("list", found.list)
            state.line.field("mark", found.mark)
            state.line.field("country", found.country.description)
            state.line.field("reason", found.reason)
            state.line.field("case", found.caseNumber)
            state.line.field("priority", found.priority)
            state.line.field("action", found.action)
            state.line.field("audience", found.audience)
            state.line.field("covert", found.isCovert)
            state.line.end(newline: true)
            state.file.append(state.line)
            state.isDirty = true
        }
    }

    func sync() throws(SystemError) {
        try lines.withLock { state throws(SystemError) in
            guard state.isDirty else { return }
            try state.file.flush()
            try state.file.sync()
            state.isDirty = false
        }
    }

    /// What was written in one run: of a number that came to stand for several entries, the last.
    package static func read(folder: String, run: UInt32) throws -> [UInt32: EntryDetails] {
        let path = "\(folder)/\(run).jsonl"
        guard access(path, F_OK) == 0 else { return [:] }
        let file = try FileBytes(path: path)
        var found: [UInt32: EntryDetails] = [:]
        for text in file.string.split(separator: "\n") {
            // A line that a crash cut short belongs to a hit that is not there either.
            guard let value = try? JSON5Value(text: String(text)), let number = value["entry"]?.integer else {
                continue
            }
            func field(_ key: String) -> String { value[key]?.string ?? "" }
            found[UInt32(number)] = EntryDetails(
                list: field("list"), mark: field("mark"), country: Country(field("country")) ?? .unknown,
                reason: field("reason"), caseNumber: field("case"), priority: UInt8(value["priority"]?.integer ?? 50),
                action: field("action"), audience: field("audience"), isCovert: value["covert"]?.boolean ?? false)
        }
        return found
    }
}
