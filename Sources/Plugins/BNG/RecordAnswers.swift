import ANPRCore
import PluginKit

/// Answers questions: looks at the register, changes nothing.
struct RecordAnswers {
    let register: Register
    let rules: RecordRules
    let day: Int

    func answer(_ query: BNGQuery, _ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        switch query {
        case .show(let reference), .pv(let reference): show(try register.known(reference), &lines)
        case .history(let reference): return try history(try register.known(reference), call, &lines)
        case .links(let reference): return try links(try register.known(reference), call, &lines)
        case .graph(let reference, let steps, let isDOT):
            return try graph(try register.known(reference), steps: steps, isDOT: isDOT, call, &lines)
        case .persons(let search): return try persons(search, call, &lines)
        case .vehicles(let plate, let country): vehicles(plate, country, &lines)
        case .exchanges(let phase):
            let numbers = 1..<register.exchanges.count + 1
            return try PagedLines.write(
                numbers, of: call, into: &lines,
                where: { phase == nil || register.exchanges[UInt32($0)].phase == phase },
                fields: { self.fields(of: register.exchanges[UInt32($0)], &$1) })
        case .due(let days): return try due(within: days, call, &lines)
        }
        return nil
    }

    // MARK: One record

    private func show(_ number: UInt32, _ lines: inout JSONLine) {
        let record = register.records[number]
        lines.begin()
        lines.field("record", RecordReference.text(number))
        lines.field("category", record.category.name)
        lines.field("state", record.state.name)
        if record.key != 0 {
            lines.key(named: record.category.keyName)
            lines.value(register.key(of: number))
        }
        lines.field("versions", Int(record.versions))
        content(register.versions[record.head], record.category, &lines)
        if record.state != .erased, record.dueDay != .max { lines.field("due", Self.date(record.dueDay)) }
        if let exchange = register.exchange(of: number) {
            lines.field("judicial", exchange.phase.name)
            lines.field("judicial_version", Int(exchange.version))
        }
        lines.end(newline: true)
    }

    private func content(_ version: Version, _ category: RecordCategory, _ lines: inout JSONLine) {
        lines.field("recorded_at", Instant.format(version.atNs))
        guard version.isErased == 0 else { return lines.field("erased", true) }
        if category == .person {
            if version.happenedNs != .min { lines.field("born", Instant.date(version.happenedNs)) }
        } else {
            lines.field("at", Instant.format(version.happenedNs))
        }
        for (index, name) in category.textNames.enumerated() {
            let text = register.text(index, of: version)
            guard !text.isEmpty else { continue }
            lines.key(named: name)
            lines.value(text)
        }
        lines.field("classification", register.text(version.classification))
        lines.field("by", register.text(version.by))
        if version.origin != 0 { lines.field("origin", register.text(version.origin)) }
        if version.note != 0 { lines.field("note", register.text(version.note)) }
    }

    /// The latest version first; a page begins at a version.
    private func history(
        _ record: UInt32, _ call: PluginCall, _ lines: inout JSONLine
    ) throws(Refusal) -> String? {
        var number = try start(call, register.records[record].head)
        guard number == 0 || register.versions.has(number) && register.versions[number].record == record else {
            throw Refusal("page", "'\(call.from)' is no page of this list")
        }
        var written = 0
        while number != 0 {
            if written == max(1, call.limit) { return "\(number)" }
            let version = register.versions[number]
            lines.begin()
            lines.field("version", count(of: number))
            content(version, register.records[record].category, &lines)
            lines.end(newline: true)
            written += 1
            number = version.previous
        }
        return nil
    }

    private func count(of version: UInt32) -> Int {
        var count = 0
        var number = version
        while number != 0 {
            count += 1
            number = register.versions[number].previous
        }
        return count
    }

    private func start(_ call: PluginCall, _ first: UInt32) throws(Refusal) -> UInt32 {
        if call.from.isEmpty { return first }
        guard let number = UInt32(call.from) else { throw Refusal("page", "'\(call.from)' is no page of this list") }
        return number
    }

    // MARK: Links

    /// The latest link first, also those that ended; a page begins at a link.
    private func links(_ record: UInt32, _ call: PluginCall, _ lines: inout JSONLine) throws(Refusal) -> String? {
        var number = try start(call, register.records[record].firstLink)
        let isOwn =
            number == 0
            || register.links.has(number) && [register.links[number].a, register.links[number].b].contains(record)
        guard isOwn else { throw Refusal("page", "'\(call.from)' is no page of this list") }
        var written = 0
        while number != 0 {
            if written == max(1, call.limit) { return "\(number)" }
            let link = register.links[number]
            if link.isErased == 0 {
                lines.begin()
                lines.field("link", Int(number))
                self.fields(of: link, &lines)
                lines.field("other", label(link.other(than: record)))
                lines.end(newline: true)
                written += 1
            }
            number = link.next(of: record)
        }
        return nil
    }

    private func fields(of link: Link, _ lines: inout JSONLine) {
        lines.field("from", RecordReference.text(link.a))
        lines.field("to", RecordReference.text(link.b))
        lines.field("role", register.text(link.role))
        lines.field("at", Instant.format(link.atNs))
        lines.field("by", register.text(link.by))
        if link.note != 0 { lines.field("note", register.text(link.note)) }
        guard link.endedNs != .max else { return }
        lines.field("ended_at", Instant.format(link.endedNs))
        lines.field("ended_by", register.text(link.endedBy))
        lines.field("end_note", register.text(link.endNote))
    }

