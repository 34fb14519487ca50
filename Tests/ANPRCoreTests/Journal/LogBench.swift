import Glibc

@testable import ANPRCore

/// A small log on a simulated disk, with a plain list beside it of everything that was put in.
final class LogBench {
    static let options: JournalOptions = {
        var options = JournalOptions()
        options.bufferBytes = 64 << 10
        options.blockBytes = 2 << 10
        options.eventBytes = 1 << 10
        options.segmentBytes = 128 << 10
        return options
    }()

    /// As small as it goes: for tests that try every byte or every call.
    static let tiny: JournalOptions = {
        var options = JournalOptions()
        options.bufferBytes = 32 << 10
        options.blockBytes = 512
        options.eventBytes = 5 * JournalLayout.eventBytesMax
        options.segmentBytes = 32 << 10
        return options
    }()

    private static let texts = [
        "1ABC234", "2-XYZ-991", "GE 1234", "AA-229-AA-LONG16", "*-*", "1\u{e9}23456789012",
    ].map { PlateText($0) }

    private let symbols = SymbolTable()
    let disk: SimulatedDisk
    let place: JournalPlace<SimulatedDisk>
    var random: Random
    var buffer: JournalBuffer!
    var committer: JournalCommitter<SimulatedDisk>!
    var appender: Appender!
    var run: UInt32 = 0
    var nowNs: Nanoseconds = 1_800_000_000 * .second
    private var sequence: UInt32 = 0

    /// What a turn put in.
    enum Item: Equatable {
        case read(Read)
        case hit(ReadID, sources: Int, mark: UInt64)
        case watched(ReadID, UInt32)
        case record(SectionRecord)
        case advanced(Nanoseconds)
    }

    /// Items, and how many of them each whole turn ended with.
    var items: [Item] = []
    var turnEnds: [Int] = [0]
    /// Of those, how many were durable at least.
    var durableItems = 0
    /// Log end after each turn, to find `durableItems`.
    var ends: [(position: UInt64, items: Int)] = []

    /// Noncopyable things cannot be optional class members of a test without a box.
    final class Appender {
        var log: JournalAppender
        init(_ log: consuming JournalAppender) { self.log = log }
    }

    init(seed: UInt64, options: JournalOptions = LogBench.options) {
        random = Random(seed: seed)
        disk = SimulatedDisk(seed: seed ^ 0xd15c)
        place = JournalPlace(
            storage: disk, folder: "data/shard-0", identity: JournalIdentity(low: 7, high: 9), shard: 0, shards: 1,
            options: options)
    }

    /// Recovers what the disk has; returns it as items.
    @discardableResult
    func start(knownDurable: UInt64 = 0) throws -> (items: [Item], end: JournalScan<SimulatedDisk>.End) {
        var found: [Item] = []
        var reads = FixedBuffer<Read>(capacity: 4096)
        var scan = try JournalScan(place, from: 0, knownDurable: knownDurable)
        let end = try scan.run { block in
            if block.header.reads > 0 || !block.header.flags.contains(.continues) && block.header.events == 0 {
                reads.removeAll()
            }
            block.reads(into: &reads, symbols: symbols)
            for i in 0..<Int(block.header.reads) { found.append(.read(reads.elements[i])) }
            let elements = reads.elements
            block.forEachEvent { _, event in
                switch event {
                // Reads in a hole: their events are passed over.
                case .hit(let hit) where hit.read < elements.count:
                    found.append(.hit(elements[hit.read].id, sources: Int(hit.sourceCount), mark: hit.mark))
                case .watched(let read, let subscription) where read < elements.count:
                    found.append(.watched(elements[read].id, subscription))
                case .record(let record): found.append(.record(record))
                default: break
                }
            }
            if block.header.advancedNs != 0 { found.append(.advanced(block.header.advancedNs)) }
        }
        let (buffer, committer) = try JournalTail(place, end).open(rings: 1)
        run = end.run + 1
        self.buffer = buffer
        self.committer = committer
        // A turn that finds no room in its midst makes the disk work.
        buffer.onWait = { [unowned self] in _ = commit() }
        appender = Appender(JournalAppender(buffer, start: end.position, run: run))
        return (found, end)
    }

