/// Where a matcher's findings go; specialised, so that a call costs what its body costs.
package protocol MatchSink: ~Copyable {
    /// `index` is the read's in the batch.
    mutating func found(_ hit: borrowing Hit, at index: Int)
    /// A read of a plate that plugin number `watcher` watches.
    mutating func watched(_ read: Read, at index: Int, by watcher: Int)
}
