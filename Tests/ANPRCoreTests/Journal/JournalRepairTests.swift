import Testing

@testable import ANPRCore

/// A log of several files, damaged in many places, set aside and read again.
@Suite struct JournalRepairTests {
    private func log(seed: UInt64) throws -> LogBench {
        let bench = LogBench(seed: seed)
        try bench.start()
        for _ in 0..<350 {
            bench.turn(reads: bench.random.below(25), recordsMax: 9, isIdle: bench.random.below(4) == 0)
            if bench.random.below(2) == 0 { bench.commit() }
        }
        bench.appender.log.stop()
        while bench.commit() {}
        return bench
    }

    private func headers(_ bench: LogBench) throws -> [BlockHeader] {
        var headers: [BlockHeader] = []
        var scan = try JournalScan(bench.place, from: 0, knownDurable: bench.buffer.durable)
        _ = try scan.run { headers.append($0.header) }
        return headers
    }

    /// Mends all that a check finds; throws when the mended log does not read to its end.
    private func repair(_ bench: LogBench, marks: [UInt64] = []) throws -> [JournalRepair<SimulatedDisk>.Mended] {
        let durable = bench.buffer.durable
        let repair = JournalRepair(bench.place, knownDurable: durable, marks: marks, nowNs: 5)
        var mended = try repair.mendHeaders()
        var check = LogCheck(bench.place, knownDurable: durable)
        try check.run { mended.append(try repair.mend($0, group: $1)) }
        var again = LogCheck(bench.place, knownDurable: durable)
        try again.run()
        #expect(again.damages.isEmpty)
        return mended
    }

    @Test(arguments: 1...40) func everyBlockOutsideOfTheHolesIsStillThere(seed: Int) throws {
        let bench = try log(seed: UInt64(seed))
        let before = try headers(bench)
        let segments = bench.disk.paths.filter { $0.hasSuffix(".seg") }
        #expect(segments.count > 2)
        for _ in 0..<1 + bench.random.below(6) {
            // In a log of half a kilobyte blocks: one, or a run of them, or what a header holds.
            let path = segments[bench.random.below(segments.count)]
            let at = JournalLayout.segmentHeaderBytes + bench.random.below(120 << 10)
            for i in 0..<[1, 64, 9000][bench.random.below(3)] {
                bench.disk.flip(path, byte: at + i, bit: bench.random.below(8))
            }
        }
        if bench.random.below(3) == 0 { bench.disk.flip(segments[1], byte: bench.random.below(80), bit: 1) }
        let mended = try repair(bench)
        let after = try headers(bench)
        let holes = after.filter { $0.flags.contains(.hole) }
        #expect(holes.count == mended.reduce(0) { $0 + $1.holes })
        for header in holes { #expect(header.position / (64 << 10) == (header.end - 1) / (64 << 10)) }
        for header in before where !mended.contains(where: { $0.from < header.end && header.position < $0.to }) {
            #expect(after.contains(header), "block at \(header.position)")
        }
        for one in mended {
            #expect(!one.copies.isEmpty && one.copies.allSatisfy { bench.disk.paths.contains($0) })
            #expect(!one.isExtended)
        }
        // Nothing is lost twice: a hole begins where a block began, and ends where one begins.
        for one in mended where one.holes > 0 {
            let starts = before.map(\.position)
            #expect(starts.contains(one.from) && (starts.contains(one.to) || one.to >= bench.buffer.durable))
        }
    }

    /// A tap, a checkpoint and the daemon itself go on over a hole.
    @Test(arguments: 1...10) func theLogGoesOnBehindItsHoles(seed: Int) throws {
        let bench = try log(seed: UInt64(seed))
        let before = try headers(bench)
        let from = 3 + bench.random.below(before.count - 8)
        for header in before[from..<from + 4] {
            let place = try JournalReader(bench.place, from: 0).locate(header.position)
            bench.disk.flip(place?.file ?? "", byte: place?.offset ?? 0, bit: 2)
        }
        let marks = before[from + 1...from + 2].map(\.position)
        let mended = try repair(bench, marks: marks)
        #expect(mended.count == 1)
        for mark in marks {
            let reader = try JournalReader(bench.place, from: mark)
            guard case .block(let block) = try reader.next(before: .max) else {
                Issue.record("no block at \(mark)")
                continue
            }
            #expect(block.header.flags.contains(.hole))
        }
        let (_, end) = try bench.start(knownDurable: bench.buffer.durable)
        #expect(end.torn == nil && end.position == before.last?.end)
        bench.turn(reads: 5, isIdle: true)
        bench.commit()
        #expect(try headers(bench).last?.reads == 5)
    }

    /// The end was on disk once and is gone: the log goes on behind it.
    @Test func aTailThatIsGoneIsAHole() throws {
        let bench = try log(seed: 5)
        let durable = bench.buffer.durable
        for path in bench.disk.paths.filter({ $0.hasSuffix(".seg") }).dropFirst() {
            _ = bench.disk.cut(path, from: JournalLayout.segmentHeaderBytes)
        }
        let mended = try repair(bench)
        #expect(mended.map(\.to) == [durable])
        let (_, end) = try bench.start(knownDurable: durable)
        #expect(end.position == durable)
    }
}
