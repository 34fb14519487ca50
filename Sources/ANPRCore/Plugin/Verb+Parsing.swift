/// From texts and JSON to a call: every problem is named, and a call that has one is none.
extension Verb {
    package var isQuery: Bool { if case .query = work { true } else { false } }

    /// Done on the plugin's thread, so that it can be called from outside.
    var isOnPlugin: Bool {
        switch work {
        case .command, .query: true
        case .report, .alone: false
        }
    }

    /// From a text a field, as a command line or a CSV row has them; an empty one is not there. A file's text is its
    /// path, which is read here, with the rights of whoever asks.
    package func call(
        _ texts: [String: String], id: String, by: String, reason: String = ""
    ) throws(Refusal) -> PluginCall {
        try call(names: texts.keys.sorted(), id: id, by: by, reason: reason) { $0.value(in: texts) }
    }

    /// What stands beside the line field, before the first line is typed: what is wrong there is wrong in every line.
    package func checkBesideLine(_ texts: [String: String], reason: String) throws(Refusal) {
        _ = try values(texts.keys.sorted(), without: lineField) { $0.value(in: texts) }
        try check(reason)
    }

    /// From an object, as NDJSON, the control socket and HTTP have them; null is not there. A file is its bytes in
    /// base 64: nobody names a path to a daemon.
    package func call(
        _ row: JSON5Value, id: String, by: String, reason: String = ""
    ) throws(Refusal) -> PluginCall {
        guard case .object(let members) = row.kind else {
            throw Refusal("bad_fields", "the fields must be an object, not \(row.kindName)")
        }
        return try call(names: members.map(\.name), id: id, by: by, reason: reason) { field in
            guard let value = row[field.name], value.kind != .null else { return .success(nil) }
            return field.value(value)
        }
    }

    private func call(
        names: [String], id: String, by: String, reason: String,
        value: (Field) -> Result<FieldValue?, FieldProblem>
    ) throws(Refusal) -> PluginCall {
        let values = try values(names, value: value)
        try check(reason)
        var call = PluginCall(verb: name, id: id, by: by, reason: reason, fields: values)
        call.isQuery = isQuery
        return call
    }

    private func values(
        _ names: [String], without lineField: String? = nil, value: (Field) -> Result<FieldValue?, FieldProblem>
    ) throws(Refusal) -> [String: FieldValue] {
        var problems: [String] = []
        let known = fields.map(\.name)
        for name in names where !known.contains(name) {
            let nearest = Spelling.nearest(name, in: known).map { "; did you mean '\($0)'?" } ?? ""
            problems.append("there is no field '\(name)'\(nearest)")
        }
        var values: [String: FieldValue] = [:]
        for field in fields where field.name != lineField {
            switch value(field) {
            case .success(let value?): values[field.name] = value
            case .success(nil): if field.isRequired { problems.append("'\(field.name)' is missing: \(field.help)") }
            case .failure(let problem): problems.append("'\(field.name)' \(problem.message)")
            }
        }
        guard problems.isEmpty else { throw Refusal("bad_fields", problems.joined(separator: "; ")) }
        try check?(values)
        return values
    }

    private func check(_ reason: String) throws(Refusal) {
        if needsReason, !reason.contains(where: { !$0.isWhitespace }) {
            throw Refusal("reason_missing", "'\(name)' is done for a reason only, which is kept")
        }
    }
}

/// What is wrong with a field's value, to be read after its name.
struct FieldProblem: Error { let message: String }

extension Field {
    /// Its own of some texts; an empty one is not there.
    func value(in texts: [String: String]) -> Result<FieldValue?, FieldProblem> {
        guard let text = texts[name], !text.isEmpty else { return .success(nil) }
        return value(text)
    }

