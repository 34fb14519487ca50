/// A log that cannot be read though it was on disk once: where, why, and what can be done.
package struct JournalDamage: Error, CustomStringConvertible, Sendable {
    package let file: String
    package let offset: Int
    package let shard: Int
    package let position: UInt64
    /// The next block that is good; nil when none was found.
    package let goodAgain: UInt64?
    package let reason: String

    package var description: String {
        let range = goodAgain.map { "\($0 - position) bytes, to position \($0)" } ?? "everything from there on"
        return "\(file): damaged at offset \(offset) (shard \(shard), position \(position)): \(reason)\n"
            + "  affected: \(range). It was on disk once, so this is no torn write: look at the disk.\n"
            + "  Nothing was changed. Look closer:  anprd journal check DATA\n"
            + "  To go on without that range:       anprd journal repair DATA   (keeps a copy of the file)"
    }
}
