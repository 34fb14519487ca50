/// Holds reads until no earlier one can come, then gives them out in their one order.
///
/// ```
/// calendar   ring of buckets of equal time; bucket = chain of chunks, which knows whether it is in order
/// chunks     32 reads each, from one slab, free ones chained
/// scratch    a bucket that is not in order, side by side, to be sorted
/// ```
/// Bounded by the chunks: `add` says no when none is left, and the correlator then takes the oldest bucket early.
struct ReorderBuffer: ~Copyable {
    struct Bucket: BitwiseCopyable {
        /// Chunk + 1 of the chain's first; 0: empty.
        var first: UInt32
        /// The place in `chunks` after the last read. A multiple of `chunkReads`: the last chunk is full, or none is.
        var end: UInt32
        var count: UInt32
        /// Not 0: within a chunk, a read came after one that it precedes.
        var disorder: UInt32

        /// Chunk + 1 of the chain's last.
        @inline(__always)
        var last: UInt32 { (end &- 1) / UInt32(ReorderBuffer.chunkReads) &+ 1 }
    }

    static let chunkReads = 32
    static let noChunk: UInt32 = 0
    /// WHY: a bucket is the batch in which reads are processed, and only a batch can be looked ahead in. At a million
    /// reads a second 4.2 ms hold a thousand at sections, which are some 0.1 ms of work. A power of two of nanoseconds,
    /// so that no read costs a division.
    private static let bucketShiftMin = 22

    private let buckets: Slab<UInt64>
    private let bucketMask: Int
    private let chunks: Slab<SectionRead>
    private let next: Slab<UInt32>
    private var free: UInt32
    private var unused: Int = 0
    private let chunkCount: Int
    /// Free, or never used yet.
    private var chunksLeft: Int
    private var scratch: Slab<SectionRead>
    private var keys: Slab<SortKey>
    private var keysOther: Slab<SortKey>
    private let bucketShift: Int
    private(set) var count = 0
    /// First bucket that has not been given out, counted since 1970.
    private(set) var nextBucket: Int64 = 0
    private(set) var hasBegun = false

    struct SortKey: BitwiseCopyable {
        var ns: Nanoseconds
        var index: UInt32
        var spare: UInt32 = 0
    }

    /// `capacity` reads; `spanNs` is how far apart the newest and the oldest can be.
    init(capacity: Int, spanNs: Nanoseconds) {
        // A power of two of buckets over the span and one more: reads lie in (newest - span, newest].
        let bucketCount = 4096
        var shift = Self.bucketShiftMin
        while Nanoseconds(bucketCount - 2) << Nanoseconds(shift) <= spanNs { shift += 1 }
        bucketShift = shift
        buckets = Slab(count: bucketCount * 2)
        bucketMask = bucketCount - 1
        chunkCount = max(64, capacity / Self.chunkReads)
        chunksLeft = chunkCount
        chunks = Slab(count: chunkCount * Self.chunkReads)
        next = Slab(count: chunkCount + 1)
        free = Self.noChunk
        scratch = Slab(count: chunkCount * Self.chunkReads)
        keys = Slab(count: chunkCount * Self.chunkReads)
        keysOther = Slab(count: chunkCount * Self.chunkReads)
    }

    @inline(__always)
    func bucket(of ns: Nanoseconds) -> Int64 { ns &>> Int64(bucketShift) }

    /// When a bucket begins.
    @inline(__always)
    func startNs(of bucket: Int64) -> Nanoseconds { bucket &<< Int64(bucketShift) }

    @inline(__always)
    func slot(_ bucket: Int64) -> UnsafeMutablePointer<Bucket> {
        UnsafeMutableRawPointer(buckets.base).assumingMemoryBound(to: Bucket.self)
            + (Int(truncatingIfNeeded: bucket) & bucketMask)
    }

    /// Buckets before this one are given out from now on; called once, with the first read's.
    mutating func begin(at bucket: Int64) {
        if !hasBegun { nextBucket = bucket }
        hasBegun = true
    }

    /// Whether so many reads have room, whatever their buckets.
    @inline(__always)
    func hasRoom(for count: Int) -> Bool { chunksLeft >= count }

    /// There is room. The read's bucket is not before `nextBucket`, nor further than the span from it.
    @inline(__always)
    mutating func add(
        _ read: UnsafePointer<Read>, _ role: CameraRoles.Role, head: UInt32, to bucket: UnsafeMutablePointer<Bucket>
    ) {
        var at = bucket.pointee.end
        if at % UInt32(Self.chunkReads) == 0 {
            at = addChunk(to: bucket)
        } else if chunks.base[Int(at) &- 1].capturedNs >= read.pointee.capturedNs {
            noteDisorder(read, role, at, bucket)
        }
        SectionRead.write(read, role, head: head, to: chunks.base + Int(at))
        bucket.pointee.end = at &+ 1
        bucket.pointee.count &+= 1
        count &+= 1
    }

