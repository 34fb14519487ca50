/// Which rows of files were done, however many: who gives the same file again gets nothing done twice.
///
/// A row's call has an id of its file's and its line: `pv add:3kq0:17`. Of a file whole stretches of lines are kept,
/// so a file of a million rows that were all done is one. `DoneCalls` keeps the answers, of the last ones only.
struct DoneRows: Equatable {
    /// Stretches at most, over all files: refused rows part them. Beyond, the file that was given longest ago is
    /// forgotten, of the only one its first lines.
    static let stretchesMax = 1 << 16

    struct Stretch: Equatable {
        var first: UInt32
        var last: UInt32
    }

    private struct File: Equatable {
        let name: String
        /// Apart, in order.
        var stretches: [Stretch]

        func contains(_ line: UInt32) -> Bool {
            let at = stretchesUp(to: line)
            return at > 0 && stretches[at - 1].last >= line
        }

        /// How many stretches begin at a line or before it.
        private func stretchesUp(to line: UInt32) -> Int {
            var (low, high) = (0, stretches.count)
            while low < high {
                let middle = (low + high) / 2
                if stretches[middle].first <= line { low = middle + 1 } else { high = middle }
            }
            return low
        }

        /// Returns by how much the stretches became more.
        mutating func add(_ line: UInt32) -> Int {
            let at = stretchesUp(to: line)
            if at > 0, stretches[at - 1].last >= line { return 0 }
            let joinsBefore = at > 0 && stretches[at - 1].last + 1 == line
            let joinsAfter = at < stretches.count && stretches[at].first == line + 1
            switch (joinsBefore, joinsAfter) {
            case (true, true): stretches[at - 1].last = stretches.remove(at: at).last
            case (true, false): stretches[at - 1].last = line
            case (false, true): stretches[at].first = line
            case (false, false): stretches.insert(Stretch(first: line, last: line), at: at)
            }
            return joinsBefore && joinsAfter ? -1 : joinsBefore || joinsAfter ? 0 : 1
        }
    }

    /// The one that was given last stands last.
    private var files: [File] = []
    private var stretchCount = 0

    private static func row(_ id: String) -> (file: Substring, line: UInt32)? {
        guard let colon = id.lastIndex(of: ":"), let line = UInt32(id[id.index(after: colon)...]), line < .max else {
            return nil
        }
        return (id[..<colon], line)
    }

    /// Whether an id is that of a row that was done.
    func contains(_ id: String) -> Bool {
        guard let (name, line) = Self.row(id), let file = files.last(where: { $0.name == name }) else { return false }
        return file.contains(line)
    }

    mutating func note(_ id: String) {
        guard let (name, line) = Self.row(id) else { return }
        if let at = files.lastIndex(where: { $0.name == name }) {
            if at != files.count - 1 { files.append(files.remove(at: at)) }
        } else {
            files.append(File(name: String(name), stretches: []))
        }
        stretchCount += files[files.count - 1].add(line)
        while stretchCount > Self.stretchesMax { forgetOldest() }
    }

    private mutating func forgetOldest() {
        if files.count > 1 {
            stretchCount -= files.removeFirst().stretches.count
        } else {
            files[0].stretches.removeFirst()
            stretchCount -= 1
        }
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(files.count))
        for file in files {
            bytes.append(text: file.name)
            bytes.append(number: UInt32(file.stretches.count))
            for stretch in file.stretches {
                bytes.append(number: stretch.first)
                bytes.append(number: stretch.last)
            }
        }
    }

    init() {}

    /// Nil when the bytes are none that were written.
    init?(_ reader: inout ByteReader) {
        guard let count = reader.number(UInt32.self) else { return nil }
        for _ in 0..<count {
            guard let name = reader.text(), let stretches = reader.number(UInt32.self) else { return nil }
            var file = File(name: name, stretches: [])
            for _ in 0..<stretches {
                guard let first = reader.number(UInt32.self), let last = reader.number(UInt32.self), first <= last,
                    file.stretches.last.map({ $0.last < first }) ?? true
                else { return nil }
                file.stretches.append(Stretch(first: first, last: last))
            }
            stretchCount += file.stretches.count
            files.append(file)
        }
    }
}
