import Glibc

private let sectorBytes = 512

/// A disk in memory that does what disks do: it loses what was not synchronised, in any order and by the sector, it
/// fails, it runs full, and it flips bits. Seeded, so that a run can be repeated. One thread's.
package final class SimulatedDisk: Storage, @unchecked Sendable {
    // SAFE: @unchecked Sendable: used by the one thread of a simulation.

    /// What goes wrong by itself. All off: an honest disk.
    package struct Faults: Sendable {
        /// Chances, for each call.
        package var writeError = 0.0
        package var syncError = 0.0
        package var createError = 0.0
        package init() {}
    }

    /// A call that fails when its turn comes: for trying every one.
    package struct Failure: Sendable {
        package var call: Int
        package var code: CInt
        package init(call: Int, code: CInt) {
            self.call = call
            self.code = code
        }
    }

    private final class Content {
        /// What reading sees; what a crash leaves; sectors that differ between the two.
        let seen: UnsafeMutableRawBufferPointer
        let kept: UnsafeMutableRawBufferPointer
        var dirty: Set<Int> = []
        /// Sectors that a failed synchronisation gave up: no later one brings them to the disk.
        var doomed: Set<Int> = []

        init(bytes: Int) {
            seen = .allocate(byteCount: bytes, alignment: 8)
            kept = .allocate(byteCount: bytes, alignment: 8)
            memset(seen.baseAddress!, 0, bytes)
            memset(kept.baseAddress!, 0, bytes)
        }

        deinit {
            seen.deallocate()
            kept.deallocate()
        }

        /// A sector reaches the disk.
        func keep(_ sector: Int) {
            let at = sector * sectorBytes
            memcpy(kept.baseAddress! + at, seen.baseAddress! + at, min(sectorBytes, seen.count - at))
        }
    }

    private struct Open {
        var content: Content
        var path: String
        var writable: Bool
    }

    package var faults = Faults()
    package var failure: Failure?
    /// Bytes of all files at most.
    package var capacity = Int.max
    /// Calls that change something, so far.
    package private(set) var calls = 0
    package private(set) var syncs = 0
    private var random: Random
    private var names: [String: Content] = [:]
    private var namesKept: [String: Content] = [:]
    /// Changes of names that are not synchronised, in order.
    private var renames: [(inout [String: Content]) -> Void] = []
    private var open: [Int32: Open] = [:]
    private var nextNumber: Int32 = 1

    package init(seed: UInt64) { random = Random(seed: seed) }

    // MARK: Accidents

    /// The machine stops: what was not synchronised is there or not, sector by sector; names in the order of their
    /// changes, up to some point.
    package func crash() {
        for _ in 0..<random.below(renames.count + 1) { renames.removeFirst()(&namesKept) }
        renames = []
        names = namesKept
        for path in names.keys.sorted() { settle(names[path]!) }
        open = [:]
    }

    /// The process dies and the machine goes on: nothing is lost.
    package func kill() { open = [:] }

    private func settle(_ content: Content) {
        // All, none, or each by itself: whole commits that vanish are as likely as torn ones.
        let mood = random.below(3)
        for sector in content.dirty.sorted() where !content.doomed.contains(sector) {
            if mood == 0 || mood == 2 && random.below(2) == 0 { content.keep(sector) }
        }
        memcpy(content.seen.baseAddress!, content.kept.baseAddress!, content.seen.count)
        content.dirty = []
        content.doomed = []
    }

    /// Turns one bit of a file over, on the disk itself.
    package func flip(_ path: String, byte: Int, bit: Int) {
        guard let content = names[path], byte < content.seen.count else { return }
        content.seen[byte] ^= 1 << UInt8(bit)
        content.kept[byte] ^= 1 << UInt8(bit)
    }

    /// Turns a file into zeros from a byte on, on the disk itself. False when nothing changed.
    package func cut(_ path: String, from byte: Int) -> Bool {
        guard let content = names[path] else { return false }
        let rest = content.seen.count - byte
        let zeros = [UInt8](repeating: 0, count: rest)
        guard memcmp(content.seen.baseAddress! + byte, zeros, rest) != 0 else { return false }
        memset(content.seen.baseAddress! + byte, 0, rest)
        memset(content.kept.baseAddress! + byte, 0, rest)
        return true
    }

    package var paths: [String] { names.keys.sorted() }
    package func bytes(_ path: String) -> [UInt8]? { names[path].map { [UInt8]($0.seen) } }
    package var usedBytes: Int { names.values.reduce(0) { $0 + $1.seen.count } }

    // MARK: Calls

    /// Counts a call, and fails it if it is its turn.
    private func enter(_ call: String, _ path: String, chance: Double = 0) throws(SystemError) {
        calls += 1
        if let failure, failure.call == calls { throw SystemError(call, code: failure.code, subject: path) }
        if chance > 0, random.chance(chance) { throw SystemError(call, code: EIO, subject: path) }
    }

    private func change(_ apply: @escaping (inout [String: Content]) -> Void) {
        apply(&names)
        renames.append(apply)
    }

    package func list(_ folder: String) -> [String] {
        names.keys.compactMap { path in
            guard path.hasPrefix(folder + "/") else { return nil }
            let rest = path.dropFirst(folder.count + 1)
            return rest.contains("/") ? nil : String(rest)
        }
    }

    package func makeFolder(_ path: String) {}

    package func create(_ path: String, bytes: Int) throws(SystemError) -> StorageFile {
        try enter("fallocate", path, chance: faults.createError)
        guard names[path] == nil else { throw SystemError("open", code: EEXIST, subject: path) }
        guard usedBytes + bytes <= capacity else { throw SystemError("fallocate", code: ENOSPC, subject: path) }
        let content = Content(bytes: bytes)
        change { $0[path] = content }
        return register(content, path, writable: true)
    }

    package func open(_ path: String, writable: Bool) throws(SystemError) -> StorageFile {
        try enter("open", path)
        guard let content = names[path] else { throw SystemError("open", code: ENOENT, subject: path) }
        return register(content, path, writable: writable)
    }

    private func register(_ content: Content, _ path: String, writable: Bool) -> StorageFile {
        let number = nextNumber
        nextNumber += 1
        open[number] = Open(content: content, path: path, writable: writable)
        return StorageFile(number: number)
    }

    package func close(_ file: StorageFile) { open[file.number] = nil }

    private func opened(_ file: StorageFile, _ call: String) throws(SystemError) -> Open {
        guard let found = open[file.number] else { throw SystemError(call, code: EBADF) }
        return found
    }

    package func size(_ file: StorageFile) throws(SystemError) -> Int { try opened(file, "fstat").content.seen.count }

    package func read(
        _ file: StorageFile, at offset: Int, into bytes: UnsafeMutableRawBufferPointer
    ) throws(SystemError) -> Int {
        let seen = try opened(file, "pread").content.seen
        let n = max(0, min(bytes.count, seen.count - offset))
        if n > 0 { memcpy(bytes.baseAddress!, seen.baseAddress! + offset, n) }
        return n
    }

    /// An error may come when some of it was written already.
    package func write(
        _ file: StorageFile, at offset: Int, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(SystemError) {
        let target = try opened(file, "pwritev")
        precondition(target.writable, "a write to a file that was opened for reading")
        let page = JournalLayout.pageBytes
        precondition(offset % page == 0 && first.count % page == 0 && second.count % page == 0, "not by the page")
        precondition(UInt(bitPattern: first.baseAddress) % UInt(page) == 0 || first.isEmpty)
        let count = first.count + second.count
        precondition(offset + count <= target.content.seen.count, "a write past the room that was reserved")
        do throws(SystemError) {
            try enter("pwritev", target.path, chance: faults.writeError)
        } catch {
            apply(first, second, offset, random.below(count / sectorBytes + 1) * sectorBytes, target.content)
            throw error
        }
        apply(first, second, offset, count, target.content)
    }

    /// The first `count` bytes of the two runs.
    private func apply(
        _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer, _ offset: Int, _ count: Int,
        _ content: Content
    ) {
        guard count > 0 else { return }
        let fromFirst = min(count, first.count)
        if fromFirst > 0 { memcpy(content.seen.baseAddress! + offset, first.baseAddress!, fromFirst) }
        if count > fromFirst {
            memcpy(content.seen.baseAddress! + offset + fromFirst, second.baseAddress!, count - fromFirst)
        }
        for sector in offset / sectorBytes..<(offset + count) / sectorBytes {
            content.dirty.insert(sector)
            // Written anew, it is dirty again.
            content.doomed.remove(sector)
        }
    }

    package func sync(_ file: StorageFile) throws(SystemError) {
        let target = try opened(file, "fdatasync")
        do throws(SystemError) {
            try enter("fdatasync", target.path, chance: faults.syncError)
        } catch {
            // As Linux does: the pages count as clean from now on, whether they reached the disk or not.
            for sector in target.content.dirty {
                if random.below(2) == 0 { target.content.keep(sector) } else { target.content.doomed.insert(sector) }
            }
            throw error
        }
        syncs += 1
        for sector in target.content.dirty where !target.content.doomed.contains(sector) {
            target.content.keep(sector)
        }
        target.content.dirty = target.content.doomed
    }

    package func syncFolder(_ path: String) throws(SystemError) {
        try enter("fsync", path)
        for change in renames { change(&namesKept) }
        renames = []
    }

    package func rename(_ from: String, to: String) throws(SystemError) {
        try enter("rename", from)
        guard names[from] != nil else { throw SystemError("rename", code: ENOENT, subject: from) }
        change { names in
            names[to] = names[from]
            names[from] = nil
        }
        for (number, file) in open where file.path == from { open[number]!.path = to }
    }

    package func remove(_ path: String) throws(SystemError) {
        try enter("unlink", path)
        guard names[path] != nil else { throw SystemError("unlink", code: ENOENT, subject: path) }
        change { $0[path] = nil }
    }
}
