import ANPRCore

/// Staff that a zone lacks on a shift, by the figures of a span of days. A person decides what comes of it.
struct StaffingNeed: Equatable, Sendable {
    enum State: UInt8, CaseIterable, Sendable {
        case open = 1
        /// A draft of a vacancy was made of it.
        case accepted = 2
        case dismissed = 3
        /// Later figures ask for nobody any more.
        case lapsed = 4

        var name: String { "\(self)" }
        var next: Set<State> { self == .open ? [.accepted, .dismissed, .lapsed] : [] }
    }

    let number: UInt32
    let zone: String
    let shift: Shift
    let foundNs: Nanoseconds
    var figures: NeedFigures
    var state = State.open
    var decidedNs: Nanoseconds = 0
    var decidedBy = ""
    var cause = ""
    var vacancy: UInt32 = 0

    static func name(_ number: UInt32) -> String { "N-\(number)" }
    var name: String { Self.name(number) }
}

/// What a need was worked out from: all that is needed to do it again by hand.
struct NeedFigures: Equatable, Sendable {
    /// Local days from 1970-01-01, both included.
    var fromDay: Int
    var toDay: Int
    var hits = 0
    var followed = 0
    /// Not followed up within the norm.
    var late = 0
    /// Alerts on persons under conditions.
    var breaches = 0
    /// The norm of `toDay`.
    var hitsPerStaff: Int
    var breachesPerStaff: Int

    var days: Int { toDay - fromDay + 1 }

    /// One for each full `hitsPerStaff` late hits, or `breachesPerStaff` breaches, or a mixture of both, on an average
    /// day; rounded down once, at the end.
    var staff: Int {
        (late * breachesPerStaff + breaches * hitsPerStaff) / (days * hitsPerStaff * breachesPerStaff)
    }

    /// The same as a line for people.
    var formula: String {
        "(\(late) late hits x \(breachesPerStaff) + \(breaches) breaches x \(hitsPerStaff)) / "
            + "(\(days) days x \(hitsPerStaff) x \(breachesPerStaff)) = \(staff), rounded down"
    }
}

extension StaffingNeed: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        bytes.append(number: shift.rawValue)
        bytes.append(number: state.rawValue)
        for text in [zone, decidedBy, cause] { bytes.append(text: text) }
        bytes.append(number: foundNs)
        bytes.append(number: decidedNs)
        bytes.append(number: vacancy)
        figures.write(into: &bytes)
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self), let shift = reader.number(UInt8.self).flatMap(Shift.init),
            let state = reader.number(UInt8.self).flatMap(State.init), let zone = reader.text(),
            let decidedBy = reader.text(), let cause = reader.text(), let foundNs = reader.number(Nanoseconds.self),
            let decidedNs = reader.number(Nanoseconds.self), let vacancy = reader.number(UInt32.self),
            let figures = NeedFigures(&reader)
        else { return nil }
        self.init(
            number: number, zone: zone, shift: shift, foundNs: foundNs, figures: figures, state: state,
            decidedNs: decidedNs, decidedBy: decidedBy, cause: cause, vacancy: vacancy)
    }
}

extension NeedFigures: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: Int32(fromDay))
        bytes.append(number: Int32(toDay))
        for count in [hits, followed, late, breaches, hitsPerStaff, breachesPerStaff] {
            bytes.append(number: Int64(count))
        }
    }

    init?(_ reader: inout ByteReader) {
        guard let from = reader.number(Int32.self), let to = reader.number(Int32.self),
            let hits = reader.number(Int64.self), let followed = reader.number(Int64.self),
            let late = reader.number(Int64.self), let breaches = reader.number(Int64.self),
            let hitsPerStaff = reader.number(Int64.self), let breachesPerStaff = reader.number(Int64.self),
            from <= to, hitsPerStaff > 0, breachesPerStaff > 0
        else { return nil }
        self.init(
            fromDay: Int(from), toDay: Int(to), hits: Int(hits), followed: Int(followed), late: Int(late),
            breaches: Int(breaches), hitsPerStaff: Int(hitsPerStaff), breachesPerStaff: Int(breachesPerStaff))
    }
}
