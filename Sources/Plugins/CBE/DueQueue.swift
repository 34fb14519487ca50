import ANPRCore

/// Which files are due by when: a binary heap. Follows from the files, and is in no snapshot.
///
/// An entry goes stale when its file gets another instant; whoever reads asks the file. Stale ones leave when they come
/// to the top.
struct DueQueue {
    struct Entry: Equatable {
        let atNs: Nanoseconds
        let number: UInt64

        static func < (a: Entry, b: Entry) -> Bool { (a.atNs, a.number) < (b.atNs, b.number) }
    }

    private var heap: [Entry] = []

    var first: Entry? { heap.first }
    var count: Int { heap.count }

    mutating func push(_ entry: Entry) {
        heap.append(entry)
        var at = heap.count - 1
        while at > 0, heap[at] < heap[(at - 1) / 2] {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    mutating func pop() {
        guard let last = heap.popLast(), !heap.isEmpty else { return }
        heap[0] = last
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == at { return }
            heap.swapAt(at, least)
            at = least
        }
    }

    /// Entries that are due, at most so many, in order; changes nothing. No child is due before its parent, so only the
    /// due part of the heap is walked.
    func due(_ nowNs: Nanoseconds, max: Int, where isFresh: (Entry) -> Bool) -> [Entry] {
        var found: [Entry] = []
        var open = [0]
        while let at = open.popLast() {
            guard at < heap.count, heap[at].atNs <= nowNs else { continue }
            if isFresh(heap[at]) { found.append(heap[at]) }
            open.append(2 * at + 1)
            open.append(2 * at + 2)
        }
        return Array(found.sorted { $0 < $1 }.prefix(max))
    }
}
