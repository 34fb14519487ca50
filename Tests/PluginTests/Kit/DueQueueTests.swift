import Testing

@testable import ANPRCore
@testable import PluginKit

/// Held against a list that is looked through.
@Suite struct DueQueueTests {
    @Test(arguments: UInt64(1)...20) func theQueueGivesWhatIsDue(seed: UInt64) {
        var random = Random(seed: seed)
        var queue = DueQueue<Int>()
        var all: [DueQueue<Int>.Entry] = []
        for i in 0..<500 {
            let entry = DueQueue<Int>.Entry(atNs: Nanoseconds(random.below(300)), subject: i)
            queue.push(entry.subject, atNs: entry.atNs)
            all.append(entry)
            if random.chance(0.2) {
                let first = all.min { $0 < $1 }
                #expect(queue.first == first)
                queue.pop()
                all.removeAll { $0 == first }
            }
            let now = Nanoseconds(random.below(300))
            let due = queue.due(now, max: 20) { $0.subject % 3 != 0 }
            let expected = all.filter { $0.atNs <= now && $0.subject % 3 != 0 }.sorted { $0 < $1 }.prefix(20)
            #expect(due == expected.map(\.subject))
        }
        // What is stale leaves at the top, and nothing else does.
        queue.clean { $0.subject % 2 == 0 }
        #expect(queue.first == all.filter { $0.subject % 2 == 0 }.min { $0 < $1 })
    }
}
