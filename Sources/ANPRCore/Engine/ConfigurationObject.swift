/// One object of a configuration file, read key by key. What is wrong goes to the file's `ConfigurationProblems`; the
/// value asked for then stays as it was.
final class ConfigurationObject {
    /// `listen` or `blacklists[2]`; empty for the whole file.
    private let path: String
    let line: Int
    private let members: [JSON5Member]
    private let problems: ConfigurationProblems
    private var asked: [String] = []

    init(path: String, line: Int, members: [JSON5Member], problems: ConfigurationProblems) {
        self.path = path
        self.line = line
        self.members = members
        self.problems = problems
    }

    /// Complains of each key that nobody asked for. Call when all are read.
    func finish() {
        for member in members where !asked.contains(member.name) {
            let nearest = Spelling.nearest(member.name, in: asked).map { "did you mean '\($0)'?" }
            let place = path.isEmpty ? "" : " in '\(path)'"
            problems.add(
                member.line,
                "unknown key '\(member.name)'\(place); \(nearest ?? "known: \(asked.sorted().joined(separator: ", "))")"
            )
        }
    }

    // MARK: Values

    func integer(_ key: String, _ range: ClosedRange<Int>, into value: inout Int) {
        guard let member = member(key) else { return }
        guard case .number(let text, _) = member.value.kind, let number = Int(text), range.contains(number) else {
            return complain(member, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        value = number
    }

    func powerOfTwo(_ key: String, _ range: ClosedRange<Int>, into value: inout Int) {
        guard let member = member(key) else { return }
        guard case .number(let text, _) = member.value.kind, let number = Int(text), range.contains(number),
            number & (number - 1) == 0
        else { return complain(member, "must be a power of two from \(range.lowerBound) to \(range.upperBound)") }
        value = number
    }

    func truth(_ key: String, into value: inout Bool) {
        guard let member = member(key) else { return }
        guard case .boolean(let truth) = member.value.kind else { return complain(member, "must be true or false") }
        value = truth
    }

    func text(_ key: String, into value: inout String) {
        guard let member = member(key) else { return }
        guard case .string(let text) = member.value.kind else { return complain(member, "must be a text") }
        value = text
    }

    /// A text that `parse` understands; `form` says what it must look like.
    func parsed<T>(_ key: String, _ form: String, into value: inout T, _ parse: (String) -> T?) {
        guard let member = member(key) else { return }
        guard case .string(let text) = member.value.kind, let parsed = parse(text) else {
            return complain(member, "must be \(form)")
        }
        value = parsed
    }

    func choice<T>(_ key: String, _ choices: KeyValuePairs<String, T>, into value: inout T) {
        let names = choices.map { "\"\($0.key)\"" }.joined(separator: " or ")
        parsed(key, names, into: &value) { text in choices.first { $0.key == text }?.value }
    }

    /// A text of a number and a unit, such as "15s".
    func duration(_ key: String, _ range: ClosedRange<Nanoseconds>, into valueNs: inout Nanoseconds) {
        let form =
            "a time from \(Quantity.durationText(range.lowerBound)) to \(Quantity.durationText(range.upperBound)), "
            + "such as \"15s\" (units: \(Quantity.durationUnits.map(\.key).joined(separator: ", ")))"
        parsed(key, form, into: &valueNs) { text in
            Quantity.duration(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A text of a number and a unit, such as "64MiB".
    func size(_ key: String, _ range: ClosedRange<Int>, into valueBytes: inout Int) {
        let form =
            "a size from \(Quantity.sizeText(range.lowerBound)) to \(Quantity.sizeText(range.upperBound)), "
            + "such as \"64MiB\" (units: \(Quantity.sizeUnits.map(\.key).joined(separator: ", ")))"
        parsed(key, form, into: &valueBytes) { text in
            Quantity.size(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A path; one that is not absolute starts at the configuration's folder.
    func path(_ key: String, into value: inout String) {
        guard let member = member(key) else { return }
        guard case .string(let text) = member.value.kind, !text.isEmpty else {
            return complain(member, "must be the path of a file or folder")
        }
        value = problems.resolved(text)
    }

    // MARK: What is inside

    func object(_ key: String) -> ConfigurationObject? {
        guard let member = member(key) else { return nil }
        guard case .object(let inner) = member.value.kind else {
            complain(member, "must be an object: { ... }")
            return nil
        }
        return ConfigurationObject(path: name(key), line: member.line, members: inner, problems: problems)
    }

    func objects(_ key: String) -> [ConfigurationObject] {
        guard let member = member(key) else { return [] }
        guard case .array(let elements) = member.value.kind else {
            complain(member, "must be a list: [ ... ]")
            return []
        }
        var objects: [ConfigurationObject] = []
        for (i, element) in elements.enumerated() {
            guard case .object(let inner) = element.kind else {
                problems.add(element.line, "'\(name(key))[\(i)]' must be an object: { ... }")
                continue
            }
            objects.append(
                ConfigurationObject(path: "\(name(key))[\(i)]", line: element.line, members: inner, problems: problems))
        }
        return objects
    }

    /// Every key with its value as text, for a part whose keys are not ours to know.
    func texts() -> [String: String] {
        var texts: [String: String] = [:]
        for member in members where !asked.contains(member.name) {
            asked.append(member.name)
            switch member.value.kind {
            case .string(let text), .number(let text, _): texts[member.name] = text
            case .boolean(let truth): texts[member.name] = truth ? "true" : "false"
            default: complain(member, "must be a text, a number, true or false")
            }
        }
        return texts
    }

    /// Each key whose value is an object.
    func namedObjects() -> [(name: String, object: ConfigurationObject)] {
        members.compactMap { member in object(member.name).map { (member.name, $0) } }
    }

    func require(_ key: String, _ what: String) {
        if !asked.contains(key) { asked.append(key) }
        if !members.contains(where: { $0.name == key }) { problems.add(line, "'\(name(key))' is missing: \(what)") }
    }

    func complain(of key: String, _ message: String) {
        problems.add(members.first { $0.name == key }?.line ?? line, "'\(name(key))' \(message)")
    }

    func has(_ key: String) -> Bool { members.contains { $0.name == key } }

    // MARK: Inner

    private func member(_ key: String) -> JSON5Member? {
        if !asked.contains(key) { asked.append(key) }
        return members.first { $0.name == key }
    }

    private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func complain(_ member: JSON5Member, _ message: String) {
        problems.add(member.line, "'\(name(member.name))' \(message)")
    }
}

/// Everything wrong with one configuration file, and where its relative paths start.
final class ConfigurationProblems {
    let file: String
    let directory: String
    private(set) var found = InputProblems()

    init(file: String) {
        self.file = file
        directory = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
    }

    func add(_ line: Int, _ message: String) { found.add(InputProblem(file: file, line: line, message: message)) }
    func resolved(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
}