    /// The read before this one in its chunk was captured later, or at the same instant.
    @inline(never)
    private func noteDisorder(
        _ read: UnsafePointer<Read>, _ role: CameraRoles.Role, _ at: UInt32, _ bucket: UnsafeMutablePointer<Bucket>
    ) {
        let place = chunks.base + Int(at)
        SectionRead.write(read, role, head: 0, to: place)
        if !SectionRead.isBefore(place - 1, place) { bucket.pointee.disorder = 1 }
    }

    /// A chunk at the end of a chain: its first place. There is one left.
    @inline(never)
    private mutating func addChunk(to bucket: UnsafeMutablePointer<Bucket>) -> UInt32 {
        let chunk = takeChunk()
        if bucket.pointee.count == 0 {
            bucket.pointee.first = chunk
        } else {
            next.base[Int(bucket.pointee.last)] = chunk
        }
        return (chunk &- 1) &* UInt32(Self.chunkReads)
    }

    private mutating func takeChunk() -> UInt32 {
        precondition(chunksLeft > 0)
        chunksLeft &-= 1
        if free != Self.noChunk {
            let chunk = free
            free = next.base[Int(chunk)]
            next.base[Int(chunk)] = Self.noChunk
            return chunk
        }
        unused &+= 1
        return UInt32(truncatingIfNeeded: unused)
    }

    /// Takes the next bucket out and moves on by one. Its chunks are the caller's until released.
    mutating func takeBucket() -> Bucket {
        let slot = self.slot(nextBucket)
        nextBucket &+= 1
        let bucket = slot.pointee
        slot.pointee = Bucket(first: 0, end: 0, count: 0, disorder: 0)
        count &-= Int(bucket.count)
        return bucket
    }

    @inline(__always)
    func reads(of chunk: UInt32) -> UnsafeMutablePointer<SectionRead> {
        chunks.base + Int(chunk &- 1) &* Self.chunkReads
    }

    @inline(__always)
    func chunk(after chunk: UInt32) -> UInt32 { next.base[Int(chunk)] }

    /// Gives a chunk back. The one after it in its chain.
    @inline(__always)
    mutating func release(_ chunk: UInt32) -> UInt32 {
        let following = next.base[Int(chunk)]
        next.base[Int(chunk)] = free
        free = chunk
        chunksLeft &+= 1
        return following
    }

    /// Whether the reads of a bucket stand in their one order from chunk to chunk.
    func isOrdered(_ bucket: Bucket) -> Bool {
        guard bucket.disorder == 0 else { return false }
        var chunk = bucket.first
        while chunk != bucket.last {
            let following = next.base[Int(chunk)]
            let last = reads(of: chunk) + (Self.chunkReads - 1)
            if !SectionRead.isBefore(last, reads(of: following)) { return false }
            chunk = following
        }
        return true
    }

    /// The reads of a bucket in order, its chunks released; valid until the next call.
    mutating func sorted(_ bucket: Bucket) -> UnsafeMutableBufferPointer<SectionRead> {
        let n = Int(bucket.count)
        gather(bucket)
        for i in 0..<n { keys.base[i] = SortKey(ns: scratch.base[i].capturedNs, index: UInt32(i)) }
        mergeSort(n)
        applyOrder(n)
        return UnsafeMutableBufferPointer(start: scratch.base, count: n)
    }

    /// Moves on over empty buckets at once.
    mutating func skip(to bucket: Int64) {
        if count == 0, bucket > nextBucket { nextBucket = bucket }
    }

    /// Copies a chain side by side and releases its chunks.
    private mutating func gather(_ bucket: Bucket) {
        var chunk = bucket.first
        var at = 0
        let n = Int(bucket.count)
        while at < n {
            let count = min(Self.chunkReads, n - at)
            (scratch.base + at).update(from: reads(of: chunk), count: count)
            at += count
            chunk = release(chunk)
        }
    }

    // MARK: Saved state

    /// The buckets that hold reads, each with its reads as they came.
    borrowing func save(to writer: inout StateWriter) {
        writer.mark("reorder")
        writer.put(nextBucket)
        writer.put(hasBegun ? 1 as UInt8 : 0)
        writer.put(count)
        var rest = count
        var bucket = nextBucket
        while rest > 0 {
            let slot = slot(bucket)
            if slot.pointee.count > 0 {
                writer.put(bucket)
                writer.put(slot.pointee.count)
                forEachChunk(of: slot.pointee) { writer.put(reads(of: $0), count: $1) }
                rest -= Int(slot.pointee.count)
            }
            bucket &+= 1
        }
    }

