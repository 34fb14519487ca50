import Glibc

/// A folder that is made up: it fails or dies at the call that a test names, and after a death it has lost what a disk
/// may lose. All from one seed.
package final class MemoryLedgerStorage: LedgerStorage {
    package enum Fault: Equatable, Sendable {
        /// The call fails, perhaps after it was done in part.
        case error(CInt)
        /// The machine stops in the call; every later one fails, until `restart`.
        case crash
    }

    private struct Content {
        /// As a reader sees it.
        var bytes: [UInt8] = []
        /// As a crash would find it.
        var onDisk: [UInt8] = []
        /// A synchronisation failed: the kernel takes these bytes for written and never writes them, as Linux does.
        var forgotten = 0..<0

        /// The first so many bytes, as they reach the disk.
        func reaching(_ count: Int) -> [UInt8] {
            var reached = Array(bytes.prefix(count))
            for i in forgotten.clamped(to: 0..<reached.count) { reached[i] = 0 }
            return reached
        }
    }

    private var random: Random
    private var names: [String: Int] = [:]
    private var contents: [Int: Content] = [:]
    private var nextNumber = 0
    private var pages: [String: UnsafeMutableRawBufferPointer] = [:]
    private var fault: (call: Int, Fault)?
    private var second: Fault?
    package private(set) var isDead = false
    package private(set) var wasHit = false
    /// Calls made so far; the next one has this number.
    package private(set) var calls = 0

    package init(seed: UInt64) { random = Random(seed: seed) }

    deinit { for page in pages.values { page.deallocate() } }

    // MARK: What a test does to it

    /// The call of that number, counted from 0 over its life, is hit.
    package func plan(_ fault: Fault, at call: Int) { self.fault = (call, fault) }

    /// The call after the one that is hit is hit as well.
    package func planNext(_ fault: Fault) { second = fault }

    package func planNothing() { fault = nil }

    /// The process ended, and nothing was lost but its memory.
    package func restartProcess() { isDead = false }

    /// The machine stopped: of what was not synchronised, files keep a part, cut at any byte.
    package func restartMachine() {
        isDead = false
        for number in contents.keys.sorted() {
            var content = contents[number]!
            if content.bytes.starts(with: content.onDisk) {
                let more = random.below(content.bytes.count - content.onDisk.count + 1)
                content.onDisk = content.reaching(content.onDisk.count + more)
            }
            contents[number] = Content(bytes: content.onDisk, onDisk: content.onDisk)
        }
        for name in pages.keys.sorted() where random.chance(0.5) {
            pages[name]!.initializeMemory(as: UInt8.self, repeating: 0)
        }
    }

    package func bytes(_ name: String) -> [UInt8]? { names[name].map { contents[$0]!.bytes } }

    /// Puts a file there as if it had been written long ago.
    package func put(_ name: String, _ bytes: [UInt8]) {
        let number = number(name)
        contents[number] = Content(bytes: bytes, onDisk: bytes)
    }

    package var fileNames: [String] { names.keys.sorted() }

    // MARK: Calls

    /// Throws if this call is hit; `partly` is what it does then, or does not.
    private func enter(_ call: String, partly: () -> Void = {}) throws(SystemError) {
        if isDead { throw SystemError(call, code: EIO, subject: "after the crash") }
        defer { calls += 1 }
        guard let fault, fault.call == calls else { return }
        wasHit = true
        self.fault = second.map { (calls + 1, $0) }
        second = nil
        partly()
        switch fault.1 {
        case .error(let code): throw SystemError(call, code: code, subject: "call \(calls)")
        case .crash:
            isDead = true
            throw SystemError(call, code: EIO, subject: "crash in call \(calls)")
        }
    }

    private func number(_ name: String) -> Int {
        if let number = names[name] { return number }
        nextNumber += 1
        names[name] = nextNumber
        contents[nextNumber] = Content()
        return nextNumber
    }

    package func list() throws(SystemError) -> [String] {
        try enter("list")
        return names.keys.sorted()
    }

    package func open(_ name: String) throws(SystemError) -> LedgerFile {
        try enter("open") { if random.chance(0.5) { _ = number(name) } }
        return LedgerFile(number: number(name))
    }

    package func close(_ file: LedgerFile) {}

    package func append(_ bytes: UnsafeRawBufferPointer, to file: LedgerFile) throws(SystemError) {
        try enter("append") {
            contents[file.number]?.bytes += Array(bytes.prefix(random.below(bytes.count + 1)))
        }
        contents[file.number]?.bytes += Array(bytes)
    }

    package func sync(_ file: LedgerFile) throws(SystemError) {
        let isCrash = fault?.call == calls && fault?.1 == .crash
        try enter("sync") {
            if !isCrash { forget(file.number) } else if random.chance(0.5) { flush(file.number) }
        }
        flush(file.number)
    }

    private func flush(_ number: Int) {
        guard let content = contents[number] else { return }
        contents[number]?.onDisk = content.reaching(content.bytes.count)
    }

    private func forget(_ number: Int) {
        guard let content = contents[number], content.onDisk.count < content.bytes.count else { return }
        contents[number]?.forgotten = content.onDisk.count..<content.bytes.count
    }

    package func truncate(_ file: LedgerFile, to count: Int) throws(SystemError) {
        try enter("truncate") { if random.chance(0.5) { cut(file.number, count) } }
        cut(file.number, count)
    }

    private func cut(_ number: Int, _ count: Int) {
        guard var content = contents[number] else { return }
        content.bytes = Array(content.bytes.prefix(count))
        content.forgotten = content.forgotten.clamped(to: 0..<content.bytes.count)
        contents[number] = content
    }

    package func rename(_ name: String, to newName: String) throws(SystemError) {
        try enter("rename") { if random.chance(0.5) { move(name, newName) } }
        guard names[name] != nil else { throw SystemError("rename", code: ENOENT, subject: name) }
        move(name, newName)
    }

    private func move(_ name: String, _ newName: String) {
        if let number = names.removeValue(forKey: name) { names[newName] = number }
    }

    package func remove(_ name: String) throws(SystemError) {
        try enter("remove") { if random.chance(0.5) { names[name] = nil } }
        names[name] = nil
    }

    package func read(_ name: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8] {
        try enter("read")
        guard let bytes = bytes(name) else { throw SystemError("open", code: ENOENT, subject: name) }
        return Array(bytes.dropFirst(offset).prefix(count))
    }

    package func page(_ name: String) throws(SystemError) -> UnsafeMutableRawBufferPointer {
        try enter("page")
        if let page = pages[name] { return page }
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pageBytes, alignment: 64)
        page.initializeMemory(as: UInt8.self, repeating: 0)
        pages[name] = page
        return page
    }
}
