/// The folder that a plugin's ledger lives in: the few things that it asks of a disk, so that a test can put one under
/// it that fails and crashes where it likes.
///
/// Names are plain, without `/`. A call that throws may have been done in part, or whole.
package protocol LedgerStorage: AnyObject {
    /// Names of all files, in any order.
    func list() throws(SystemError) -> [String]
    /// Opens a file for appending; makes it when it is not there, and then its name is durable.
    func open(_ name: String) throws(SystemError) -> LedgerFile
    func close(_ file: LedgerFile)
    func append(_ bytes: UnsafeRawBufferPointer, to file: LedgerFile) throws(SystemError)
    /// What was appended is durable when it returns. After it threw, nothing appended since the last time it did not
    /// may be trusted, even if a later call succeeds.
    func sync(_ file: LedgerFile) throws(SystemError)
    /// Cuts a file off, and with that drops what a failed `sync` left behind.
    func truncate(_ file: LedgerFile, to count: Int) throws(SystemError)
    /// In the place of a file of that name, if there is one; durable when it returns.
    func rename(_ name: String, to newName: String) throws(SystemError)
    func remove(_ name: String) throws(SystemError)
    /// At most `count` bytes from an offset; fewer only at the end.
    func read(_ name: String, from offset: Int, count: Int) throws(SystemError) -> [UInt8]
    /// 64 bytes that outlive the process, though not the machine; zeros at first. Valid as long as the storage.
    func page(_ name: String) throws(SystemError) -> UnsafeMutableRawBufferPointer
}

extension LedgerStorage {
    package static var pageBytes: Int { 64 }

    /// The first transactions of a ledger's files, in order.
    func logs() throws(SystemError) -> [UInt64] {
        var logs: [UInt64] = []
        for name in try list() {
            if case .log(let first) = LedgerName(name) { logs.append(first) }
        }
        return logs.sorted()
    }

    /// A whole file.
    package func read(_ name: String) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        let step = 4 << 20
        while true {
            let part = try read(name, from: bytes.count, count: step)
            bytes += part
            if part.count < step { return bytes }
        }
    }

    package func append(_ bytes: [UInt8], to file: LedgerFile) throws(SystemError) {
        try bytes.span.bytes.withUnsafeBytes { raw throws(SystemError) in try append(raw, to: file) }
    }

    /// A file that is there whole or not at all, in the place of the one that was there.
    package func replace(_ name: String, with bytes: [UInt8]) throws(SystemError) -> LedgerFile {
        let temporary = name + LedgerName.temporarySuffix
        if try list().contains(temporary) { try remove(temporary) }
        let file = try open(temporary)
        do throws(SystemError) {
            try append(bytes, to: file)
            try sync(file)
            try rename(temporary, to: name)
        } catch {
            close(file)
            throw error
        }
        return file
    }
}

/// An open file of a `LedgerStorage`.
package struct LedgerFile: Hashable, Sendable {
    let number: Int
}
