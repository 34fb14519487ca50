import ANPRCore

/// Reads that several threads look at and none changes.
struct SharedReads: @unchecked Sendable {
    // SAFE: @unchecked Sendable: written before the threads start, read-only until they have ended.
    let base: UnsafePointer<Read>
    init(_ base: UnsafeMutablePointer<Read>) { self.base = UnsafePointer(base) }
}