    func value(_ text: String) -> Result<FieldValue?, FieldProblem> {
        switch kind {
        case .text(let charactersMax):
            text.count <= charactersMax
                ? .success(.text(text)) : tooLong("\(text.count) characters")
        case .whole(let range):
            Int(text).flatMap { range.contains($0) ? .success(.whole($0)) : nil } ?? wrong(text)
        case .day:
            text.utf8.count == 10
                ? Instant.parse(text).map { .success(.day(Int($0 / .day))) } ?? wrong(text) : wrong(text)
        // A day alone has no instant.
        case .instant where text.utf8.count <= 10: wrong(text)
        case .instant: Instant.parse(text).map { .success(.instant($0)) } ?? wrong(text)
        case .flag:
            ["true": true, "1": true, "false": false, "0": false][text].map { .success(.flag($0)) } ?? wrong(text)
        case .word(let words): words.contains(text) ? .success(.text(text)) : wrong(text)
        case .plate: plate(text)
        case .list: list(text.split(separator: ",").map { $0.drop { $0 == " " } }.map(String.init))
        case .file(let bytesMax): file(text, bytesMax)
        }
    }

    func value(_ value: JSON5Value) -> Result<FieldValue?, FieldProblem> {
        switch (kind, value.kind) {
        case (.flag, .boolean(let truth)): return .success(.flag(truth))
        case (.whole, .number(let text, _)): return self.value(text)
        case (.list, .array(let values)):
            let texts = values.compactMap(\.string)
            return texts.count == values.count
                ? list(texts) : .failure(FieldProblem(message: "must be a list of texts"))
        case (.file(let bytesMax), .string(let text)):
            guard let bytes = Base64.bytes(text) else {
                return .failure(FieldProblem(message: "must be a file's bytes in base 64"))
            }
            return sized(bytes, bytesMax)
        case (.flag, _), (.whole, _), (.list, _), (.file, _):
            return .failure(FieldProblem(message: "must be \(expected), not \(value.kindName)"))
        case (_, .string(let text)): return self.value(text)
        default: return .failure(FieldProblem(message: "must be \(expected), not \(value.kindName)"))
        }
    }

    /// What a value must be, for people.
    package var expected: String {
        switch kind {
        case .text(let charactersMax): "a text of at most \(charactersMax) characters"
        case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .day: "a day such as 2026-11-27"
        case .instant: "an instant such as 2026-11-27T08:15:30Z"
        case .flag: "true or false"
        case .word(let words): "one of " + words.joined(separator: ", ")
        case .plate: "a plate"
        case .list(let countMax): "a list of at most \(countMax) texts"
        case .file(let bytesMax): "a file of at most \(bytesMax) bytes"
        }
    }

    private func wrong(_ text: String) -> Result<FieldValue?, FieldProblem> {
        .failure(FieldProblem(message: "must be \(expected), not '\(text.prefix(80))'"))
    }

    private func tooLong(_ has: String) -> Result<FieldValue?, FieldProblem> {
        .failure(FieldProblem(message: "must be \(expected), and has \(has)"))
    }

    private func plate(_ text: String) -> Result<FieldValue?, FieldProblem> {
        do throws(PlateError) { return .success(.plate(try Plate(text))) } catch {
            return .failure(FieldProblem(message: "'\(text.prefix(80))' is no plate: \(error)"))
        }
    }

    private func list(_ texts: [String]) -> Result<FieldValue?, FieldProblem> {
        guard case .list(let countMax) = kind, texts.count <= countMax else { return tooLong("\(texts.count) of them") }
        return .success(.list(texts))
    }

    private func file(_ path: String, _ bytesMax: Int) -> Result<FieldValue?, FieldProblem> {
        do throws(SystemError) {
            let file = try FileBytes(path: path)
            guard file.bytes.count <= bytesMax else { return tooLong("\(file.bytes.count) bytes") }
            return .success(.bytes(Array(file.bytes)))
        } catch { return .failure(FieldProblem(message: "cannot be read: \(error)")) }
    }

    private func sized(_ bytes: [UInt8], _ bytesMax: Int) -> Result<FieldValue?, FieldProblem> {
        bytes.count <= bytesMax ? .success(.bytes(bytes)) : tooLong("\(bytes.count) bytes")
    }
}
