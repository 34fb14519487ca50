/// The rules of DESIGN.md, held against what a simulation left behind, by the plainest means.
struct SimulationCheck {
    private let world: SimulatedWorld
    private var problems: [String] = []
    private var reads: [ReadID: Read] = [:]
    private var hits: [ReadID: Int] = [:]
    private var sources: [ReadID: Int] = [:]
    private var records: [SectionRecordID: SectionRecord] = [:]
    private var lagNs: Nanoseconds = 0

    init(_ world: SimulatedWorld) { self.world = world }

    mutating func run(_ result: inout SimulatedWorld.Result) throws {
        guard let daemon = world.finalDaemon else { throw SimulationProblem("no daemon was left") }
        for shard in 0..<world.roads.site.shards { try read(shard) }
        checkReads()
        try checkHits()
        checkRecords(&result)
        checkPlugin(daemon)
        checkOutside()
        checkCameras(daemon)
        result.hits = hits.count
        result.records = records.count
        result.effects = world.outside.received.count
        result.problems += problems
    }

    private mutating func complain(_ text: String) {
        if problems.count < 20 { problems.append(text) }
    }

    // MARK: The logs, from their very beginning

    private mutating func read(_ shard: Int) throws {
        guard let directory = try DataDirectory.open(world.disk, "data") else {
            throw SimulationProblem("the data directory is gone")
        }
        let symbols = SymbolTable()
        var group = FixedBuffer<Read>(capacity: Int(UInt16.max))
        var latestNs = Nanoseconds.min
        var alertedNs: [Alert: Nanoseconds] = [:]
        var scan = try JournalScan(directory.place(shard: shard), from: 0, knownDurable: 0)
        let end = try scan.run { block in
            if block.header.reads > 0 {
                group.removeAll()
                block.reads(into: &group, symbols: symbols)
                for read in group.elements {
                    note(read)
                    latestNs = max(latestNs, read.capturedNs)
                    lagNs = max(lagNs, latestNs - read.capturedNs)
                }
            }
            let elements = group.elements
            block.forEachEvent { _, event in
                switch event {
                case .hit(let hit):
                    let read = elements[hit.read]
                    hits[read.id, default: 0] += 1
                    sources[read.id] = Int(hit.sourceCount) + Int(hit.sourcesOmitted)
                    checkRepeat(hit.hit(of: read, run: block.header.run), &alertedNs)
                case .record(let record):
                    if records.updateValue(record, forKey: record.id) != nil {
                        complain("record \(record.id) is in the logs twice")
                    }
                case .watched: complain("a watched read that nobody watches")
                }
            }
            latestNs = max(latestNs, block.header.advancedNs)
        }
        if end.torn != nil { complain("shard \(shard): the log of a daemon that was stopped is torn") }
    }

    /// What an alert is remembered by.
    private struct Alert: Hashable {
        var plate: Plate
        var camera: UInt32
        var mark: UInt64
    }

    /// A hit is a repeat when one before it in the log, of the same plate, camera and mark, alerted less than the
    /// window away; whatever died in between.
    private mutating func checkRepeat(_ hit: Hit, _ alertedNs: inout [Alert: Nanoseconds]) {
        let alert = Alert(plate: hit.read.plate, camera: hit.read.camera, mark: hit.mark)
        let isRepeat =
            alertedNs[alert].map { abs(hit.read.capturedNs - $0) < world.roads.site.suppressionNs } ?? false
        if hit.flags.contains(.repeated) != isRepeat {
            complain("hit of read \(hit.read.id): \(isRepeat ? "an alert once more" : "a repeat of no alert")")
        }
        if !isRepeat { alertedNs[alert] = hit.read.capturedNs }
    }

