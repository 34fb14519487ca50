/// A plugin for simulations: notes every hit and record in its ledger, and sends an effect for each offence.
final class TallyPlugin: Plugin {
    let name = "tally"
    let interests: PluginInterests = [.hits, .records]
    let stateVersion: UInt16 = 1
    /// How often each event was taken, by its identity.
    private(set) var hits: [ReadID: Int] = [:]
    private(set) var records: [SectionRecordID: Int] = [:]

    private static let hitKind: UInt16 = 1
    private static let recordKind: UInt16 = 2

    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws {
        for hit in batch.hits { events.append(Self.hitKind) { Self.write(hit.read.id, to: &$0) } }
        for record in batch.records {
            events.append(Self.recordKind) {
                $0.append(number: record.section)
                Self.write(record.entry, to: &$0)
                Self.write(record.exit, to: &$0)
            }
            // An offence is sent once, however often its record comes.
            if record.isOffence, records[record.id] == nil {
                events.send(key: record.id.description, to: "fines", [])
            }
        }
    }

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        if event.kind == Self.hitKind {
            guard let id = Self.read(&reader) else { throw SimulationProblem("a hit that is none") }
            hits[id, default: 0] += 1
        } else {
            guard let section = reader.number(UInt32.self), let entry = Self.read(&reader),
                let exit = Self.read(&reader)
            else { throw SimulationProblem("a record that is none") }
            records[SectionRecordID(section: section, entry: entry, exit: exit), default: 0] += 1
        }
    }

    func snapshot(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(hits.count))
        for (id, count) in hits {
            Self.write(id, to: &bytes)
            bytes.append(number: UInt32(count))
        }
        bytes.append(number: UInt32(records.count))
        for (id, count) in records {
            bytes.append(number: id.section)
            Self.write(id.entry, to: &bytes)
            Self.write(id.exit, to: &bytes)
            bytes.append(number: UInt32(count))
        }
    }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        var reader = ByteReader(bytes)
        func count() throws -> Int {
            guard let number = reader.number(UInt32.self) else { throw SimulationProblem("a snapshot that is none") }
            return Int(number)
        }
        for _ in 0..<(try count()) {
            guard let id = Self.read(&reader) else { throw SimulationProblem("a snapshot that is none") }
            hits[id] = try count()
        }
        for _ in 0..<(try count()) {
            guard let section = reader.number(UInt32.self), let entry = Self.read(&reader),
                let exit = Self.read(&reader)
            else { throw SimulationProblem("a snapshot that is none") }
            records[SectionRecordID(section: section, entry: entry, exit: exit)] = try count()
        }
    }

    private static func write(_ id: ReadID, to bytes: inout [UInt8]) {
        bytes.append(number: id.camera)
        bytes.append(number: id.epoch)
        bytes.append(number: id.sequence)
    }

    private static func read(_ reader: inout ByteReader) -> ReadID? {
        guard let camera = reader.number(UInt32.self), let epoch = reader.number(UInt32.self),
            let sequence = reader.number(UInt32.self)
        else { return nil }
        return ReadID(camera: camera, epoch: epoch, sequence: sequence)
    }
}

/// The world outside: keeps what it was told, by key.
final class SimulatedReceiver: EffectDelivery {
    private(set) var received: [String: Int] = [:]
    private var random: Random
    var failChance: Double

    init(seed: UInt64, failChance: Double) {
        random = Random(seed: seed)
        self.failChance = failChance
    }

    /// It may take the effect and fail to say so.
    func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
        let fails = random.chance(failChance)
        if fails, random.below(2) == 0 { throw .temporary("nobody answers") }
        received[effect.key, default: 0] += 1
        if fails { throw .temporary("no answer came back") }
        return nil
    }
}