    func newRead() -> Read {
        sequence += 1
        let text = Self.texts[random.below(Self.texts.count)]
        var flags: ReadFlags = []
        let (plate, skeleton) = symbols.plate(of: text)
        if plate.isNone { flags.insert(.unparseable) }
        if random.below(5) == 0 { flags.insert(.approaching) }
        let far: Nanoseconds = random.below(10) == 0 ? 50 * .hour : 0
        return Read(
            plate: plate, skeleton: skeleton, capturedNs: nowNs - far + Nanoseconds(random.below(1_000_000)),
            camera: UInt32(random.below(1 << 20)), epoch: UInt32(truncatingIfNeeded: random.next()),
            sequence: sequence, transitUs: Int32(truncatingIfNeeded: random.next()), text: text,
            country: Country(code: 0x4542), speedDecikmh: UInt16(truncatingIfNeeded: random.next()),
            lane: UInt8(truncatingIfNeeded: random.next()), confidence: UInt8(random.below(101)),
            vehicleClass: VehicleClass(code: UInt8(random.below(6))), flags: flags)
    }

    func newRecord() -> SectionRecord {
        sequence += 1
        let id = ReadID(camera: 3, epoch: 1, sequence: sequence)
        return SectionRecord(
            entryPlate: .none, exitPlate: .none, entryNs: nowNs, exitNs: nowNs + .second, creditedNs: .second,
            entry: id,
            exit: id, section: 5, creditedMm: 1000, speedMkmh: 90_000, correctedKmh: 84, limitKmh: 70,
            country: .unknown, exitCountry: .unknown, entryLane: 1, exitLane: 1, entryConfidence: 90,
            exitConfidence: 90, vehicleClass: .car, isOffence: true, review: [])
    }

    /// One turn of a shard. False when the log had no room.
    @discardableResult
    func turn(reads: Int, eventChance: Double = 0.2, recordsMax: Int = 4, isIdle: Bool = false) -> Bool {
        guard appender.log.hasRoom() else { return false }
        var items: [Item] = []
        let batch = (0..<reads).map { _ in newRead() }
        items += batch.map { .read($0) }
        batch.withUnsafeBufferPointer { appender.log.append($0) }
        for _ in 0..<random.below(recordsMax + 1) {
            let record = newRecord()
            appender.log.recorded(record)
            items.append(.record(record))
        }
        for i in 0..<reads where random.chance(eventChance) {
            if random.below(2) == 0 {
                appender.log.watched(at: i, by: 77)
                items.append(.watched(batch[i].id, 77))
            } else {
                var hit = Hit(read: batch[i])
                hit.mark = random.next()
                for entry in 0..<1 + random.below(3) {
                    hit.add(
                        HitSource(entry: UInt32(entry), list: 1, kind: .exact, priority: 3), countryDiffers: false)
                }
                appender.log.found(hit, at: i)
                items.append(.hit(batch[i].id, sources: Int(hit.sourceCount), mark: hit.mark))
            }
        }
        appender.log.endTurn(isIdle: isIdle)
        self.items += items
        turnEnds.append(self.items.count)
        // The open block ends at or behind this position once it is sealed.
        ends.append((appender.log.isSealed ? appender.log.end : .max, self.items.count))
        noteEnds()
        nowNs += .millisecond
        return true
    }

    /// What the last turn left open.
    func seal() {
        appender.log.seal()
        noteEnds()
    }

    /// Once everything is sealed, turns that were open end here.
    private func noteEnds() {
        guard appender.log.isSealed else { return }
        for i in ends.indices where ends[i].position == .max { ends[i].position = appender.log.end }
    }

    @discardableResult
    func commit() -> Bool {
        let moved = committer.turn(nowNs: nowNs)
        nowNs += .millisecond
        let durable = buffer.durable
        durableItems = max(durableItems, ends.last { $0.position <= durable }?.items ?? 0)
        return moved
    }

    /// After a crash: what was found must be what was put in, up to the end of some turn, and all that was durable.
    func problem(_ found: [Item]) -> String? {
        // Within a block reads stand before events: turns that share a block come out regrouped.
        guard found.count >= durableItems else { return "\(found.count) found, \(durableItems) were durable" }
        guard turnEnds.contains(found.count) else { return "\(found.count) is not the end of a turn" }
        let expected = items.prefix(found.count)
        func split(_ items: some Sequence<Item>) -> ([Item], [Item]) {
            var reads: [Item] = []
            var events: [Item] = []
            for item in items { if case .read = item { reads.append(item) } else { events.append(item) } }
            return (reads, events)
        }
        let (a, b) = (split(expected), split(found))
        return a.0 == b.0 && a.1 == b.1 ? nil : "the items differ"
    }

    /// Goes on from what was found: later runs are held against it.
    func forget(after found: [Item]) {
        items.removeLast(items.count - found.count)
        turnEnds = turnEnds.filter { $0 <= found.count }
        ends = ends.filter { $0.items <= found.count }
        for i in ends.indices where ends[i].position == .max { ends[i].position = 0 }
    }
}
