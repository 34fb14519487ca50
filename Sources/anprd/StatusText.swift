import ANPRCore

/// An engine's status as a line, a report, or JSON.
enum StatusText {
    /// One line, with rates since the status before.
    static func line(_ now: EngineStatus, since before: EngineStatus) -> String {
        let seconds = max(1e-3, Double(now.upNs - before.upNs) * 1e-9)
        func rate(_ a: Int, _ b: Int) -> String { short(Double(a - b) / seconds) + "/s" }
        var text = "up \(now.upNs / .second) s  reads \(short(Double(now.reads))) (\(rate(now.reads, before.reads)))"
        text += "  hits \(Console.grouped(now.hits - now.hitsRepeated))  records \(Console.grouped(now.records))"
        text += "  offences \(Console.grouped(now.offences))"
        if now.refusedFrames > 0 { text += "  refused \(Console.grouped(now.refusedFrames))" }
        if now.kernelDrops > 0 { text += "  KERNEL DROPS \(Console.grouped(now.kernelDrops))" }
        if now.missingReads > 0 { text += "  missing \(Console.grouped(now.missingReads))" }
        if let journal = now.journal {
            text += "  commits \(Console.grouped(journal.commits))"
            if journal.stalled > 0 { text += "  JOURNAL STALLED (\(journal.problem ?? "no reason known"))" }
            if let problem = journal.keeperProblem { text += "  JOURNAL: \(problem)" }
        }
        for plugin in now.plugins where plugin.lagBytes >= lagShownBytes {
            text += "  \(plugin.name) lag \(short(Double(plugin.lagBytes)))B"
        }
        for plugin in now.plugins where plugin.dropped > 0 { text += "  \(plugin.name) DROPPED \(plugin.dropped)" }
        for plugin in now.plugins where plugin.failure != nil { text += "  \(plugin.name) FAILS" }
        for plugin in now.plugins where plugin.host?.deliveryProblem != nil { text += "  \(plugin.name) TRIES AGAIN" }
        for plugin in now.plugins {
            if let dead = plugin.host?.dead, dead > 0 { text += "  \(plugin.name) DEAD LETTERS \(dead)" }
        }
        return text
    }

    /// Log bytes that a plugin may be behind without a word: what a commit or two hold.
    private static let lagShownBytes = 16 << 20

    static func short(_ value: Double) -> String {
        switch value {
        case 1e9...: decimal(value / 1e9) + " G"
        case 1e6...: decimal(value / 1e6) + " M"
        case 1e4...: decimal(value / 1e3) + " k"
        default: String(Int(value))
        }
    }

    private static func decimal(_ value: Double) -> String {
        let tenths = Int(value * 10)
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// Every count, in rows of name and value.
    static func rows(_ status: EngineStatus) -> [(String, Int)] {
        var rows: [(String, Int)] = [
            ("frames", status.frames), ("frames refused", status.refusedFrames),
        ]
        rows += status.refused.filter { $0.value > 0 }.map { ("  \($0.name)", $0.value) }
        rows += [
            ("reads", status.reads), ("  duplicate", status.duplicateReads), ("  missing", status.missingReads),
            ("  unparseable", status.unparseableReads), ("  clock suspect", status.clockSuspectReads),
            ("kernel drops", status.kernelDrops), ("ring waits", status.ringWaits),
            ("cameras heard", status.camerasHeard), ("matched", status.matched), ("hits", status.hits),
        ]
        rows += status.hitsByKind.map { ("  \($0.name)", $0.value) }
        rows += [
            ("  repeats", status.hitsRepeated), ("section records", status.records), ("  offences", status.offences),
            ("  for a human", status.recordsForReview), ("late reads", status.lateReads),
            ("lost exits", status.lostExits), ("orphan exits", status.orphanExits),
            ("list entries", status.blacklistEntries),
        ]
        if let journal = status.journal { rows += self.rows(journal) }
        for plugin in status.plugins {
            rows.append(("plugin \(plugin.name): events", plugin.handled))
            if plugin.dropped > 0 { rows.append(("  dropped", plugin.dropped)) }
            if plugin.lagBytes > 0 { rows.append(("  lag, bytes of the journal", plugin.lagBytes)) }
            if plugin.expiredBytes > 0 { rows.append(("  EXPIRED, bytes of the journal", plugin.expiredBytes)) }
            rows += plugin.counters.map { ("  \($0.name)", $0.value) }
        }
        return rows
    }

    private static func rows(_ journal: JournalStatus) -> [(String, Int)] {
        [
            ("journal commits", journal.commits), ("  bytes written", journal.writtenBytes),
            ("  failures", journal.failures), ("  logs stalled", journal.stalled),
            ("  acknowledgements", journal.acknowledgements), ("  reads asked for again", journal.askedReads),
            ("  checkpoints", journal.checkpoints), ("  segments deleted", journal.deletedSegments),
        ]
    }

    static func report(_ status: EngineStatus) -> String {
        let rows = rows(status)
        let width = rows.map(\.0.count).max()! + 2
        var text = rows.map { Console.padded($0.0, width) + Console.padded(Console.grouped($0.1), 16, right: true) }
        if let problem = status.journal?.problem { text.append("journal STALLED: \(problem)") }
        if let problem = status.journal?.keeperProblem { text.append("journal: \(problem)") }
        for plugin in status.plugins {
            if let failure = plugin.failure { text.append("plugin \(plugin.name) FAILED: \(failure)") }
            if let problem = plugin.host?.deliveryProblem {
                text.append("plugin \(plugin.name) delivers again at the next start: \(problem)")
            }
        }
        return text.joined(separator: "\n")
    }

    /// One JSON object; `event` says what it is.
    static func json(_ status: EngineStatus, event: String) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("event", event)
        line.field("up_ns", status.upNs)
        ingest(status, into: &line)
        line.field("matched", status.matched)
        line.field("hits", status.hits)
        for kind in status.hitsByKind { field(&line, "hits_" + kind.name, kind.value) }
        line.field("hits_repeated", status.hitsRepeated)
        line.field("hit_sources", status.hitSources)
        line.field("watched_reads", status.watchedReads)
        line.field("records", status.records)
        line.field("offences", status.offences)
        line.field("records_for_review", status.recordsForReview)
        line.field("skipped_reads", status.skippedReads)
        line.field("late_reads", status.lateReads)
        line.field("lost_exits", status.lostExits)
        line.field("orphan_exits", status.orphanExits)
        line.field("pending_reads", status.pendingReads)
        line.field("open_passages", status.openPassages)
        line.field("evicted_passages", status.evictedPassages)
        line.field("duplicates_merged", status.duplicatesMerged)
        line.field("list_entries", status.blacklistEntries)
        line.field("list_bytes", status.blacklistBytes)
        if let journal = status.journal { write(journal, into: &line) }
        plugins(status, into: &line)
        line.end(newline: true)
        return line
    }

