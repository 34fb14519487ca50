import ANPRCore

/// What a version says, as it is written down.
struct NewVersion: Equatable {
    var atNs: Nanoseconds
    var happenedNs: Nanoseconds
    var by: String
    var origin: String
    var note = ""
    var classification: String
    /// Four, by `RecordCategory.textNames`.
    var texts: [String]
    /// From then on, if nothing more comes (`RecordRules`).
    var dueDay: Int32

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: atNs)
        bytes.append(number: happenedNs)
        bytes.append(number: dueDay)
        for text in [by, origin, note, classification] + texts { bytes.append(text: text) }
    }

    init(
        atNs: Nanoseconds, happenedNs: Nanoseconds, by: String, origin: String, note: String = "",
        classification: String, texts: [String], dueDay: Int32
    ) {
        self.atNs = atNs
        self.happenedNs = happenedNs
        self.by = by
        self.origin = origin
        self.note = note
        self.classification = classification
        self.texts = texts
        self.dueDay = dueDay
    }

    init?(_ reader: inout ByteReader) {
        guard let atNs = reader.number(Nanoseconds.self), let happenedNs = reader.number(Nanoseconds.self),
            let dueDay = reader.number(Int32.self), let by = reader.text(), let origin = reader.text(),
            let note = reader.text(), let classification = reader.text()
        else { return nil }
        var texts: [String] = []
        for _ in 0..<4 {
            guard let text = reader.text() else { return nil }
            texts.append(text)
        }
        self.init(
            atNs: atNs, happenedNs: happenedNs, by: by, origin: origin, note: note, classification: classification,
            texts: texts, dueDay: dueDay)
    }
}
