/// Events on their way into a plugin: of one shard, in the order of its log.
struct EventBatch: ~Copyable {
    private(set) var hits: FixedBuffer<Hit>
    private(set) var records: FixedBuffer<SectionRecord>
    private(set) var watchedReads: FixedBuffer<Read>
    private(set) var count = 0

    init(capacity: Int) {
        hits = FixedBuffer(capacity: capacity)
        records = FixedBuffer(capacity: capacity)
        watchedReads = FixedBuffer(capacity: capacity)
    }

    mutating func removeAll() {
        hits.removeAll()
        records.removeAll()
        watchedReads.removeAll()
        count = 0
    }

    mutating func append(_ hit: Hit) {
        hits.append(hit)
        count += 1
    }

    mutating func append(_ record: SectionRecord) {
        records.append(record)
        count += 1
    }

    mutating func append(_ read: Read) {
        watchedReads.append(read)
        count += 1
    }

    mutating func append(_ event: UnsafePointer<StreamEvent>) {
        switch event.pointee.kind {
        case .hit: append(StreamEvent.hit(event))
        case .record: append(StreamEvent.record(event))
        case .watched: append(StreamEvent.read(event))
        }
    }
}