    private static func ingest(_ status: EngineStatus, into line: inout JSONLine) {
        line.field("receives", status.receives)
        line.field("frames", status.frames)
        line.field("bytes", status.bytes)
        line.field("frames_refused", status.refusedFrames)
        line.key("refused")
        line.begin()
        for cause in status.refused { field(&line, cause.name, cause.value) }
        line.end()
        line.field("reads", status.reads)
        line.field("duplicate_reads", status.duplicateReads)
        line.field("missing_reads", status.missingReads)
        line.field("unparseable_reads", status.unparseableReads)
        line.field("clock_suspect_reads", status.clockSuspectReads)
        line.field("odd_field_reads", status.oddFieldReads)
        line.field("kernel_drops", status.kernelDrops)
        line.field("truncated", status.truncated)
        line.field("receive_errors", status.receiveErrors)
        line.field("ring_waits", status.ringWaits)
        line.field("cameras_known", status.camerasKnown)
        line.field("cameras_heard", status.camerasHeard)
    }

    private static func write(_ journal: JournalStatus, into line: inout JSONLine) {
        line.key("journal")
        line.begin()
        line.field("commits", journal.commits)
        line.field("written_bytes", journal.writtenBytes)
        line.field("failures", journal.failures)
        line.field("stalled", journal.stalled)
        if let problem = journal.problem { line.field("problem", problem) }
        line.field("acknowledgements", journal.acknowledgements)
        line.field("asked_reads", journal.askedReads)
        line.field("checkpoints", journal.checkpoints)
        line.field("deleted_segments", journal.deletedSegments)
        if let problem = journal.keeperProblem { line.field("keeper_problem", problem) }
        line.end()
    }

    private static func plugins(_ status: EngineStatus, into line: inout JSONLine) {
        line.key("plugins")
        line.begin()
        for plugin in status.plugins {
            line.key(named: plugin.name)
            line.begin()
            line.field("handled", plugin.handled)
            line.field("dropped", plugin.dropped)
            line.field("backlog", plugin.backlog)
            line.field("backlog_max", plugin.backlogMax)
            line.field("lag_bytes", plugin.lagBytes)
            line.field("expired_bytes", plugin.expiredBytes)
            if let host = plugin.host {
                line.field("waiting", host.waiting)
                line.field("dead", host.dead)
                line.field("set_aside", host.setAside)
            }
            if let failure = plugin.failure { line.field("failure", failure) }
            if let problem = plugin.host?.deliveryProblem { line.field("delivery_problem", problem) }
            for counter in plugin.counters { field(&line, counter.name, counter.value) }
            line.end()
        }
        line.end()
    }

    private static func field(_ line: inout JSONLine, _ name: String, _ value: Int) {
        line.key(named: name)
        line.value(value)
    }
}
