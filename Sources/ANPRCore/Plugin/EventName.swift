/// Which event of a stream, or what else comes by itself: what people and files call it.
struct EventName {
    let kind: String
    let identity: String
    let capturedNs: Nanoseconds

    /// The only event of a batch; nil when there are several, or none.
    init?(_ batch: PluginBatch) {
        guard batch.count == 1 else { return nil }
        if let hit = batch.hits.first {
            (kind, identity, capturedNs) = ("hit", "\(hit.read.id):\(hit.best.entry)", hit.read.capturedNs)
        } else if let record = batch.records.first {
            (kind, identity, capturedNs) = ("record", record.id.description, record.exitNs)
        } else {
            let read = batch.watchedReads[0]
            (kind, identity, capturedNs) = ("watched_read", read.id.description, read.capturedNs)
        }
    }

    init(_ event: DomainEvent) {
        (kind, capturedNs) = ("event", event.atNs)
        identity = "\(event.origin)/\(event.place.transaction)/\(event.place.index)"
    }

    init(_ answer: EffectAnswer) { (kind, identity, capturedNs) = ("answer", answer.key, 0) }

    var key: String { kind + ":" + identity }

    /// For the attempt page; never 0.
    var mark: UInt64 {
        var key = key
        return key.withUTF8 { SipHash.seal(UnsafeRawBufferPointer($0), key: SipKey(low: 0, high: 0)).low | 1 }
    }
}
