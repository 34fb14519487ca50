/// The correlator's rules in the plainest way: all reads at hand, one vehicle and section at a time, arrays and
/// dictionaries. The oracle of the tests, and the truth that a simulation is held against. Not for production: it
/// needs every read at once.
package enum NaiveCorrelator {
    private struct Key: Hashable {
        var skeleton: Skeleton
        var section: UInt16
    }

    private struct Trace {
        var state: Passage.State
        let plate: Plate
        /// Nil of an orphan.
        var entry: PassageEnd?
        /// First and latest read of the exit crossing.
        var exitFirstNs: Nanoseconds = 0
        var exit: PassageEnd?
        var review = ReviewReasons()
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
        let ordered = roles(of: reads, sections).sorted { SectionRead.isBefore([$0], [$1]) }
        for (order, read) in ordered.enumerated() {
            vehicles[Key(skeleton: read.plate.skeleton, section: read.section), default: []].append((order, read))
        }
        var emissions: [Emission] = []
        for (key, reads) in vehicles {
            emissions += follow(reads, key.section, settings, judge)
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
                        plate: read.plate, capturedNs: read.capturedNs, marks: ReadMarks([read]), id: read.id, head: 0,
                        section: role.section, isEntry: role.isEntry))
            }
        }
        return out
    }

    /// One skeleton on one section, from its first read to its last.
    private static func follow(
        _ reads: [(order: Int, read: SectionRead)], _ section: UInt16, _ settings: CorrelatorSettings,
        _ judge: borrowing PassageJudge
    ) -> [Emission] {
        var traces: [Trace] = []
        var emissions: [Emission] = []
        for (order, read) in reads {
            emissions += end(&traces, before: read.capturedNs, section, settings, judge)
            if read.isEntry {
                enter(read, order, &traces, settings)
            } else {
                exit(read, order, &traces, judge.credibleNs(section), settings)
            }
        }
        return emissions + end(&traces, before: .max, section, settings, judge)
    }

    private static func enter(
        _ read: SectionRead, _ order: Int, _ traces: inout [Trace], _ settings: CorrelatorSettings
    ) {
        let isSameCrossing = traces.contains {
            $0.state == .open && $0.plate == read.plate && read.capturedNs - $0.entry!.ns <= settings.crossingNs
        }
        if isSameCrossing { return }
        traces.append(Trace(state: .open, plate: read.plate, entry: PassageEnd([read]), order: order))
    }

    private static func exit(
        _ read: SectionRead, _ order: Int, _ traces: inout [Trace], _ credibleNs: Nanoseconds,
        _ settings: CorrelatorSettings
    ) {
        if let same = traces.firstIndex(where: {
            ($0.state == .closing || $0.state == .orphan) && $0.plate == read.plate
                && read.capturedNs - $0.exitFirstNs <= settings.crossingNs
        }) {
            traces[same].exit = PassageEnd([read])
            return
        }
        let candidates = traces.indices.filter {
            guard traces[$0].state == .open, traces[$0].plate == read.plate else { return false }
            let takenNs = read.capturedNs - traces[$0].entry!.ns
            return takenNs > 0 && takenNs <= credibleNs
        }
        guard let chosen = candidates.min(by: { traces[$0].entry!.ns < traces[$1].entry!.ns }) else {
            traces.append(
                Trace(
                    state: .orphan, plate: read.plate, exitFirstNs: read.capturedNs, exit: PassageEnd([read]),
                    order: order))
            return
        }
        traces[chosen].state = .closing
        traces[chosen].exitFirstNs = read.capturedNs
        traces[chosen].exit = PassageEnd([read])
        traces[chosen].exitOrder = order
        if candidates.count > 1 { traces[chosen].review.insert(.severalEntries) }
        for other in candidates.reversed() where other != chosen { traces.remove(at: other) }
    }

    /// Everything whose deadline is before an instant, in order of the deadlines.
    private static func end(
        _ traces: inout [Trace], before ns: Nanoseconds, _ section: UInt16, _ settings: CorrelatorSettings,
        _ judge: borrowing PassageJudge
    ) -> [Emission] {
        var emissions: [Emission] = []
        func deadline(_ trace: Trace) -> (Nanoseconds, Int, Int) {
            switch trace.state {
            case .closing: (trace.exitFirstNs + settings.crossingNs, 0, trace.exitOrder)
            case .orphan: (trace.exitFirstNs + settings.passageMaxNs, 1, trace.order)
            default: (trace.entry!.ns + settings.passageMaxNs, 1, trace.order)
            }
        }
        while let first = traces.indices.min(by: { deadline(traces[$0]) < deadline(traces[$1]) }),
            deadline(traces[first]).0 < ns
        {
            let (deadlineNs, kind, order) = deadline(traces[first])
            let trace = traces.remove(at: first)
            let record: SectionRecord? =
                switch trace.state {
                case .closing:
                    judge.record(
                        section: section, plate: trace.plate, exitPlate: trace.plate, entry: trace.entry!,
                        exit: trace.exit!, review: trace.review)
                case .open: lookAlike(trace, &traces, section, judge)
                default: nil
                }
            if let record {
                emissions.append(Emission(deadlineNs: deadlineNs, kind: kind, order: order, record: record))
            }
        }
        return emissions
    }

    private static func lookAlike(
        _ trace: Trace, _ traces: inout [Trace], _ section: UInt16, _ judge: borrowing PassageJudge
    ) -> SectionRecord? {
        let credibleNs = judge.credibleNs(section)
        let candidates = traces.indices.filter {
            guard traces[$0].state == .orphan, traces[$0].plate != trace.plate else { return false }
            let takenNs = traces[$0].exit!.ns - trace.entry!.ns
            return takenNs > 0 && takenNs <= credibleNs
        }
        guard let chosen = candidates.max(by: { PassageEnd.isBefore(traces[$0].exit!, traces[$1].exit!) }) else {
            return nil
        }
        let orphan = traces.remove(at: chosen)
        var review = trace.review.union(.lookAlike)
        if candidates.count > 1 { review.insert(.severalExits) }
        return judge.record(
            section: section, plate: trace.plate, exitPlate: orphan.plate, entry: trace.entry!, exit: orphan.exit!,
            review: review)
    }
}
