import ANPRCore

/// What happened to SaRA, as its ledger has it. Kinds and layouts are for years: a new layout is a new kind.
enum SaRAEvent: Equatable {
    /// Written for the first time, or changed.
    case vacancySet(Vacancy, day: Int)
    case vacancyMoved(VacancyMoved)
    case posted(UInt32, Posting)
    /// The newest versions of some vacancies; one such is on its way at a time.
    case siteSent(batch: UInt32, [UInt32])
    case siteHas(batch: UInt32)
    case applicationEntered(Application, day: Int)
    case applicationMoved(ApplicationMoved)
    /// Applications of a vacancy, in order, from a rank on.
    case ranked(vacancy: UInt32, [UInt32], first: UInt32)
    case applicationLate(UInt32)
    case applicationErased(UInt32, day: Int)
    case hitOpened(HitOpened)
    case hitsFollowed([ReadID])
    case hitsLate([ReadID])
    case breached(zone: String, day: Int, Shift)
    /// Found, or with newer figures.
    case needSet(StaffingNeed, day: Int)
    case needMoved(NeedMoved)
    /// Needs were worked out up to a day.
    case evaluated(toDay: Int)
    case pruned(beforeDay: Int)
    case siteRebuilt(UInt32)
}

struct VacancyMoved: Equatable {
    let number: UInt32
    let to: VacancyPhase
    let atNs: Nanoseconds
    let day: Int
    let by: String
}

struct ApplicationMoved: Equatable {
    let number: UInt32
    let to: ApplicationStage
    let cause: String
    let atNs: Nanoseconds
    let day: Int
    let dueNs: Nanoseconds
    let eraseNs: Nanoseconds
}

struct NeedMoved: Equatable {
    let number: UInt32
    let to: StaffingNeed.State
    let vacancy: UInt32
    let cause: String
    let by: String
    let atNs: Nanoseconds
    let day: Int
}

struct HitOpened: Equatable {
    let read: ReadID
    let zone: String
    let day: Int
    let shift: Shift
    let dueNs: Nanoseconds
    let closeNs: Nanoseconds
}

extension SaRAEvent {
    var kind: UInt16 {
        switch self {
        case .vacancySet: 1
        case .vacancyMoved: 2
        case .posted: 3
        case .siteSent: 4
        case .applicationEntered: 5
        case .applicationMoved: 6
        case .ranked: 7
        case .applicationLate: 8
        case .applicationErased: 9
        case .hitOpened: 10
        case .hitsFollowed: 11
        case .hitsLate: 12
        case .breached: 13
        case .needSet: 14
        case .needMoved: 15
        case .evaluated: 16
        case .pruned: 17
        case .siteRebuilt: 18
        case .siteHas: 19
        }
    }

    func write(into bytes: inout [UInt8]) {
        switch self {
        case .vacancySet(let vacancy, let day):
            bytes.append(number: Int32(day))
            vacancy.write(into: &bytes)
        case .vacancyMoved(let move): move.write(into: &bytes)
        case .posted(let number, let posting):
            bytes.append(number: number)
            posting.write(into: &bytes)
        case .siteSent(let batch, let numbers):
            bytes.append(number: batch)
            bytes.append(rows: numbers)
        case .applicationEntered(let application, let day):
            bytes.append(number: Int32(day))
            application.write(into: &bytes)
        case .applicationMoved(let move): move.write(into: &bytes)
        case .ranked(let vacancy, let numbers, let first):
            bytes.append(number: vacancy)
            bytes.append(number: first)
            bytes.append(rows: numbers)
        case .applicationLate(let number), .siteRebuilt(let number), .siteHas(let number):
            bytes.append(number: number)
        case .applicationErased(let number, let day):
            bytes.append(number: number)
            bytes.append(number: Int32(day))
        case .hitOpened(let hit): hit.write(into: &bytes)
        case .hitsFollowed(let reads), .hitsLate(let reads): bytes.append(rows: reads)
        case .breached(let zone, let day, let shift):
            bytes.append(text: zone)
            bytes.append(number: Int32(day))
            bytes.append(number: shift.rawValue)
        case .needSet(let need, let day):
            bytes.append(number: Int32(day))
            need.write(into: &bytes)
        case .needMoved(let move): move.write(into: &bytes)
        case .evaluated(let day), .pruned(let day): bytes.append(number: Int32(day))
        }
    }

    /// Nil when it is none of SaRA's.
    init?(_ event: LedgerEvent) {
        var reader = ByteReader(event.payload)
        let read = Self.work(event.kind, &reader) ?? Self.people(event.kind, &reader)
        guard let read, reader.isAtEnd else { return nil }
        self = read
    }

