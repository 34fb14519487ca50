import ANPRCore

/// All that PacOs knows: seizures, exhibits with their chains, deliveries, counts. Changes by `PacOsEvent` alone.
struct CustodyRegister {
    var texts = TextTable()
    private(set) var drafts: [Draft] = []
    private(set) var seizures: [Seizure] = []
    private(set) var exhibits: [Exhibit] = []
    private(set) var entries: [CustodyEntry] = []
    private(set) var deliveries: [Delivery] = []
    private(set) var inventories: [Inventory] = []
    /// The last scans of all, for undo.
    private(set) var scans: [ScanMark] = []
    /// The serial number that is given out next.
    private(set) var nextSerial: UInt64 = 1
    private var numbers = NumberIndex()
    private var seizureByName: [UInt32: UInt32] = [:]
    private var draftByKey: [UInt32: UInt32] = [:]

    static let scansMax = 4096
    /// 32-bit places.
    static let rowsMax = Int(UInt32.max) - 1

    init() {}

    // MARK: Looking

    func exhibit(_ number: ExhibitNumber) -> Int? { numbers.place(number, exhibits) }

    /// Its place in `seizures`.
    func seizure(_ name: String) -> Int? { texts.number(name).flatMap { seizureByName[$0] }.map { Int($0) } }

    func hasDraft(_ key: String) -> Bool { texts.number(key).map { draftByKey[$0] != nil } ?? false }

    func text(_ number: UInt32) -> String { texts[number] }

    /// An exhibit's entries, the first one first.
    func chain(_ exhibit: Int) -> [CustodyEntry] {
        var chain: [CustodyEntry] = []
        var at = exhibits[exhibit].head
        for _ in 0..<exhibits[exhibit].entryCount {
            let entry = entries[Int(at)]
            chain.append(entry)
            if entry.previous == at { break }
            at = entry.previous
        }
        return chain.reversed()
    }

    /// The hash that an exhibit's next entry goes on from.
    func lastDigest(_ exhibit: Int) -> Digest { entries[Int(exhibits[exhibit].head)].digest }

    /// Exhibits that should be on a place.
    func held(at place: UInt32) -> [UInt32] {
        exhibits.indices.filter { exhibits[$0].place == place && exhibits[$0].state == .held }.map { UInt32($0) }
    }

    /// The open count of a place.
    func openInventory(at place: UInt32) -> Int? {
        inventories.lastIndex { $0.place == place && $0.isOpen }
    }

    // MARK: Taking over

    mutating func apply(_ event: PacOsEvent) throws(RegisterProblem) {
        switch event {
        case .acted(let act): try apply(act)
        case .registered(let new): try apply(new)
        case .draftOpened(let opened):
            let draft = Draft(opened) { texts.add($0) }
            draftByKey[draft.key] = UInt32(drafts.count)
            drafts.append(draft)
        case .draftDropped(let number, let by, let note):
            let draft = try row(number, drafts.count, "draft")
            guard drafts[draft].isOpen else { throw RegisterProblem("draft \(number) is \(drafts[draft].state)") }
            drafts[draft].dropped = 1
            drafts[draft].by = texts.add(by)
            drafts[draft].note = texts.add(note)
        case .seizureOpened(let new): try apply(new)
        case .seizureClosed(let number):
            let seizure = try row(number, seizures.count, "seizure")
            guard !seizures[seizure].isClosed else { throw RegisterProblem("seizure \(number) is closed") }
            seizures[seizure].closed = 1
        case .deliveryOpened(let new):
            deliveries.append(
                Delivery(
                    from: texts.add(new.from), to: texts.add(new.to), openedNs: new.atNs, openedBy: texts.add(new.by)))
        case .deliveryMoved(let moved): try apply(moved)
        case .inventoryStarted(let place, let atNs, let by):
            inventories.append(Inventory(place: texts.add(place), startedNs: atNs, by: texts.add(by)))
        case .inventoryMarked(let number, let exhibit, let isScanned):
            let inventory = try row(number, inventories.count, "inventory")
            guard exhibit < exhibits.count, inventories[inventory].isOpen,
                inventories[inventory].mark(exhibit, isScanned: isScanned)
            else { throw RegisterProblem("inventory \(number) cannot take that scan") }
        case .inventoryClosed(let number, let atNs, let missing, let unexpected):
            let inventory = try row(number, inventories.count, "inventory")
            guard inventories[inventory].isOpen else { throw RegisterProblem("inventory \(number) is closed") }
            inventories[inventory].closedNs = atNs
            inventories[inventory].missing = missing
            inventories[inventory].unexpected = unexpected
        case .scanNoted, .scanForgotten: try applyScan(event)
        }
    }

