import Testing

@testable import ANPRCore
@testable import BNG

/// A general database with its host, on the repository's seeds.
final class Database {
    let folder: TemporaryFolder
    let plugin: HostedPlugin
    private var calls = 0

    static let tables = [
        "retention": Repository.seed("law/bng_retention.csv"),
        "classifications": Repository.seed("bng/classification.csv"),
    ]

    static var knowledge: FixedKnowledge {
        var knowledge = Samples.knowledge
        knowledge.entries[1] = EntryDetails(
            list: "stolen", mark: "1ABC234", reason: "stolen car", caseNumber: "C-1", action: "intercept")
        knowledge.entries[2] = EntryDetails(
            list: "discreet", mark: "1ABC234", reason: "discreet check", caseNumber: "C-2", isCovert: true)
        return knowledge
    }

    init(_ more: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        let options = Self.tables.merging(more) { $1 }
        plugin = try HostedPlugin(
            BNG.module.factory(options), PluginContext(directory: folder.path, knowledge: Self.knowledge))
    }

    static func make(_ more: [String: String] = [:]) throws -> GeneralDatabase {
        let options = try BNGOptions(tables.merging(more) { $1 })
        return GeneralDatabase(
            options: options, rules: try options.rules(), context: PluginContext(directory: "", knowledge: knowledge))
    }

    var register: Register { (plugin.host.plugin as? GeneralDatabase)?.register ?? Register() }

    /// A command through the verbs' table, as the command line makes it; the answer as text.
    @discardableResult
    func tell(_ name: String, _ fields: [String: String] = [:]) throws -> String {
        calls += 1
        let verb = try #require(BNG.verbs.first { $0.name == name })
        let call = try verb.call(fields, id: "t\(calls)", by: "officer", reason: "")
        return Self.text(try plugin.call(call))
    }

    /// A query in the same way.
    func ask(_ name: String, _ fields: [String: String] = [:], limit: Int = 1000, from: String = "") throws -> String {
        let verb = try #require(BNG.verbs.first { $0.name == name })
        var call = try verb.call(fields, id: "", by: "officer", reason: "a test")
        call.limit = limit
        call.from = from
        return Self.text(try plugin.call(call))
    }

    static func text(_ reply: PluginReply) -> String {
        switch reply {
        case .done(let bytes), .lines(let bytes, nil): String(decoding: bytes, as: UTF8.self)
        case .lines(let bytes, let next?): String(decoding: bytes, as: UTF8.self) + "next \(next)"
        case .refused(let refusal): refusal.code
        case .notNow(let why): "not now: \(why)"
        }
    }

    func hear(_ kind: String, id: String, _ body: String) throws {
        try plugin.hear(kind, from: String(kind.prefix { $0 != "." }), id: id, body)
    }

    static func hit(
        _ sequence: UInt32, plate: String = "1-ABC-234", entry: UInt32 = 1, at ns: Nanoseconds = Samples.noonishNs,
        isRepeat: Bool = false
    ) -> Hit {
        var hit = Hit(read: Samples.read(plate, at: ns, sequence: sequence))
        hit.sources[0] = HitSource(entry: entry, list: 0, kind: .exact, priority: 5)
        hit.sourceCount = 1
        if isRepeat { hit.flags.insert(.repeated) }
        return hit
    }
}

extension Register {
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return bytes
    }

    /// What must hold of every state; empty when it does.
    var problems: [String] {
        var problems: [String] = []
        for number in 1..<UInt32(records.count + 1) {
            let record = records[number]
            var versionCount: UInt32 = 0
            var before = Nanoseconds.max
            forEachVersion(of: number) { _, version in
                versionCount += 1
                if version.record != number { problems.append("a version of \(number) is another's") }
                if version.atNs > before { problems.append("versions of \(number) are out of order") }
                before = version.atNs
                if (version.isErased == 1) != (record.state == .erased) { problems.append("\(number) is half erased") }
            }
            if versionCount != record.versions { problems.append("versions of \(number) are missing") }
            if record.key != 0, self.record(record.category, key: key(of: number)) != number {
                problems.append("\(number) is not found by its key")
            }
            forEachLink(of: number) { link, row in
                if row.a != number, row.b != number { problems.append("link \(link) is in a chain of others") }
                return true
            }
        }
        for number in 1..<UInt32(links.count + 1) where links[number].holds {
            for end in [links[number].a, links[number].b] where records[end].state == .erased {
                problems.append("link \(number) dangles: \(end) is erased")
            }
            if text(links[number].role).isEmpty { problems.append("link \(number) has no role") }
        }
        return problems
    }
}
