import Testing

@testable import ANPRCore

@Suite struct JournalAuditTests {
    /// Against a plain dictionary: gaps, repeats, epochs, and sequences far apart in any order.
    @Test(arguments: 1...20) func countsAsAPlainModelDoes(seed: Int) {
        var random = Random(seed: UInt64(seed))
        var audit = JournalAudit()
        var model: [ReadID: Int] = [:]
        for _ in 0..<2000 {
            let far: UInt32 = random.below(50) == 0 ? .max - UInt32(random.below(9000)) : UInt32(random.below(6000))
            let read = ReadID(
                camera: UInt32([0, 7, 1 << 20 - 1][random.below(3)]), epoch: UInt32(random.below(2)), sequence: far)
            audit.add(read)
            model[read, default: 0] += 1
        }
        for line in audit.lines {
            let own = model.filter { $0.key.camera == line.camera && $0.key.epoch == line.epoch }
            #expect(line.reads == own.reduce(0) { $0 + $1.value })
            #expect(line.duplicates == line.reads - own.count)
            #expect(line.first == own.keys.map { UInt64($0.sequence) }.min())
            #expect(line.next == own.keys.map { UInt64($0.sequence) + 1 }.max())
            #expect(line.missing == Int(line.next - line.first) - own.count)
        }
        #expect(audit.lines.reduce(0) { $0 + $1.reads } == 2000)
    }

    /// Beside a log that is written: never more than is there, and all of it in the end.
    @Test(arguments: 1...10) func aFollowerSeesWholeGroupsOfALogThatGrows(seed: Int) throws {
        let bench = LogBench(seed: UInt64(seed))
        try bench.start()
        let follower = try JournalFollower(bench.place, from: 0)
        var reads = 0
        var events = 0
        for _ in 0..<400 {
            bench.turn(reads: bench.random.below(20), recordsMax: 8, isIdle: bench.random.below(3) == 0)
            if bench.random.below(2) == 0 { bench.commit() }
            if bench.random.below(3) != 0 { continue }
            _ = try follower.poll { block in
                reads += Int(block.header.reads)
                events += Int(block.header.events)
            }
            try follower.confirmEnd { _ in Issue.record("nobody wrote in between") }
            #expect(follower.position <= bench.buffer.durable)
        }
        bench.appender.log.stop()
        while bench.commit() {}
        _ = try follower.poll { block in
            reads += Int(block.header.reads)
            events += Int(block.header.events)
        }
        let allReads = bench.items.count { if case .read = $0 { true } else { false } }
        #expect(reads == allReads && events == bench.items.count - allReads && follower.position == bench.buffer.durable)
    }

    @Test func aLogThatIsDamagedIsNoLogThatEnds() throws {
        let bench = LogBench(seed: 3)
        try bench.start()
        for _ in 0..<200 {
            bench.turn(reads: 10)
            bench.commit()
        }
        bench.disk.flip(bench.disk.paths[0], byte: 4096 + 9000, bit: 3)
        let follower = try JournalFollower(bench.place, from: 0)
        #expect(try !follower.poll { _ in })
        #expect(follower.obstacle != nil)
        #expect(throws: JournalDamage.self) { try follower.confirmEnd { _ in } }
    }
}