    /// Vacancies and applications.
    private static func people(_ kind: UInt16, _ reader: inout ByteReader) -> SaRAEvent? {
        switch kind {
        case 1:
            guard let day = reader.number(Int32.self), let vacancy = Vacancy(&reader) else { return nil }
            return .vacancySet(vacancy, day: Int(day))
        case 2: return VacancyMoved(&reader).map { .vacancyMoved($0) }
        case 3:
            guard let number = reader.number(UInt32.self), let posting = Posting(&reader) else { return nil }
            return .posted(number, posting)
        case 4:
            guard let batch = reader.number(UInt32.self), let numbers = reader.rows(UInt32.self) else { return nil }
            return .siteSent(batch: batch, numbers)
        case 5:
            guard let day = reader.number(Int32.self), let application = Application(&reader) else { return nil }
            return .applicationEntered(application, day: Int(day))
        case 6: return ApplicationMoved(&reader).map { .applicationMoved($0) }
        case 7:
            guard let vacancy = reader.number(UInt32.self), let first = reader.number(UInt32.self),
                let numbers = reader.rows(UInt32.self)
            else { return nil }
            return .ranked(vacancy: vacancy, numbers, first: first)
        case 8: return reader.number(UInt32.self).map { .applicationLate($0) }
        case 9:
            guard let number = reader.number(UInt32.self), let day = reader.number(Int32.self) else { return nil }
            return .applicationErased(number, day: Int(day))
        default: return nil
        }
    }

    /// Workload, needs, the site.
    private static func work(_ kind: UInt16, _ reader: inout ByteReader) -> SaRAEvent? {
        switch kind {
        case 10: return HitOpened(&reader).map { .hitOpened($0) }
        case 11: return reader.rows(ReadID.self).map { .hitsFollowed($0) }
        case 12: return reader.rows(ReadID.self).map { .hitsLate($0) }
        case 13:
            guard let zone = reader.text(), let day = reader.number(Int32.self),
                let shift = reader.number(UInt8.self).flatMap(Shift.init)
            else { return nil }
            return .breached(zone: zone, day: Int(day), shift)
        case 14:
            guard let day = reader.number(Int32.self), let need = StaffingNeed(&reader) else { return nil }
            return .needSet(need, day: Int(day))
        case 15: return NeedMoved(&reader).map { .needMoved($0) }
        case 16: return reader.number(Int32.self).map { .evaluated(toDay: Int($0)) }
        case 17: return reader.number(Int32.self).map { .pruned(beforeDay: Int($0)) }
        case 18: return reader.number(UInt32.self).map { .siteRebuilt($0) }
        case 19: return reader.number(UInt32.self).map { .siteHas(batch: $0) }
        default: return nil
        }
    }
}

extension VacancyMoved: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        bytes.append(number: to.rawValue)
        bytes.append(number: atNs)
        bytes.append(number: Int32(day))
        bytes.append(text: by)
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self), let to = reader.number(UInt8.self).flatMap(VacancyPhase.init),
            let atNs = reader.number(Nanoseconds.self), let day = reader.number(Int32.self), let by = reader.text()
        else { return nil }
        self.init(number: number, to: to, atNs: atNs, day: Int(day), by: by)
    }
}

extension ApplicationMoved: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        bytes.append(number: to.rawValue)
        bytes.append(text: cause)
        bytes.append(number: Int32(day))
        for ns in [atNs, dueNs, eraseNs] { bytes.append(number: ns) }
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self),
            let to = reader.number(UInt8.self).flatMap(ApplicationStage.init), let cause = reader.text(),
            let day = reader.number(Int32.self), let atNs = reader.number(Nanoseconds.self),
            let dueNs = reader.number(Nanoseconds.self), let eraseNs = reader.number(Nanoseconds.self)
        else { return nil }
        self.init(
            number: number, to: to, cause: cause, atNs: atNs, day: Int(day), dueNs: dueNs, eraseNs: eraseNs)
    }
}

extension NeedMoved: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        bytes.append(number: to.rawValue)
        bytes.append(number: vacancy)
        bytes.append(text: cause)
        bytes.append(text: by)
        bytes.append(number: atNs)
        bytes.append(number: Int32(day))
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self),
            let to = reader.number(UInt8.self).flatMap(StaffingNeed.State.init),
            let vacancy = reader.number(UInt32.self), let cause = reader.text(), let by = reader.text(),
            let atNs = reader.number(Nanoseconds.self), let day = reader.number(Int32.self)
        else { return nil }
        self.init(number: number, to: to, vacancy: vacancy, cause: cause, by: by, atNs: atNs, day: Int(day))
    }
}

extension HitOpened: Stored {
    func write(into bytes: inout [UInt8]) {
        read.write(into: &bytes)
        bytes.append(text: zone)
        bytes.append(number: Int32(day))
        bytes.append(number: shift.rawValue)
        bytes.append(number: dueNs)
        bytes.append(number: closeNs)
    }

    init?(_ reader: inout ByteReader) {
        guard let read = ReadID(&reader), let zone = reader.text(), let day = reader.number(Int32.self),
            let shift = reader.number(UInt8.self).flatMap(Shift.init), let dueNs = reader.number(Nanoseconds.self),
            let closeNs = reader.number(Nanoseconds.self)
        else { return nil }
        self.init(read: read, zone: zone, day: Int(day), shift: shift, dueNs: dueNs, closeNs: closeNs)
    }
}
