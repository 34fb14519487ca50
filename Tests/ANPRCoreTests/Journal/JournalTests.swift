import Glibc
import Testing

@testable import ANPRCore

@Suite struct JournalTests {
    @Test func whatWasPutInComesBack() throws {
        let bench = LogBench(seed: 1)
        try bench.start()
        for i in 0..<400 {
            bench.turn(reads: bench.random.below(60), isIdle: i % 7 == 0)
            if i % 3 == 0 { bench.commit() }
        }
        bench.appender.log.stop()
        bench.commit()
        let (found, end) = try bench.start()
        #expect(found.count == bench.items.count)
        #expect(bench.problem(found) == nil)
        #expect(end.isStopped)
        #expect(end.torn == nil)
        #expect(bench.disk.paths.count > 2, "several segments")
    }

    /// A turn takes a batch from each of many rings before it ends.
    @Test func blocksStayInTheirBoundsHoweverManyBatchesATurnHas() throws {
        let bench = LogBench(seed: 4)
        try bench.start()
        var given: [Read] = []
        for _ in 0..<3 {
            for _ in 0..<16 {
                let batch = (0..<Limits.batchReads).map { _ in bench.newRead() }
                while !bench.appender.log.hasRoom() { bench.commit() }
                batch.withUnsafeBufferPointer { bench.appender.log.append($0) }
                given += batch
            }
            bench.appender.log.endTurn(isIdle: true)
            bench.commit()
        }
        var scan = try JournalScan(bench.place, from: 0, knownDurable: 0)
        _ = try scan.run { block in
            #expect(Int(block.header.length) <= LogBench.options.blockBytesMax)
            #expect(Int(block.header.reads) <= 2 * Limits.batchReads)
        }
        let (found, _) = try bench.start()
        #expect(found == given.map { .read($0) })
    }

    @Test func aLongGroupWithoutReadsPointsAtNone() throws {
        let bench = LogBench(seed: 6, options: LogBench.tiny)
        try bench.start()
        bench.turn(reads: 3, isIdle: true)
        bench.commit()
        while !bench.appender.log.hasRoom() { bench.commit() }
        for _ in 0..<40 { bench.appender.log.recorded(bench.newRecord()) }
        bench.appender.log.endTurn(isIdle: true)
        bench.commit()
        var continued = 0
        var scan = try JournalScan(bench.place, from: 0, knownDurable: 0)
        _ = try scan.run { block in
            continued += block.header.flags.contains(.continues) ? 1 : 0
            #expect(block.header.readsBehind == 0)
        }
        #expect(continued > 1, "the group is long")
    }

    @Test(arguments: 0..<25) func aCrashLosesNothingDurable(seed: UInt64) throws {
        let bench = LogBench(seed: 1000 + seed)
        try bench.start()
        for _ in 0..<8 {
            let turns = bench.random.below(120)
            for _ in 0..<turns {
                bench.turn(
                    reads: bench.random.below(80), recordsMax: bench.random.below(30),
                    isIdle: bench.random.below(4) == 0)
                if bench.random.below(3) == 0 { bench.commit() }
            }
            let wasKilled = bench.random.below(2) == 0
            if wasKilled { bench.disk.kill() } else { bench.disk.crash() }
            let (found, _) = try bench.start()
            #expect(bench.problem(found) == nil)
            bench.forget(after: found)
        }
    }

    @Test(arguments: [EIO, ENOSPC]) func everyCallMayFail(code: CInt) throws {
        var failed = 0
        for call in 1... {
            let bench = LogBench(seed: 77, options: LogBench.tiny)
            bench.disk.failure = .init(call: call, code: code)
            var found: [LogBench.Item] = []
            do { try bench.start() } catch is SystemError {
                // Refused to start; the next start finds everything as it was.
                bench.disk.crash()
                found = try bench.start().items
            }
            #expect(found.isEmpty)
            for i in 0..<60 {
                bench.turn(reads: 40, isIdle: i % 5 == 0)
                bench.commit()
                if bench.committer.failure != nil { bench.nowNs += 2 * .second }
            }
            bench.seal()
            bench.nowNs += 2 * .second
            bench.commit()
            #expect(bench.durableItems == bench.items.count, "it went on by itself after call \(call)")
            if bench.disk.calls < call { break }
            failed += 1
            bench.disk.crash()
            do { found = try bench.start().items } catch is SystemError { found = try bench.start().items }
            #expect(bench.problem(found) == nil, "call \(call)")
            #expect(found.count == bench.items.count, "call \(call)")
        }
        #expect(failed > 60)
    }

    @Test func everyCallOfARecoveryMayFail() throws {
        for call in 1... {
            let bench = LogBench(seed: 78, options: LogBench.tiny)
            try bench.start()
            for i in 0..<60 {
                bench.turn(reads: 40, isIdle: i % 5 == 0)
                if i % 2 == 0 { bench.commit() }
            }
            bench.disk.crash()
            let before = bench.disk.calls
            bench.disk.failure = .init(call: before + call, code: EIO)
            var found: [LogBench.Item] = []
            do {
                found = try bench.start().items
                if bench.disk.calls < before + call { break }
            } catch is SystemError {
                bench.disk.crash()
                found = try bench.start().items
            }
            #expect(bench.problem(found) == nil, "call \(call)")
        }
    }

    @Test func aFullDiskStallsAndGoesOnByItself() throws {
        let bench = LogBench(seed: 5)
        bench.disk.capacity = 300 << 10
        try bench.start()
        var refused = 0
        for _ in 0..<4000 where refused < 50 {
            if !bench.turn(reads: 50, eventChance: 0, recordsMax: 0) { refused += 1 }
            bench.commit()
        }
        #expect(refused == 50, "the buffer is bounded")
        #expect(bench.buffer.isStalled)
        #expect(bench.committer.failure?.isNoSpace == true)
        bench.disk.capacity = .max
        bench.nowNs += 2 * .second
        #expect(bench.commit())
        #expect(!bench.buffer.isStalled)
        #expect(bench.turn(reads: 50))
        bench.seal()
        bench.commit()
        #expect(bench.durableItems == bench.items.count)
        bench.disk.crash()
        #expect(bench.problem(try bench.start().items) == nil)
    }

    /// A synchronisation that failed is never believed again: its pages may be gone though the next one succeeds.
    @Test func anErrorOfSyncMovesTheTailToANewFile() throws {
        for seed in 0..<15 {
            let bench = LogBench(seed: UInt64(3000 + seed), options: LogBench.tiny)
            try bench.start()
            bench.disk.faults.syncError = 0.2
            bench.disk.faults.writeError = 0.1
            for i in 0..<100 {
                bench.turn(reads: 20, isIdle: i % 3 == 0)
                bench.commit()
                if bench.random.below(4) == 0 { bench.nowNs += 2 * .second }
            }
            #expect(bench.committer.counters[JournalCounter.failures.rawValue] > 0)
            bench.disk.faults = .init()
            bench.disk.crash()
            let found = try bench.start().items
            #expect(bench.problem(found) == nil, "seed \(seed)")
        }
    }
}
