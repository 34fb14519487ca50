import ANPRCore

/// The state: records, their versions, links between them and exchanges about them, as flat columns. Changed by
/// `BNGEvent`s alone. Nothing is overwritten: a change is a version, and a link ends. Only `erased` takes away.
struct Register {
    private(set) var records = FlatColumn<Record>()
    private(set) var versions = FlatColumn<Version>()
    private(set) var links = FlatColumn<Link>()
    private(set) var exchanges = FlatColumn<Exchange>()
    private(set) var texts = TextTable()
    private(set) var names = NameIndex()

    // What follows from these.
    private var keys = SlotIndex()
    private var dueDays = DueDays()
    /// Exchanges that wait for an instant.
    private var waiting: Set<UInt32> = []
    /// Of the vehicles that there are or were.
    private(set) var countries: Set<String> = []
    private(set) var counts = RegisterCounts()

    init() {}

    // MARK: Looking

    func text(_ number: UInt32) -> String { texts[number] }

    /// The record of a category that a key identifies.
    func record(_ category: RecordCategory, key: String) -> UInt32? {
        guard !key.isEmpty, let number = texts.number(key) else { return nil }
        return keys.find(Self.keyHash(category, number)) {
            records[$0].key == number && records[$0].categoryCode == category.rawValue
        }
    }

    private static func keyHash(_ category: RecordCategory, _ text: UInt32) -> UInt64 {
        SlotIndex.spread(UInt64(category.rawValue) << 32 | UInt64(text))
    }

    func key(of record: UInt32) -> String { texts[records[record].key] }

    /// One of a version's four texts.
    func text(_ index: Int, of version: Version) -> String {
        let number = version.texts[index]
        return isName(index, record: version.record) ? names[number] : texts[number]
    }

    private func isName(_ index: Int, record: UInt32) -> Bool { index < 2 && records[record].category == .person }

    func texts(of version: Version) -> [String] { (0..<4).map { text($0, of: version) } }

    /// The latest version first.
    func forEachVersion(of record: UInt32, _ body: (UInt32, Version) -> Void) {
        var number = records[record].head
        while number != 0 {
            body(number, versions[number])
            number = versions[number].previous
        }
    }

    /// One of a record's versions, counted from 1.
    func version(_ count: UInt32, of record: UInt32) -> Version? {
        var number = records[record].head
        var left = records[record].versions
        guard count >= 1, count <= left else { return nil }
        while left > count {
            number = versions[number].previous
            left -= 1
        }
        return versions[number]
    }

    /// The latest link first, until `body` says false.
    func forEachLink(of record: UInt32, _ body: (UInt32, Link) -> Bool) {
        var number = records[record].firstLink
        while number != 0 {
            let link = links[number]
            guard body(number, link) else { return }
            number = link.next(of: record)
        }
    }

    /// Whether a link holds between two records in a role. Looks along both chains, so the shorter one ends it.
    func isLinked(_ a: UInt32, _ b: UInt32, role: String) -> Bool {
        guard let role = texts.number(role) else { return false }
        var (atA, atB) = (records[a].firstLink, records[b].firstLink)
        while atA != 0, atB != 0 {
            for link in [links[atA], links[atB]] where link.a == a && link.b == b && link.role == role && link.holds {
                return true
            }
            (atA, atB) = (links[atA].next(of: a), links[atB].next(of: b))
        }
        return false
    }

    func exchange(of record: UInt32) -> Exchange? {
        let number = records[record].exchange
        return number == 0 ? nil : exchanges[number]
    }

    /// Exchanges whose instant has come, at most so many, the longest waiting first.
    func waitingExchanges(_ nowNs: Nanoseconds, max: Int) -> [UInt32] {
        Array(
            waiting.filter { exchanges[$0].waitNs <= nowNs }
                .sorted { (exchanges[$0].waitNs, $0) < (exchanges[$1].waitNs, $1) }.prefix(max))
    }