    /// Rows are numbered from 1.
    private func row(_ number: UInt32, _ count: Int, _ what: String) throws(RegisterProblem) -> Int {
        guard number >= 1, number <= count else { throw RegisterProblem("there is no \(what) \(number)") }
        return Int(number) - 1
    }

    private mutating func apply(_ new: SeizureOpened) throws(RegisterProblem) {
        let name = texts.add(new.name)
        guard seizureByName[name] == nil else { throw RegisterProblem("seizure '\(new.name)' is there") }
        if new.draft != 0 {
            let draft = try row(new.draft, drafts.count, "draft")
            guard drafts[draft].isOpen else { throw RegisterProblem("draft \(new.draft) is not open") }
            drafts[draft].seizure = UInt32(seizures.count + 1)
        }
        seizureByName[name] = UInt32(seizures.count)
        seizures.append(
            Seizure(
                new, name: name, pv: texts.add(new.pv), place: texts.add(new.place), by: texts.add(new.by)))
    }

    private mutating func apply(_ new: ExhibitRegistered) throws(RegisterProblem) {
        let seizure = try row(new.seizure, seizures.count, "seizure")
        exhibits.append(
            Exhibit(
                number: new.number, seizure: UInt32(seizure), description: texts.add(new.description),
                seal: texts.add(new.seal), place: texts.add(new.place), kind: new.kind))
        guard numbers.addLast(exhibits) else {
            exhibits.removeLast()
            throw RegisterProblem("exhibit \(new.number) is there")
        }
        seizures[seizure].exhibitCount += 1
        if new.nextSerial > 0 { nextSerial = new.nextSerial }
        append(new.entry, to: exhibits.count - 1)
    }

    private mutating func append(_ act: ChainedAct, to exhibit: Int) {
        let isFirst = exhibits[exhibit].entryCount == 0
        entries.append(
            CustodyEntry(
                atNs: act.atNs, exhibit: UInt32(exhibit),
                previous: isFirst ? UInt32(entries.count) : exhibits[exhibit].head, by: texts.add(act.by),
                subject: texts.add(act.subject), note: texts.add(act.note), actCode: UInt32(act.act.rawValue),
                digest: act.digest))
        exhibits[exhibit].head = UInt32(entries.count - 1)
        exhibits[exhibit].entryCount += 1
    }

    private mutating func apply(_ act: ChainedAct) throws(RegisterProblem) {
        guard let exhibit = exhibit(act.number) else { throw RegisterProblem("there is no exhibit \(act.number)") }
        guard let next = exhibits[exhibit].state.after(act.act) else {
            throw RegisterProblem("\(act.number) is \(exhibits[exhibit].state.name) and cannot be \(act.act.name)")
        }
        if act.act == .packed {
            guard let delivery = Delivery.number(act.subject), delivery <= deliveries.count else {
                throw RegisterProblem("there is no delivery '\(act.subject)'")
            }
            deliveries[delivery - 1].pieces.append(UInt32(exhibit))
            exhibits[exhibit].delivery = UInt32(delivery)
        }
        append(act, to: exhibit)
        let delivery = Int(exhibits[exhibit].delivery) - 1
        switch act.act {
        case .placed: exhibits[exhibit].place = texts.add(act.subject)
        case .unpacked where delivery >= 0:
            deliveries[delivery].pieces.removeAll { $0 == UInt32(exhibit) }
            exhibits[exhibit].delivery = 0
        case .received where delivery >= 0:
            exhibits[exhibit].place = deliveries[delivery].to
            exhibits[exhibit].delivery = 0
        case .refused: exhibits[exhibit].delivery = 0
        case .resealed: exhibits[exhibit].seal = texts.add(act.subject)
        default: break
        }
        exhibits[exhibit].state = next
    }

