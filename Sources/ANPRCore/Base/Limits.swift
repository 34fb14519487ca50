/// Every bound of the engine that is not configuration. A relation between two of them is stated where
/// it is needed and asserted by `LimitsTests`.
package enum Limits {
    /// A plate has at most this many characters: the longest that base 37 packs in one 64-bit word.
    package static let plateCharactersMax = 12
    /// Bytes of a camera's own text that travel and are kept with a read.
    package static let plateTextBytes = 16
    /// Camera ids are below this, so that a camera's state is reached by an index and never by a hash.
    package static let cameraIDEnd: UInt32 = 1 << 20
    /// A frame carries 1 to this many reads: 32 + 43 * 32 + 16 = 1,424 bytes, inside an IPv6 MTU of 1,500.
    package static let frameReadsMax = 43
    /// Sequences behind the highest that a camera's window still tells apart: 190 full frames.
    package static let windowReads = 8192
    /// Reads that a shard takes from its rings in one turn.
    package static let batchReads = 256
    /// Entries of blacklists that one engine holds: their numbers, from 1, are below the last of 26 bits.
    package static let entriesMax = 64 << 20 - 1 << 16
    /// Blacklists that one engine holds.
    package static let listsMax = 1024
    /// Sections that one engine holds.
    package static let sectionsMax = 16384
    /// Subscriptions to cut-out reads (one a plugin).
    package static let watchersMax = 32
}
