/// Where a matcher's findings go; specialised, so that a call costs what its body costs.
package protocol MatchSink: ~Copyable {
    mutating func found(_ hit: borrowing Hit)
    /// A read of a plate that plugin number `watcher` watches.
    mutating func watched(_ read: Read, by watcher: Int)
}