    private mutating func apply(_ moved: DeliveryMoved) throws(RegisterProblem) {
        let delivery = try row(moved.delivery, deliveries.count, "delivery")
        guard deliveries[delivery].state.mayBecome(moved.state) else {
            throw RegisterProblem("delivery \(moved.delivery) cannot be \(moved.state.name)")
        }
        deliveries[delivery].state = moved.state
        deliveries[delivery].note = texts.add(moved.note)
        if moved.state == .sent {
            deliveries[delivery].sentNs = moved.atNs
            deliveries[delivery].sentBy = texts.add(moved.by)
        } else {
            deliveries[delivery].endedNs = moved.atNs
            deliveries[delivery].endedBy = texts.add(moved.by)
        }
    }

    private mutating func applyScan(_ event: PacOsEvent) throws(RegisterProblem) {
        switch event {
        case .scanNoted(let number, let purpose, let by, let at, let formerPlace):
            guard let exhibit = exhibit(number) else { throw RegisterProblem("there is no exhibit \(number)") }
            // WHY: in halves, so that forgetting costs nothing a scan.
            if scans.count == Self.scansMax { scans.removeFirst(Self.scansMax / 2) }
            scans.append(
                ScanMark(
                    by: texts.add(by), at: texts.add(at), exhibit: UInt32(exhibit),
                    entryCount: exhibits[exhibit].entryCount, formerPlace: texts.add(formerPlace),
                    purposeCode: UInt32(purpose)))
        case .scanForgotten(let purpose, let by, let at):
            guard let mark = lastScan(by: by, purpose: purpose, at: at) else {
                throw RegisterProblem("'\(by)' has no scan to take back")
            }
            scans.remove(at: mark)
        default: break
        }
    }

    func lastScan(by: String, purpose: UInt8, at: String) -> Int? {
        guard let by = texts.number(by), let at = texts.number(at) else { return nil }
        return scans.lastIndex { $0.by == by && $0.at == at && $0.purposeCode == UInt32(purpose) }
    }
}

struct RegisterProblem: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

// MARK: As bytes