    /// Records whose time is over.
    mutating func due(_ today: Int32, max: Int) -> [UInt32] {
        let records = records
        return dueDays.due(today, max: max) { records[$0].state == .erased ? nil : records[$0].dueDay }
    }

    var memoryBytes: Int {
        records.byteCount + versions.byteCount + links.byteCount + exchanges.byteCount + texts.memoryBytes
            + names.memoryBytes + keys.byteCount + dueDays.memoryBytes
    }

    // MARK: Events

    mutating func apply(_ event: BNGEvent) throws(RegisterProblem) {
        switch event {
        case .recorded(let number, let category, let key, let version):
            try record(number, category, key, version)
        case .versioned(let number, let version):
            let record = try live(number)
            wake(number, dueDay: record.state == .archived ? version.dueDay : max(record.dueDay, version.dueDay))
            append(version, to: number)
        case .linked(let link): try append(link)
        case .linkEnded(let number, let atNs, let by, let note):
            guard links.has(number), links[number].holds else {
                throw RegisterProblem("there is no link \(number) that holds")
            }
            links[number].endedNs = atNs
            links[number].endedBy = texts.add(by)
            links[number].endNote = texts.add(note)
            counts.linksHeld -= 1
        case .archived(let number, let dueDay):
            let record = try live(number)
            guard record.state == .active else { throw RegisterProblem("record \(number) is archived") }
            records[number].stateCode = RecordState.archived.rawValue
            records[number].dueDay = dueDay
            counts.archived += 1
            dueDays.add(number, day: dueDay)
        case .erased(let number): try erase(number)
        case .exchanged(let step): try move(step)
        case .asked(let number, let waitNs):
            let record = try live(number)
            guard record.exchange != 0 else { throw RegisterProblem("record \(number) has no exchange") }
            exchanges[record.exchange].asks += 1
            wait(record.exchange, until: waitNs)
        }
    }

    private func live(_ number: UInt32) throws(RegisterProblem) -> Record {
        guard records.has(number), records[number].state != .erased else {
            throw RegisterProblem("there is no record \(number)")
        }
        return records[number]
    }

    private mutating func record(
        _ number: UInt32, _ category: RecordCategory, _ key: String, _ version: NewVersion
    ) throws(RegisterProblem) {
        guard number == records.count + 1 else { throw RegisterProblem("record \(number) is not the next one") }
        guard record(category, key: key) == nil else { throw RegisterProblem("\(category) '\(key)' is there") }
        let text = texts.add(key)
        records.append(Record(category, key: text, dueDay: version.dueDay))
        if text != 0 { keys.insert(number, hash: Self.keyHash(category, text)) }
        if category == .vehicle { countries.insert(VehicleKey.country(key)) }
        dueDays.add(number, day: version.dueDay)
        counts[category] += 1
        append(version, to: number)
    }

    private mutating func append(_ new: NewVersion, to record: UInt32) {
        var numbers = InlineArray<4, UInt32>(repeating: 0)
        for index in 0..<4 {
            numbers[index] =
                isName(index, record: record) ? names.add(new.texts[index]) : texts.add(new.texts[index])
        }
        let number = versions.append(
            Version(
                atNs: new.atNs, happenedNs: new.happenedNs, record: record, previous: records[record].head,
                by: texts.add(new.by), origin: texts.add(new.origin), note: texts.add(new.note),
                classification: texts.add(new.classification), texts: numbers))
        if records[record].category == .person { names.note(family: numbers[0], version: number) }
        records[record].head = number
        records[record].versions += 1
    }

    /// Something new about it: it is kept until then, and an archived one is active again.
    private mutating func wake(_ number: UInt32, dueDay: Int32) {
        if records[number].state == .archived {
            records[number].stateCode = RecordState.active.rawValue
            counts.archived -= 1
            dueDays.add(number, day: dueDay)
        }
        records[number].dueDay = dueDay
    }

