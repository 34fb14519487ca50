import ANPRCore

/// What is due by when: a binary heap. Follows from the state, and is in no snapshot.
///
/// An entry goes stale when what it is about gets another instant; whoever reads asks the state. Stale ones leave when
/// they come to the top.
package struct DueQueue<Subject: Comparable> {
    package struct Entry: Equatable {
        package let atNs: Nanoseconds
        package let subject: Subject

        package init(atNs: Nanoseconds, subject: Subject) {
            self.atNs = atNs
            self.subject = subject
        }

        package static func < (a: Entry, b: Entry) -> Bool { (a.atNs, a.subject) < (b.atNs, b.subject) }
    }

    private var heap: [Entry] = []

    package init() {}

    package var first: Entry? { heap.first }
    package var count: Int { heap.count }

    package mutating func push(_ subject: Subject, atNs: Nanoseconds) {
        guard atNs < .max else { return }
        heap.append(Entry(atNs: atNs, subject: subject))
        var at = heap.count - 1
        while at > 0, heap[at] < heap[(at - 1) / 2] {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    package mutating func pop() {
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

    /// Takes off what is stale at the top.
    package mutating func clean(where isFresh: (Entry) -> Bool) {
        while let first, !isFresh(first) { pop() }
    }

    /// Subjects that are due, each once, at most so many, in order; changes nothing. No child is due before its parent,
    /// so only the due part of the heap is walked.
    package func due(_ nowNs: Nanoseconds, max: Int, where isFresh: (Entry) -> Bool) -> [Subject] {
        var found: [Entry] = []
        var open = [0]
        while let at = open.popLast() {
            guard at < heap.count, heap[at].atNs <= nowNs else { continue }
            if isFresh(heap[at]) { found.append(heap[at]) }
            open.append(2 * at + 1)
            open.append(2 * at + 2)
        }
        found.sort { $0 < $1 }
        var once: [Entry] = []
        for entry in found where once.last != entry && once.count < max { once.append(entry) }
        return once.map(\.subject)
    }
}
