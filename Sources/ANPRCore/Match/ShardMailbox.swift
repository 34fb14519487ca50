import Synchronization

/// Orders from the control plane to one shard, taken between two batches.
///
/// The lock is held for a few instructions, by the shard only when the flag says that there is mail: none on the way of
/// a read.
package final class ShardMailbox: Sendable {
    private struct Contents {
        var orders: [Matcher.Order] = []
        /// Tables that were swapped out, for the control plane to free: freeing megabytes takes time.
        var retired: [BlacklistTable] = []
        var posted = 0
    }

    private let contents = Mutex(Contents())
    private let mail = Atomic<Bool>(false)
    private let appliedOrders = Atomic<Int>(0)

    /// Control plane: returns the number of orders posted so far.
    @discardableResult
    func post(_ orders: [Matcher.Order]) -> Int {
        let posted = contents.withLock {
            $0.orders.append(contentsOf: orders)
            $0.posted += orders.count
            return $0.posted
        }
        // ORDER: release, pairs with the acquire in hasMail; the contents are guarded by their lock in any case.
        mail.store(true, ordering: .releasing)
        return posted
    }

    /// Shard: one load a turn.
    @inline(__always)
    var hasMail: Bool {
        // ORDER: acquire, pairs with the release in post.
        mail.load(ordering: .acquiring)
    }

    /// Shard: everything that was posted.
    func take() -> [Matcher.Order] {
        // ORDER: release; cleared before the contents are taken, so that a later post is seen in the next turn.
        mail.store(false, ordering: .releasing)
        return contents.withLock {
            let orders = $0.orders
            $0.orders = []
            return orders
        }
    }

    /// Shard: that many more orders are in force.
    func confirm(_ count: Int) {
        // ORDER: release, pairs with the acquire in `applied`: a number that is given away again is no longer read.
        appliedOrders.store(appliedOrders.load(ordering: .relaxed) + count, ordering: .releasing)
    }

    /// Control plane: orders in force.
    var applied: Int {
        // ORDER: acquire, pairs with the release in confirm.
        appliedOrders.load(ordering: .acquiring)
    }

    func retire(_ table: BlacklistTable) { contents.withLock { $0.retired.append(table) } }

    /// Control plane: frees what was swapped out.
    func freeRetired() {
        _ = contents.withLock { contents in
            let retired = contents.retired
            contents.retired = []
            return retired
        }
    }
}