extension CustodyRegister {
    static let stateVersion: UInt16 = 1

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: nextSerial)
        texts.write(into: &bytes)
        bytes.append(column: drafts)
        bytes.append(column: seizures)
        bytes.append(column: exhibits)
        bytes.append(column: entries)
        bytes.append(column: scans)
        bytes.append(number: UInt32(deliveries.count))
        for delivery in deliveries { delivery.write(into: &bytes) }
        bytes.append(number: UInt32(inventories.count))
        for inventory in inventories { inventory.write(into: &bytes) }
    }

    /// Nil when the bytes are not what `write` wrote.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var reader = ByteReader(bytes)
        guard let nextSerial = reader.number(UInt64.self), let texts = TextTable(&reader),
            let drafts = reader.column(Draft.self), let seizures = reader.column(Seizure.self),
            let exhibits = reader.column(Exhibit.self), let entries = reader.column(CustodyEntry.self),
            let scans = reader.column(ScanMark.self), let deliveryCount = reader.number(UInt32.self)
        else { return nil }
        for _ in 0..<deliveryCount {
            guard let delivery = Delivery(&reader) else { return nil }
            deliveries.append(delivery)
        }
        guard let inventoryCount = reader.number(UInt32.self) else { return nil }
        for _ in 0..<inventoryCount {
            guard let inventory = Inventory(&reader) else { return nil }
            inventories.append(inventory)
        }
        guard reader.isAtEnd else { return nil }
        self.nextSerial = nextSerial
        self.texts = texts
        self.drafts = drafts
        self.seizures = seizures
        self.exhibits = exhibits
        self.entries = entries
        self.scans = scans
        guard isWhole, let numbers = NumberIndex(exhibits) else { return nil }
        self.numbers = numbers
        seizureByName = Dictionary(seizures.indices.map { (seizures[$0].name, UInt32($0)) }) { $1 }
        draftByKey = Dictionary(drafts.indices.map { (drafts[$0].key, UInt32($0)) }) { $1 }
        guard seizureByName.count == seizures.count else { return nil }
    }

    /// Every number that is a place is one.
    private var isWhole: Bool {
        let textCount = UInt32(texts.count)
        return exhibits.allSatisfy {
            $0.isWhole && $0.seizure < seizures.count && $0.head < entries.count && $0.delivery <= deliveries.count
                && $0.entryCount > 0 && max($0.description, $0.seal, $0.place) < textCount
        }
            && entries.allSatisfy {
                $0.exhibit < exhibits.count && $0.previous < entries.count
                    && max($0.by, $0.subject, $0.note) < textCount
            }
            && seizures.allSatisfy {
                Service(rawValue: $0.serviceCode) != nil && $0.draft <= drafts.count
                    && max($0.name, $0.pv, $0.place, $0.by) < textCount
            }
            && drafts.allSatisfy {
                max($0.key, $0.hit, $0.plate) < textCount && max($0.camera, $0.list, $0.caseNumber) < textCount
                    && max($0.reason, $0.note, $0.by) < textCount && $0.seizure <= seizures.count
            }
            && scans.allSatisfy { $0.exhibit < exhibits.count && max($0.by, $0.at, $0.formerPlace) < textCount }
            && deliveries.allSatisfy {
                $0.pieces.allSatisfy { $0 < exhibits.count } && max($0.from, $0.to) < textCount
                    && max($0.openedBy, $0.sentBy, $0.endedBy, $0.note) < textCount
            }
            && inventories.allSatisfy {
                $0.scanned.allSatisfy { $0 < exhibits.count } && max($0.place, $0.by) < textCount
            }
    }
}

extension Delivery {
    func write(into bytes: inout [UInt8]) {
        for number in [from, to, openedBy, sentBy, endedBy, note] { bytes.append(number: number) }
        for ns in [openedNs, sentNs, endedNs] { bytes.append(number: ns) }
        bytes.append(number: state.rawValue)
        bytes.append(column: pieces)
    }

    init?(_ reader: inout ByteReader) {
        guard let from = reader.number(UInt32.self), let to = reader.number(UInt32.self),
            let openedBy = reader.number(UInt32.self), let sentBy = reader.number(UInt32.self),
            let endedBy = reader.number(UInt32.self), let note = reader.number(UInt32.self),
            let openedNs = reader.number(Nanoseconds.self), let sentNs = reader.number(Nanoseconds.self),
            let endedNs = reader.number(Nanoseconds.self),
            let state = reader.number(UInt8.self).flatMap(DeliveryState.init(rawValue:)),
            let pieces = reader.column(UInt32.self)
        else { return nil }
        self.init(
            from: from, to: to, openedNs: openedNs, openedBy: openedBy, state: state, sentNs: sentNs, sentBy: sentBy,
            endedNs: endedNs, endedBy: endedBy, note: note, pieces: pieces)
    }
}

extension Inventory {
    func write(into bytes: inout [UInt8]) {
        for number in [place, by, missing, unexpected] { bytes.append(number: number) }
        for ns in [startedNs, closedNs] { bytes.append(number: ns) }
        bytes.append(column: scanned)
    }

    init?(_ reader: inout ByteReader) {
        guard let place = reader.number(UInt32.self), let by = reader.number(UInt32.self),
            let missing = reader.number(UInt32.self), let unexpected = reader.number(UInt32.self),
            let startedNs = reader.number(Nanoseconds.self), let closedNs = reader.number(Nanoseconds.self),
            let scanned = reader.column(UInt32.self)
        else { return nil }
        self.init(
            place: place, startedNs: startedNs, by: by, closedNs: closedNs, scanned: scanned, missing: missing,
            unexpected: unexpected)
    }
}