    private mutating func append(_ new: NewLink) throws(RegisterProblem) {
        let (a, b) = (try live(new.a), try live(new.b))
        guard new.a != new.b else { throw RegisterProblem("record \(new.a) would be linked to itself") }
        wake(new.a, dueDay: a.state == .archived ? new.dueDayOfA : max(a.dueDay, new.dueDayOfA))
        wake(new.b, dueDay: b.state == .archived ? new.dueDayOfB : max(b.dueDay, new.dueDayOfB))
        let number = links.append(
            Link(
                atNs: new.atNs, a: new.a, b: new.b, nextOfA: a.firstLink, nextOfB: b.firstLink,
                role: texts.add(new.role), by: texts.add(new.by), note: texts.add(new.note)))
        records[new.a].firstLink = number
        records[new.b].firstLink = number
        counts.linksHeld += 1
    }

    // MARK: Exchange

    private mutating func move(_ move: BNGEvent.Move) throws(RegisterProblem) {
        let record = try live(move.record)
        guard record.category == .pv, move.version >= 1, move.version <= record.versions else {
            throw RegisterProblem("record \(move.record) has no version \(move.version) to be sent")
        }
        guard record.exchange != 0 else {
            guard ExchangePhase.first.contains(move.to) else {
                throw RegisterProblem("an exchange cannot begin as \(move.to.name)")
            }
            records[move.record].exchange = exchanges.append(
                Exchange(
                    firstNs: move.atNs, waitNs: .max, record: move.record, version: move.version, phase: move.to))
            counts[move.to] += 1
            return wait(records[move.record].exchange, until: move.waitNs)
        }
        let from = exchanges[record.exchange].phase
        guard from.next.contains(move.to) else {
            throw RegisterProblem("the exchange of \(move.record) cannot go from \(from.name) to \(move.to.name)")
        }
        counts[from] -= 1
        counts[move.to] += 1
        exchanges[record.exchange].phaseCode = UInt32(move.to.rawValue)
        exchanges[record.exchange].version = move.version
        texts.release(exchanges[record.exchange].cause)
        exchanges[record.exchange].cause = texts.add(move.cause)
        wait(record.exchange, until: move.waitNs)
    }

    private mutating func wait(_ exchange: UInt32, until ns: Nanoseconds) {
        exchanges[exchange].waitNs = ns
        if ns == .max { waiting.remove(exchange) } else { waiting.insert(exchange) }
    }

    // MARK: Erasure

    /// Leaves the record's number, category and versions' times, and that its links were there.
    private mutating func erase(_ number: UInt32) throws(RegisterProblem) {
        let record = try live(number)
        var version = record.head
        while version != 0 {
            wipe(version, record.category)
            version = versions[version].previous
        }
        var link = record.firstLink
        while link != 0 {
            wipe(link: link)
            link = links[link].next(of: number)
        }
        if record.key != 0 { keys.remove(number, hash: Self.keyHash(record.category, record.key)) }
        texts.release(record.key)
        if record.exchange != 0 { wait(record.exchange, until: .max) }
        records[number].key = 0
        records[number].stateCode = RecordState.erased.rawValue
        counts[record.category] -= 1
        counts.erased += 1
        if record.state == .archived { counts.archived -= 1 }
    }

    /// Of a fact its kind stays: the yearly figures are counted by it.
    private mutating func wipe(_ number: UInt32, _ category: RecordCategory) {
        let row = versions[number]
        var left = InlineArray<4, UInt32>(repeating: 0)
        for text in [row.by, row.origin, row.note, row.classification] { texts.release(text) }
        for index in 0..<4 {
            switch (category, index) {
            case (.person, 0): names.forget(family: row.texts[0])
            case (.person, 1): names.release(row.texts[1])
            case (.fact, 0): left[0] = row.texts[0]
            default: texts.release(row.texts[index])
            }
        }
        versions[number].happenedNs = 0
        (versions[number].by, versions[number].origin, versions[number].note) = (0, 0, 0)
        versions[number].classification = 0
        versions[number].texts = left
        versions[number].isErased = 1
    }

