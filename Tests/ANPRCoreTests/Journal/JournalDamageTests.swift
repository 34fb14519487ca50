import Testing

@testable import ANPRCore

/// A small log, damaged at every byte.
@Suite struct JournalDamageTests {
    private static let segment = "data/shard-0/0000000000000000-00.seg"

    private func log(stop: Bool, options: JournalOptions = LogBench.tiny) throws -> (LogBench, bytes: Int) {
        let bench = LogBench(seed: 9, options: options)
        try bench.start()
        for i in 0..<4 {
            bench.turn(reads: 3, isIdle: true)
            if i % 2 == 0 { bench.commit() }
        }
        if stop { bench.appender.log.stop() }
        bench.commit()
        return (bench, Int(bench.buffer.durable))
    }

    /// A bit turned over anywhere is noticed: as damage if it is known to have been on disk, as a torn tail in the last
    /// commit, which nothing after it tells of.
    @Test(arguments: [false, true]) func everyByteTurnedOver(stop: Bool) throws {
        let (whole, bytes) = try log(stop: stop)
        let clean = try whole.start()
        #expect(clean.end.torn == nil && clean.end.position == UInt64(bytes))
        var damaged = 0
        var torn = 0
        for byte in 0..<JournalLayout.segmentHeaderBytes + bytes {
            let (bench, _) = try log(stop: stop)
            bench.disk.flip(Self.segment, byte: byte, bit: byte % 8)
            // The checkpoint of a clean stop knows how far the log was durable.
            let known = stop ? UInt64(bytes) : 0
            do {
                let (_, end) = try bench.start(knownDurable: known)
                let isSpareHeader = byte >= 88 && byte < JournalLayout.segmentHeaderBytes
                if isSpareHeader { continue }
                #expect(end.torn != nil, "byte \(byte) was not noticed")
                #expect(!stop, "byte \(byte) was taken for a torn tail")
                torn += 1
            } catch let damage as JournalDamage {
                #expect(damage.position <= UInt64(max(0, byte - JournalLayout.segmentHeaderBytes)))
                damaged += 1
            } catch let error as SystemError {
                #expect(error.code == SystemError.notOurs && byte < 88, "byte \(byte): \(error)")
            }
        }
        #expect(damaged > bytes / 2)
        #expect(stop ? torn == 0 : torn > 0)
    }

    /// The file is zeros from any byte on.
    @Test func everyLengthTornOff() throws {
        let (_, bytes) = try log(stop: false)
        for length in JournalLayout.segmentHeaderBytes..<JournalLayout.segmentHeaderBytes + bytes {
            let (bench, _) = try log(stop: false)
            guard bench.disk.cut(Self.segment, from: length) else { continue }
            // Nothing behind tells that it was durable: the tail is torn, and what stands before it is whole.
            let (found, _) = try bench.start()
            bench.durableItems = 0
            #expect(bench.problem(found) == nil, "length \(length)")
            // With a checkpoint that knows better, it is damage.
            let (other, _) = try log(stop: false)
            _ = other.disk.cut(Self.segment, from: length)
            #expect(throws: JournalDamage.self) { try other.start(knownDurable: UInt64(bytes)) }
        }
    }

    /// What is erased behind a torn tail ends by the page, as the disk wants it, also where the file goes on.
    @Test func aTornTailInALargeFile() throws {
        var options = LogBench.tiny
        options.segmentBytes = 8 * options.bufferBytes
        let (_, bytes) = try log(stop: false, options: options)
        for length in [bytes - 28, bytes - 150] {
            let (bench, _) = try log(stop: false, options: options)
            #expect(bench.disk.cut(Self.segment, from: JournalLayout.segmentHeaderBytes + length))
            let (found, end) = try bench.start()
            #expect(end.torn != nil && end.position % UInt64(JournalLayout.pageBytes) != 0)
            bench.durableItems = 0
            #expect(bench.problem(found) == nil)
            let (_, again) = try bench.start()
            #expect(again.torn == nil && again.position == end.position)
        }
    }

    /// A group that is larger than the buffer is on disk in part before it has an end. Whoever dies then has told
    /// nobody of it: it is a torn tail, though files say that more was durable, and all of it is erased.
    @Test(arguments: 1...12 as ClosedRange<UInt64>) func aGroupLargerThanTheBufferIsTornOff(seed: UInt64) throws {
        var options = LogBench.tiny
        options.segmentBytes = 4 * options.bufferBytes
        let bench = LogBench(seed: seed, options: options)
        try bench.start()
        bench.turn(reads: 3, isIdle: true)
        bench.commit()
        let before = bench.buffer.durable
        // A turn that finds half a thousand records and more: several buffers, and more than a segment.
        let hasRoom = bench.appender.log.hasRoom()
        #expect(hasRoom)
        for _ in 0..<(600 + 137 * Int(seed)) { bench.appender.log.recorded(bench.newRecord()) }
        #expect(bench.buffer.durable == before)
        let written = try SegmentFile.list(bench.disk, bench.place.folder).count
        #expect(written > 1)
        bench.disk.crash()
        let (found, end) = try bench.start()
        #expect(end.position == before && end.torn != nil)
        #expect(end.reached > before + UInt64(options.bufferBytes))
        #expect(bench.problem(found) == nil)
        // Nothing of it is left, wherever the log goes on to.
        bench.forget(after: found)
        let (_, again) = try bench.start()
        #expect(again.torn == nil && again.position == before)
    }
}