    /// A record in a line, as far as its classification lets it be shown.
    func label(_ number: UInt32) -> String {
        let record = register.records[number]
        let name = "\(record.category.name) \(RecordReference.text(number))"
        guard record.state == .active else { return "\(name) (\(record.state.name))" }
        let version = register.versions[record.head]
        guard rules.classification(register.text(version.classification), day: day)?.isShown == true else {
            return "\(name) (\(register.text(version.classification)))"
        }
        switch record.category {
        case .person:
            let texts = [0, 1].map { register.text($0, of: version) }.filter { !$0.isEmpty }
            return "\(name) \(texts.joined(separator: ", "))"
        case .fact: return "\(name) \(register.text(0, of: version)) \(register.text(1, of: version))"
        default: return "\(name) \(register.key(of: number))"
        }
    }

    private func graph(
        _ start: UInt32, steps: Int, isDOT: Bool, _ call: PluginCall, _ lines: inout JSONLine
    ) throws(Refusal) -> String? {
        let walk = GraphWalk(register, from: start, steps: steps)
        if isDOT {
            lines.begin()
            lines.field("dot", dot(walk))
            lines.end(newline: true)
            return nil
        }
        let count = walk.nodes.count + walk.links.count + 1
        return try PagedLines.write(Array(0..<count), of: call, into: &lines) { place, line in
            if place == 0 {
                line.field("nodes", walk.nodes.count)
                line.field("edges", walk.links.count)
                line.field("cut", walk.isCut)
            } else if place <= walk.nodes.count {
                let node = walk.nodes[place - 1]
                line.field("node", RecordReference.text(node.record))
                line.field("steps", node.steps)
                line.field("label", label(node.record))
                if node.isHub { line.field("hub", true) }
            } else {
                let number = walk.links[place - 1 - walk.nodes.count]
                line.field("edge", Int(number))
                self.fields(of: register.links[number], &line)
            }
        }
    }

    /// As graphviz reads it.
    func dot(_ walk: GraphWalk) -> String {
        var text = "digraph bng {\n  node [shape=box];\n"
        for node in walk.nodes {
            let style = node.steps == 0 ? ", penwidth=2" : node.isHub ? ", style=dashed" : ""
            text += "  n\(node.record) [label=\(Self.quoted(label(node.record)))\(style)];\n"
        }
        for number in walk.links {
            let link = register.links[number]
            text += "  n\(link.a) -> n\(link.b) [label=\(Self.quoted(register.text(link.role)))];\n"
        }
        return text + "}\n"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ") + "\""
    }

    // MARK: Searches

    private func persons(_ search: PersonSearch, _ call: PluginCall, _ lines: inout JSONLine) throws(Refusal) -> String?
    {
        let found = try search.run(register)
        return try PagedLines.write(Array(found.indices), of: call, into: &lines) { place, line in
            let one = found[place]
            let (record, version) = (register.records[one.record], register.versions[one.version])
            let classification = register.text(register.versions[record.head].classification)
            line.field("record", RecordReference.text(one.record))
            line.field("found", "\(one.rank)")
            line.field("classification", classification)
            guard rules.classification(classification, day: day)?.isShown == true else { return }
            line.field("family", register.text(0, of: version))
            line.field("given", register.text(1, of: version))
            line.field("born", version.happenedNs == .min ? "" : Instant.date(version.happenedNs))
            line.field("birthplace", register.text(2, of: version))
            line.field("is_current", one.version == record.head)
        }
    }

    private func vehicles(_ plate: Plate, _ country: Country?, _ lines: inout JSONLine) {
        let countries = country.map { [$0] } ?? register.countries.sorted().compactMap { Country($0) }
        for country in countries {
            guard let number = register.record(.vehicle, key: VehicleKey.text(plate, country)),
                register.records[number].state == .active
            else { continue }
            show(number, &lines)
        }
    }

    private func fields(of exchange: Exchange, _ lines: inout JSONLine) {
        lines.field("record", RecordReference.text(exchange.record))
        lines.field("number", register.key(of: exchange.record))
        lines.field("version", Int(exchange.version))
        lines.field("phase", exchange.phase.name)
        lines.field("first_at", Instant.format(exchange.firstNs))
        if exchange.cause != 0 { lines.field("cause", register.text(exchange.cause)) }
    }

    private func due(within days: Int, _ call: PluginCall, _ lines: inout JSONLine) throws(Refusal) -> String? {
        let end = Int32(clamping: day + days)
        let numbers = 1..<register.records.count + 1
        return try PagedLines.write(
            numbers, of: call, into: &lines,
            where: {
                let record = register.records[UInt32($0)]
                return record.state != .erased && record.dueDay <= end
            },
            fields: {
                let record = register.records[UInt32($0)]
                $1.field("record", RecordReference.text(UInt32($0)))
                $1.field("category", record.category.name)
                $1.field("state", record.state.name)
                $1.field("due", Self.date(record.dueDay))
            })
    }

    private static func date(_ day: Int32) -> String { Instant.date(Nanoseconds(day) * .day) }
}

extension GeneralDatabase {
    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        see(call.atNs)
        let answers = RecordAnswers(register: register, rules: rules, day: day(call.atNs))
        return try answers.answer(try BNGQuery(call), call, into: &lines)
    }
}