    private mutating func note(_ read: Read) {
        if reads.updateValue(read, forKey: read.id) != nil { complain("read \(read.id) is in the journal twice") }
        guard let wire = world.sent[read.id] else { return complain("read \(read.id) was never sent") }
        if wire.text != read.text || wire.capturedNs != read.capturedNs || wire.confidence != read.confidence
            || wire.country != read.country || wire.lane != read.lane
        {
            complain("read \(read.id) is not what the camera sent")
        }
    }

    // MARK: Rules

    /// What a camera sent is in the journal once, unless the camera gave it up.
    private mutating func checkReads() {
        for id in world.sent.keys.sorted() where reads[id] == nil && !world.givenUp.contains(id) {
            complain("read \(id) is missing: acknowledged, and not in the journal")
        }
    }

    /// No hit is missed, none is there twice.
    private mutating func checkHits() throws {
        var matcher = NaiveMatcher(try NaiveEntry.entries(of: world.roads.site.lists).flatMap { $0 })
        for read in reads.values.sorted(by: { $0.id < $1.id }) {
            let expected = read.plate.isNone ? 0 : matcher.match(read.plate, atNs: read.capturedNs).count
            let found = hits[read.id] ?? 0
            if found != (expected > 0 ? 1 : 0) {
                complain("read \(read.id): \(found) hits, \(expected) sources expected")
            }
            if expected > 0, found == 1, sources[read.id] != expected {
                complain("read \(read.id): \(sources[read.id] ?? 0) sources, \(expected) expected")
            }
        }
    }

    /// Records are a function of the reads, whatever the order in which they came, within the lateness.
    private mutating func checkRecords(_ result: inout SimulatedWorld.Result) {
        guard lagNs < world.roads.site.settings.latenessNs else {
            result.isLate = true
            return
        }
        let site = world.roads.site
        let cameras = Set(site.sections.sections.flatMap { $0.entryCameras + $0.exitCameras })
        let naive = NaiveCorrelator.records(
            of: reads.values.filter {
                cameras.contains($0.camera) && !$0.plate.isNone && !$0.flags.contains(.clockSuspect)
            },
            sections: site.sections, cameras: site.cameras, settings: site.settings)
        let expected = Dictionary(uniqueKeysWithValues: naive.map { ($0.id, $0) })
        for (id, record) in expected where records[id] != record {
            complain(records[id] == nil ? "record \(id) is missing" : "record \(id) differs")
        }
        for id in records.keys where expected[id] == nil { complain("record \(id) should not be there") }
    }

    /// The plugin took each event once.
    private mutating func checkPlugin(_ daemon: SimulatedDaemon) {
        if daemon.plugin.hits != hits { complain(difference("hits", daemon.plugin.hits, hits)) }
        let once = records.mapValues { _ in 1 }
        if daemon.plugin.records != once { complain(difference("records", daemon.plugin.records, once)) }
    }

    private func difference<ID: Hashable>(_ what: String, _ taken: [ID: Int], _ logged: [ID: Int]) -> String {
        let missing = logged.keys.filter { taken[$0] == nil }.count
        let extra = taken.keys.filter { logged[$0] == nil }.count
        let often = taken.values.filter { $0 > 1 }.count
        return "the plugin's \(what): \(missing) missing, \(extra) that are not in the logs, \(often) more than once"
    }

    /// Each offence was sent, and nothing else.
    private mutating func checkOutside() {
        let offences = Set(records.values.filter(\.isOffence).map(\.id.description))
        let received = Set(world.outside.received.keys)
        if offences != received {
            complain(
                "\(offences.subtracting(received).count) fines were never sent, "
                    + "\(received.subtracting(offences).count) were sent of no offence")
        }
    }

    /// Nothing is missing in the end that was not given up.
    private mutating func checkCameras(_ daemon: SimulatedDaemon) {
        for status in daemon.status() where status.missing > 0 {
            let lost = world.givenUp.count { $0.camera == status.camera }
            if status.missing > lost {
                complain("camera \(status.camera): \(status.missing) missing, \(lost) given up")
            }
        }
    }
}
