import ANPRCore

/// A PV as the judicial database gets it: one JSON object. The same version gives the same bytes at all times.
enum PVDocument {
    static func line(_ id: String, _ number: String, version count: UInt32, _ version: NewVersion) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", id)
        line.field("number", number)
        line.field("version", Int(count))
        line.field("at", Instant.format(version.happenedNs))
        line.field("recorded_at", Instant.format(version.atNs))
        line.field("by", version.by)
        line.field("origin", version.origin)
        line.field("classification", version.classification)
        for (name, text) in zip(RecordCategory.pv.textNames, version.texts) where !text.isEmpty {
            line.key(named: name)
            line.value(text)
        }
        if !version.note.isEmpty { line.field("note", version.note) }
        line.end()
        return line.bytes
    }
}

extension Register {
    /// A version as it was written down.
    func content(of version: Version) -> NewVersion {
        NewVersion(
            atNs: version.atNs, happenedNs: version.happenedNs, by: text(version.by), origin: text(version.origin),
            note: text(version.note), classification: text(version.classification), texts: texts(of: version),
            dueDay: records[version.record].dueDay)
    }
}