    private mutating func wipe(link number: UInt32) {
        let row = links[number]
        guard row.isErased == 0 else { return }
        if row.holds { counts.linksHeld -= 1 }
        for text in [row.role, row.by, row.note, row.endedBy, row.endNote] { texts.release(text) }
        (links[number].role, links[number].by, links[number].note) = (0, 0, 0)
        (links[number].endedBy, links[number].endNote) = (0, 0)
        links[number].isErased = 1
    }
}

struct RegisterProblem: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

// MARK: As bytes

extension Register {
    static let stateVersion: UInt16 = 1

    func write(into bytes: inout [UInt8]) {
        bytes.reserveCapacity(
            bytes.count + records.writtenBytes + versions.writtenBytes + links.writtenBytes + exchanges.writtenBytes
                + texts.writtenBytes + names.writtenBytes)
        records.write(into: &bytes)
        versions.write(into: &bytes)
        links.write(into: &bytes)
        exchanges.write(into: &bytes)
        texts.write(into: &bytes)
        names.write(into: &bytes)
    }

    /// Nil when the bytes are not what `write` wrote.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        guard let records = FlatColumn<Record>(&reader), let versions = FlatColumn<Version>(&reader),
            let links = FlatColumn<Link>(&reader), let exchanges = FlatColumn<Exchange>(&reader),
            let texts = TextTable(&reader), let names = NameIndex(&reader), reader.isAtEnd
        else { return nil }
        self.records = records
        self.versions = versions
        self.links = links
        self.exchanges = exchanges
        self.texts = texts
        self.names = names
        keys = SlotIndex(expected: records.count)
        guard indexRecords(), indexVersions(), indexLinks(), indexExchanges() else { return nil }
    }

    private mutating func indexRecords() -> Bool {
        for place in 0..<records.count {
            let (number, row) = (UInt32(place + 1), records[place])
            guard row.isWhole, texts.has(row.key), versions.has(row.head), row.firstLink <= links.count,
                row.exchange <= exchanges.count
            else { return false }
            guard row.state != .erased else {
                counts.erased += 1
                continue
            }
            counts[row.category] += 1
            if row.state == .archived { counts.archived += 1 }
            if row.key != 0 { keys.insert(number, hash: Self.keyHash(row.category, row.key)) }
            if row.category == .vehicle { countries.insert(VehicleKey.country(texts[row.key])) }
            dueDays.add(number, day: row.dueDay)
        }
        return true
    }

    private mutating func indexVersions() -> Bool {
        for place in 0..<versions.count {
            let (number, row) = (UInt32(place + 1), versions[place])
            guard records.has(row.record), row.previous < number,
                texts.has(max(row.by, row.origin, row.note, row.classification))
            else { return false }
            let isPerson = records[row.record].category == .person
            for index in 0..<4 {
                let isThere = isPerson && index < 2 ? names.names.has(row.texts[index]) : texts.has(row.texts[index])
                guard isThere else { return false }
            }
            if isPerson, row.isErased == 0 { names.noteAgain(family: row.texts[0], version: number) }
        }
        return true
    }

    private mutating func indexLinks() -> Bool {
        for place in 0..<links.count {
            let (number, row) = (UInt32(place + 1), links[place])
            guard records.has(row.a), records.has(row.b), row.nextOfA < number, row.nextOfB < number,
                texts.has(max(row.role, row.by, row.note, row.endedBy, row.endNote))
            else { return false }
            if row.holds { counts.linksHeld += 1 }
        }
        return true
    }

    private mutating func indexExchanges() -> Bool {
        for place in 0..<exchanges.count {
            let row = exchanges[place]
            guard row.isWhole, records.has(row.record), texts.has(row.cause) else { return false }
            counts[row.phase] += 1
            if row.waitNs != .max { waiting.insert(UInt32(place + 1)) }
        }
        return true
    }
}
