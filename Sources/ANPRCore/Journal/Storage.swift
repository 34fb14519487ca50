/// What the journal asks of a disk. Two kinds exist: the system's files, and a simulated disk that tears, flips,
/// delays, refuses and runs full.
///
/// Every call may throw. A write whose range is not synchronised may be lost, wholly or in parts, in any order.
package protocol Storage: AnyObject, Sendable {
    /// Names in a folder, in no order; empty if the folder is not there.
    func list(_ folder: String) throws(SystemError) -> [String]
    func makeFolder(_ path: String) throws(SystemError)
    /// A new file of a size, with its room reserved, reading as zeros. Fails if it is there.
    func create(_ path: String, bytes: Int) throws(SystemError) -> StorageFile
    func open(_ path: String, writable: Bool) throws(SystemError) -> StorageFile
    func close(_ file: StorageFile)
    func size(_ file: StorageFile) throws(SystemError) -> Int
    /// Fills as much as the file has from an offset on; returns how much.
    func read(_ file: StorageFile, at offset: Int, into bytes: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int
    /// Writes two runs of bytes one after the other; the second may be empty. All or an error. For a file made by
    /// `create` or opened writable: offset, lengths and addresses are multiples of a page.
    func write(
        _ file: StorageFile, at offset: Int, _ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer
    ) throws(SystemError)
    /// What was written is on disk when this returns.
    func sync(_ file: StorageFile) throws(SystemError)
    /// Names that were made, changed or removed in a folder are on disk when this returns.
    func syncFolder(_ path: String) throws(SystemError)
    func rename(_ from: String, to: String) throws(SystemError)
    func remove(_ path: String) throws(SystemError)
}

/// An open file, by a number that its storage gave.
package struct StorageFile: BitwiseCopyable, Equatable, Sendable {
    package let number: Int32
    package init(number: Int32) { self.number = number }
}

extension Storage {
    /// A whole file; at most `bytesMax`.
    package func contents(_ path: String, bytesMax: Int) throws(SystemError) -> [UInt8] {
        let (memory, count) = try load(path, bytesMax: bytesMax)
        defer { memory.deallocate() }
        return [UInt8](memory[..<count])
    }

    /// A whole file, in memory that is the caller's to free, and how much of that it fills.
    func load(
        _ path: String, bytesMax: Int
    ) throws(SystemError) -> (memory: UnsafeMutableRawBufferPointer, count: Int) {
        let file = try open(path, writable: false)
        defer { close(file) }
        let size = try size(file)
        guard size <= bytesMax else { throw SystemError("read", code: SystemError.fileTooLarge, subject: path) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, size), alignment: 8)
        do throws(SystemError) {
            var done = 0
            while done < size {
                let n = try read(file, at: done, into: UnsafeMutableRawBufferPointer(rebasing: memory[done..<size]))
                if n == 0 { break }
                done += n
            }
            return (memory, done)
        } catch {
            memory.deallocate()
            throw error
        }
    }

    /// Replaces a file by another content, whole or not at all, also through a crash.
    package func replace(_ folder: String, _ name: String, _ bytes: [UInt8]) throws(SystemError) {
        try replace(folder, name, bytes, UnsafeRawBufferPointer(start: nil, count: 0))
    }

    /// The content is a head and what follows it.
    func replace(
        _ folder: String, _ name: String, _ head: [UInt8], _ rest: UnsafeRawBufferPointer
    ) throws(SystemError) {
        let temporary = "\(folder)/\(name).new"
        do throws(SystemError) { try remove(temporary) } catch { if !error.isNotFound { throw error } }
        // WHY whole pages: direct writes know nothing smaller; the content says itself how long it is.
        let page = JournalLayout.pageBytes
        let count = head.count + rest.count
        let padded = max(page, (count + page - 1) & ~(page - 1))
        let file = try create(temporary, bytes: padded)
        defer { close(file) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: padded, alignment: page)
        defer { memory.deallocate() }
        memory.copyBytes(from: head)
        UnsafeMutableRawBufferPointer(rebasing: memory[head.count...]).copyMemory(from: rest)
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).initializeMemory(as: UInt8.self, repeating: 0)
        do throws(SystemError) {
            try write(file, at: 0, UnsafeRawBufferPointer(memory), UnsafeRawBufferPointer(start: nil, count: 0))
            try sync(file)
            try rename(temporary, to: "\(folder)/\(name)")
        } catch {
            // Names differ from time to time: what is tried again must not pile up.
            do throws(SystemError) { try remove(temporary) } catch {}
            throw error
        }
        try syncFolder(folder)
    }
}
