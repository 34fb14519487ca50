/// The correlator's rules in the plainest way: all reads at hand, one vehicle and section at a time, arrays and
/// dictionaries. The oracle of the tests, and the truth that a simulation is held against. Not for production: it
/// needs every read at once.
package enum NaiveCorrelator {
    private struct Key: Hashable {
        var skeleton: Skeleton
        var section: UInt16
    }

    private struct Trace {
        var passage: Passage
        /// The first read: its place in the one order breaks ties between deadlines.
        var order: Int
        var exitOrder = 0
    }

    private struct Emission {
        var deadlineNs: Nanoseconds
        /// 0: a closed passage; 1: a look-alike pair at the end of the wait.
        var kind: Int
        var order: Int
        var record: SectionRecord
    }

    /// Every record of a set of reads, in the order in which a correlator gives them. No read is late here.
    package static func records(
        of reads: [Read], sections: SectionRegistry, cameras: CameraRegistry, settings: CorrelatorSettings
    ) -> [SectionRecord] {
        let judge = PassageJudge(sections, cameras: cameras, settings: settings)
        var vehicles: [Key: [(order: Int, read: SectionRead)]] = [:]
        let ordered = roles(of: reads, sections).sorted(by: SectionRead.isBefore)
        for (order, read) in ordered.enumerated() {
            vehicles[Key(skeleton: read.skeleton, section: read.section), default: []].append((order, read))
        }
        var emissions: [Emission] = []
        for (key, reads) in vehicles {
            emissions += follow(reads, credibleNs: judge.credibleNs(key.section), settings, judge)
        }
        emissions.sort { ($0.deadlineNs, $0.kind, $0.order) < ($1.deadlineNs, $1.kind, $1.order) }
        return emissions.map(\.record)
    }

    /// Each fit read once for each role of its camera.
    private static func roles(of reads: [Read], _ sections: SectionRegistry) -> [SectionRead] {
        var roles: [UInt32: [(section: UInt16, isEntry: Bool)]] = [:]
        for (i, section) in sections.sections.enumerated() {
            for id in section.entryCameras { roles[id, default: []].append((UInt16(i), true)) }
            for id in section.exitCameras { roles[id, default: []].append((UInt16(i), false)) }
        }
        var out: [SectionRead] = []
        for read in reads where !read.flags.contains(.unparseable) && !read.flags.contains(.clockSuspect) {
            for role in roles[read.camera] ?? [] {
                out.append(
                    SectionRead(
                        plate: read.plate, skeleton: read.skeleton, capturedNs: read.capturedNs, id: read.id,
                        section: role.section, isEntry: role.isEntry, lane: read.lane, country: read.country,
                        confidence: read.confidence, vehicleClass: read.vehicleClass))
            }
        }
        return out
    }

    /// One skeleton on one section, from its first read to its last.
    private static func follow(
        _ reads: [(order: Int, read: SectionRead)], credibleNs: Nanoseconds, _ settings: CorrelatorSettings,
        _ judge: borrowing PassageJudge
    ) -> [Emission] {
        var traces: [Trace] = []
        var emissions: [Emission] = []
        for (order, read) in reads {
            emissions += end(&traces, before: read.capturedNs, credibleNs, settings, judge)
            if read.isEntry {
                enter(read, order, &traces, settings)
            } else {
                exit(read, order, &traces, credibleNs, settings)
            }
        }
        return emissions + end(&traces, before: .max, credibleNs, settings, judge)
    }

    private static func enter(
        _ read: SectionRead, _ order: Int, _ traces: inout [Trace], _ settings: CorrelatorSettings
    ) {
        let isSameCrossing = traces.contains {
            $0.passage.state == .open && $0.passage.plate == read.plate
                && read.capturedNs - $0.passage.entryNs <= settings.crossingNs
        }
        if isSameCrossing { return }
        var passage = Passage()
        passage.state = .open
        passage.plate = read.plate
        passage.skeleton = read.skeleton
        passage.section = read.section
        passage.setEntry(read)
        traces.append(Trace(passage: passage, order: order))
    }

    private static func exit(
        _ read: SectionRead, _ order: Int, _ traces: inout [Trace], _ credibleNs: Nanoseconds,
        _ settings: CorrelatorSettings
    ) {
        if let same = traces.firstIndex(where: {
            ($0.passage.state == .closing || $0.passage.state == .orphan) && $0.passage.plate == read.plate
                && read.capturedNs - $0.passage.exitFirstNs <= settings.crossingNs
        }) {
            traces[same].passage.setExit(read)
            return
        }
        let candidates = traces.indices.filter {
            let takenNs = read.capturedNs - traces[$0].passage.entryNs
            return traces[$0].passage.state == .open && traces[$0].passage.plate == read.plate && takenNs > 0
                && takenNs <= credibleNs
        }
        guard let chosen = candidates.min(by: { traces[$0].passage.entryNs < traces[$1].passage.entryNs }) else {
            var passage = Passage()
            passage.state = .orphan
            passage.plate = read.plate
            passage.skeleton = read.skeleton
            passage.section = read.section
            passage.exitFirstNs = read.capturedNs
            passage.setExit(read)
            traces.append(Trace(passage: passage, order: order))
            return
        }
        traces[chosen].passage.state = .closing
        traces[chosen].passage.exitFirstNs = read.capturedNs
        traces[chosen].passage.setExit(read)
        traces[chosen].exitOrder = order
        if candidates.count > 1 { traces[chosen].passage.review.insert(.severalEntries) }
        for other in candidates.reversed() where other != chosen { traces.remove(at: other) }
    }

    /// Everything whose deadline is before an instant, in order of the deadlines.
    private static func end(
        _ traces: inout [Trace], before ns: Nanoseconds, _ credibleNs: Nanoseconds, _ settings: CorrelatorSettings,
        _ judge: borrowing PassageJudge
    ) -> [Emission] {
        var emissions: [Emission] = []
        func deadline(_ trace: Trace) -> (Nanoseconds, Int, Int) {
            switch trace.passage.state {
            case .closing: (trace.passage.exitFirstNs + settings.crossingNs, 0, trace.exitOrder)
            case .orphan: (trace.passage.exitFirstNs + settings.passageMaxNs, 1, trace.order)
            default: (trace.passage.entryNs + settings.passageMaxNs, 1, trace.order)
            }
        }
        while let first = traces.indices.min(by: { deadline(traces[$0]) < deadline(traces[$1]) }),
            deadline(traces[first]).0 < ns
        {
            let (deadlineNs, kind, order) = deadline(traces[first])
            let trace = traces.remove(at: first)
            switch trace.passage.state {
            case .closing:
                let record = judge.record(of: trace.passage, exitPlate: trace.passage.plate)
                emissions.append(Emission(deadlineNs: deadlineNs, kind: kind, order: order, record: record))
            case .open:
                if let record = lookAlike(trace.passage, &traces, credibleNs, judge) {
                    emissions.append(Emission(deadlineNs: deadlineNs, kind: kind, order: order, record: record))
                }
            default: break
            }
        }
        return emissions
    }

    private static func lookAlike(
        _ entry: Passage, _ traces: inout [Trace], _ credibleNs: Nanoseconds, _ judge: borrowing PassageJudge
    ) -> SectionRecord? {
        let candidates = traces.indices.filter {
            let takenNs = traces[$0].passage.exitNs - entry.entryNs
            return traces[$0].passage.state == .orphan && traces[$0].passage.plate != entry.plate && takenNs > 0
                && takenNs <= credibleNs
        }
        guard let chosen = candidates.max(by: { traces[$0].passage.isExitBefore(traces[$1].passage) }) else {
            return nil
        }
        let orphan = traces.remove(at: chosen).passage
        var passage = entry
        passage.takeExit(of: orphan)
        passage.review.insert(.lookAlike)
        if candidates.count > 1 { passage.review.insert(.severalExits) }
        return judge.record(of: passage, exitPlate: orphan.plate)
    }
}