    private func forEachChunk(of bucket: Bucket, _ body: (UInt32, Int) -> Void) {
        var chunk = bucket.first
        var rest = Int(bucket.count)
        while rest > 0 {
            body(chunk, min(rest, Self.chunkReads))
            chunk = next.base[Int(chunk)]
            rest -= Self.chunkReads
        }
    }

    /// Far enough from the ends of time that sums with it cannot overflow.
    private var bucketEnd: Int64 { Int64.max >> Int64(bucketShift + 2) }

    /// Every read is of a section below `sections`, its head below `heads`, and in the bucket of its time.
    mutating func restore(from reader: inout StateReader, sections: Int, heads: Int) throws(StateProblem) {
        clear()
        try reader.expect("reorder")
        nextBucket = try reader.take(in: -bucketEnd...bucketEnd, "the next bucket")
        hasBegun = try reader.take(in: 0...1 as ClosedRange<UInt8>, "whether reads came") == 1
        let n = try reader.take(in: 0...chunkCount * Self.chunkReads, "the number of reads that wait")
        guard hasBegun || n == 0 else { throw StateProblem("reads wait before the first") }
        var least = nextBucket
        while count < n {
            let last = nextBucket + Int64(bucketMask)
            guard least <= last else { throw StateProblem("reads wait past the last bucket") }
            let bucket = try reader.take(in: least...last, "a bucket")
            let reads = try reader.take(in: 1...UInt32(n - count), "the number of reads in a bucket")
            for at in stride(from: 0, to: Int(reads), by: Self.chunkReads) {
                try takeChunk(
                    of: bucket, count: min(Self.chunkReads, Int(reads) - at), from: &reader, sections: sections,
                    heads: heads)
            }
            least = bucket + 1
        }
    }

    private mutating func takeChunk(
        of bucket: Int64, count n: Int, from reader: inout StateReader, sections: Int, heads: Int
    ) throws(StateProblem) {
        let slot = slot(bucket)
        guard hasRoom(for: 1) else { throw StateProblem("more reads wait than there is room for") }
        let start = addChunk(to: slot)
        let reads = chunks.base + Int(start)
        try reader.take(into: reads, count: n)
        for i in 0..<n {
            let read = reads + i
            // The byte is looked at before it may be called a `Bool`.
            let isEntry = UnsafeRawPointer(read).load(
                fromByteOffset: MemoryLayout<SectionRead>.offset(of: \.isEntry)!, as: UInt8.self)
            guard isEntry <= 1, Int(read.pointee.section) < sections, Int(read.pointee.head) < heads,
                self.bucket(of: read.pointee.capturedNs) == bucket
            else { throw StateProblem("a read that waits is damaged") }
            if i > 0, !SectionRead.isBefore(read - 1, read) { slot.pointee.disorder = 1 }
        }
        slot.pointee.end = start + UInt32(n)
        slot.pointee.count += UInt32(n)
        count += n
    }

    mutating func clear() {
        buckets.base.update(repeating: 0, count: buckets.count)
        next.base.update(repeating: Self.noChunk, count: unused + 1)
        free = Self.noChunk
        unused = 0
        chunksLeft = chunkCount
        count = 0
        nextBucket = 0
        hasBegun = false
    }

    // MARK: Sorting

    /// Bottom-up merge sort of the keys; no allocation, no worst case.
    private mutating func mergeSort(_ n: Int) {
        var from = keys.base
        var to = keysOther.base
        let reads = scratch.base
        var width = 1
        while width < n {
            var start = 0
            while start < n {
                let middle = min(start + width, n)
                let end = min(start + 2 * width, n)
                var a = start
                var b = middle
                for k in start..<end {
                    let takeA = a < middle && (b >= end || Self.isOrdered(from[a], from[b], reads))
                    to[k] = takeA ? from[a] : from[b]
                    if takeA { a += 1 } else { b += 1 }
                }
                start = end
            }
            swap(&from, &to)
            width *= 2
        }
        if from != keys.base { keys.base.update(from: from, count: n) }
    }

    @inline(__always)
    private static func isOrdered(_ a: SortKey, _ b: SortKey, _ reads: UnsafePointer<SectionRead>) -> Bool {
        a.ns != b.ns ? a.ns < b.ns : !SectionRead.isBefore(reads + Int(b.index), reads + Int(a.index))
    }

    /// Brings the reads into the keys' order, cycle by cycle.
    private func applyOrder(_ n: Int) {
        let reads = scratch.base
        let keys = self.keys.base
        for start in 0..<n where Int(keys[start].index) != start {
            let first = reads[start]
            var at = start
            while Int(keys[at].index) != start {
                let from = Int(keys[at].index)
                reads[at] = reads[from]
                keys[at].index = UInt32(at)
                at = from
            }
            reads[at] = first
            keys[at].index = UInt32(at)
        }
    }
}
