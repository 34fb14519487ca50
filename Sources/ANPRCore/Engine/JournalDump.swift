/// A log's blocks as lines, for who looks into it.
package struct JournalDump<S: Storage> {
    private let shard: Int
    private var lines: StreamLines
    private let reads: BlockReads<S>

    package init(_ place: JournalPlace<S>, knowledge: any EngineKnowledge) {
        shard = place.shard
        reads = BlockReads(place)
        lines = StreamLines(knowledge)
    }

    /// Its reads, then its events.
    package mutating func write(_ block: JournalBlock, _ take: (JSONLine) -> Void) throws {
        guard block.hasContent else { return }
        let position = block.header.position
        try reads.decode(block)
        func place(_ event: Int) -> StreamPlace {
            StreamPlace(shard: shard, cursor: StreamCursor(position: position, event: UInt32(event)))
        }
        for i in 0..<min(Int(block.header.reads), reads.count) { take(lines.line(reads[i], at: place(i))) }
        block.forEachEvent { number, event in
            switch event {
            case .hit(let hit) where hit.read < reads.count:
                take(lines.line(hit.hit(of: reads[hit.read], run: block.header.run), at: place(number)))
            case .record(let record): take(lines.line(record, at: place(number)))
            case .watched(let read, let subscription) where read < reads.count:
                take(watched(reads[read], subscription, place(number)))
            default: break
            }
        }
    }

    private func watched(_ read: Read, _ subscription: UInt32, _ place: StreamPlace) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("watched", read.id.description)
        line.field("subscription", subscription)
        line.field("shard", place.shard)
        line.field("position", place.cursor.text)
        line.end(newline: true)
        return line
    }

    package static func text(_ header: BlockHeader) -> String {
        var text = "\(header.position) \(header.length) bytes run \(header.run)"
        for word in words(header.flags) { text += " \(word)" }
        text += " reads \(header.reads) events \(header.events) base \(Instant.format(header.baseNs))"
        if header.readsBehind > 0 { text += " reads of \(header.position - UInt64(header.readsBehind))" }
        if header.advancedNs != 0 { text += " advanced \(Instant.format(header.advancedNs))" }
        return text + " latest \(Instant.format(header.latestNs)) durable \(header.durable)"
    }

    package static func json(_ header: BlockHeader) -> JSONLine {
        var line = JSONLine()
        line.begin()
        line.field("event", "block")
        line.field("position", header.position)
        line.field("bytes", header.length)
        line.field("run", header.run)
        line.field("flags", list: words(header.flags))
        line.field("reads", header.reads)
        line.field("events", header.events)
        line.field("reads_behind", header.readsBehind)
        line.field("base_ns", header.baseNs)
        line.field("advanced_ns", header.advancedNs)
        line.field("latest_ns", header.latestNs)
        line.field("durable", header.durable)
        line.end(newline: true)
        return line
    }

    private static func words(_ flags: BlockFlags) -> [String] {
        let names: [(BlockFlags, String)] = [
            (.continues, "continues"), (.padding, "padding"), (.stop, "stop"), (.hole, "hole"),
        ]
        return names.filter { flags.contains($0.0) }.map(\.1)
    }
}
