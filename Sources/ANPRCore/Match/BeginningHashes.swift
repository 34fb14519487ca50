/// Room for the hashes of the beginnings of reads' plates: what patterns are told by.
struct BeginningHashes: @unchecked Sendable {
    // SAFE: @unchecked Sendable: lives inside the owner of the memory.
    let sixes: UnsafeMutablePointer<UInt64>
    let fours: UnsafeMutablePointer<UInt64>

    /// Those of the reads from one of them on.
    @inline(__always)
    func from(_ read: Int) -> BeginningHashes { BeginningHashes(sixes: sixes + read, fours: fours + read) }
}
