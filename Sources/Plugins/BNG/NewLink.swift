import ANPRCore

/// A link, as it is written down.
struct NewLink: Equatable {
    let atNs: Nanoseconds
    let a: UInt32
    let b: UInt32
    let role: String
    let by: String
    let note: String
    /// Until when its two records are kept at least.
    let dueDayOfA: Int32
    let dueDayOfB: Int32

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: atNs)
        bytes.append(number: a)
        bytes.append(number: b)
        bytes.append(number: dueDayOfA)
        bytes.append(number: dueDayOfB)
        for text in [role, by, note] { bytes.append(text: text) }
    }

    init(
        atNs: Nanoseconds, a: UInt32, b: UInt32, role: String, by: String, note: String = "", dueDayOfA: Int32,
        dueDayOfB: Int32
    ) {
        self.atNs = atNs
        self.a = a
        self.b = b
        self.role = role
        self.by = by
        self.note = note
        self.dueDayOfA = dueDayOfA
        self.dueDayOfB = dueDayOfB
    }

    init?(_ reader: inout ByteReader) {
        guard let atNs = reader.number(Nanoseconds.self), let a = reader.number(UInt32.self),
            let b = reader.number(UInt32.self), let dueDayOfA = reader.number(Int32.self),
            let dueDayOfB = reader.number(Int32.self), let role = reader.text(), let by = reader.text(),
            let note = reader.text()
        else { return nil }
        self.init(
            atNs: atNs, a: a, b: b, role: role, by: by, note: note, dueDayOfA: dueDayOfA, dueDayOfB: dueDayOfB)
    }
}
