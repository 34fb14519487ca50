/// Reads comma-separated values with a header line (RFC 4180: quotes, doubled quotes, CRLF or LF).
///
/// Rows are visited in order without a copy; a quoted field with doubled quotes is the one case that copies.
/// Lines that are empty or start with `#` are skipped. Not for streams: the whole file is in memory.
package struct CSVReader: ~Copyable {
    package let file: String
    private let bytes: UnsafeRawBufferPointer
    private var at = 0
    /// Bytes of the file that were looked at.
    package var offset: Int { at }

    struct Cell: BitwiseCopyable {
        var start: Int
        var end: Int
    }
    /// A row of more has a line's fault, or no table has so many columns.
    private static let fieldsMax = 64
    /// Of the row last read, from 1.
    package private(set) var line = 0
    private var nextLine = 1
    /// Where the fields of the row stand, as many as `fieldsMax`.
    private let fields = Slab<Cell>(count: fieldsMax)
    /// Fields of the row, though more than `fieldsMax`.
    package private(set) var fieldCount = 0
    package private(set) var header: [String] = []
    private var rowStart = 0
    /// Of the row last read: a quote in it stays open up to the file's end, and takes what follows with it.
    package private(set) var hasOpenQuote = false

    /// Reads the header. Throws when a column that is required is missing, or one that is unknown is there.
    package init(
        file: String, bytes: UnsafeRawBufferPointer, required: [String], optional: [String]
    ) throws(InputProblems) {
        self.file = file
        self.bytes = bytes
        if bytes.count >= 3, bytes[0] == 0xef, bytes[1] == 0xbb, bytes[2] == 0xbf { at = 3 }
        guard nextRow() else {
            throw InputProblems(file: file, "is empty; expected a header: \(required.joined(separator: ","))")
        }
        for i in 0..<min(fieldCount, Self.fieldsMax) { header.append(text(i).lowercased().replacing("-", with: "_")) }
        var problems = InputProblems()
        for column in required where !header.contains(column) {
            problems.add(InputProblem(file: file, line: line, message: "column '\(column)' is missing"))
        }
        for column in header where !required.contains(column) && !optional.contains(column) {
            let known = (required + optional.filter { !required.contains($0) }).joined(separator: ",")
            problems.add(
                InputProblem(file: file, line: line, message: "column '\(column)' is unknown; known: \(known)"))
        }
        if Set(header).count != header.count {
            problems.add(InputProblem(file: file, line: line, message: "a column stands twice"))
        }
        if !problems.isEmpty { throw problems }
    }

    /// The place of a column in each row; nil when the file does not have it.
    package func column(_ name: String) -> Int? { header.firstIndex(of: name) }

    /// Whether the row has as many fields as the header.
    package var isComplete: Bool { fieldCount == header.count }

    /// Moves to the next row; false at the end.
    package mutating func nextRow() -> Bool {
        while at < bytes.count {
            line = nextLine
            let first = bytes[at]
            if first == 0x0a || first == 0x0d || first == 0x23 {  // empty, or a remark
                skipLine()
                continue
            }
            scanRow()
            return true
        }
        return false
    }

    private mutating func skipLine() {
        while at < bytes.count, bytes[at] != 0x0a { at += 1 }
        at += 1
        nextLine += 1
    }

    private mutating func scanRow() {
        fieldCount = 0
        rowStart = at
        while true {
            scanField()
            guard at < bytes.count else { return }
            let byte = bytes[at]
            at += 1
            if byte == 0x0a {
                nextLine += 1
                return
            }
        }
    }

    /// One field: up to a comma, a line's end or the file's end; `at` is left on what ended it.
    private mutating func scanField() {
        // SAFE: `at` is looked at before each load.
        let base = bytes.baseAddress!.assumingMemoryBound(to: UInt8.self)
        let count = bytes.count
        let start = at
        var at = start
        if at < count, base[at] == 0x22 { at = endOfQuotes(from: at) }
        while at < count, base[at] != 0x2c, base[at] != 0x0a { at &+= 1 }
        let end = at > start && base[at &- 1] == 0x0d ? at &- 1 : at
        if fieldCount < Self.fieldsMax { fields.base[fieldCount] = Cell(start: start, end: end) }
        fieldCount &+= 1
        self.at = at
    }

    /// From a quote to the one that closes it, or the file's end.
    private mutating func endOfQuotes(from quote: Int) -> Int {
        var at = quote + 1
        while at < bytes.count {
            if bytes[at] == 0x22 {
                guard at + 1 < bytes.count, bytes[at + 1] == 0x22 else { break }
                at += 1
            } else if bytes[at] == 0x0a {
                nextLine += 1
            }
            at += 1
        }
        if at >= bytes.count { hasOpenQuote = true }
        return at
    }

    /// The row as it stands in the file, without its line's end.
    package var rawRow: UnsafeRawBufferPointer {
        var end = min(at, bytes.count)
        while end > rowStart, bytes[end - 1] == 0x0a || bytes[end - 1] == 0x0d { end -= 1 }
        return UnsafeRawBufferPointer(rebasing: bytes[rowStart..<end])
    }

    /// The bytes of a field that needs no unquoting (a quoted field without doubled quotes included).
    package func raw(_ index: Int) -> UnsafeRawBufferPointer {
        precondition(index < fieldCount && index < Self.fieldsMax)
        var (start, end) = (fields.base[index].start, fields.base[index].end)
        if end - start >= 2, bytes[start] == 0x22, bytes[end - 1] == 0x22 {
            start += 1
            end -= 1
        }
        // SAFE: inside the file, as it was scanned.
        return UnsafeRawBufferPointer(start: bytes.baseAddress! + start, count: end - start)
    }

    /// A field as text, unquoted, blanks at the ends cut.
    package func text(_ index: Int) -> String {
        let field = raw(index)
        var start = 0
        var end = field.count
        while start < end, field[start] == 0x20 || field[start] == 0x09 { start += 1 }
        while end > start, field[end - 1] == 0x20 || field[end - 1] == 0x09 { end -= 1 }
        let plain = String(decoding: field[start..<end], as: UTF8.self)
        return plain.contains("\"\"") ? plain.replacing("\"\"", with: "\"") : plain
    }

    /// A field of an optional column; nil when the column is not there or the field is empty.
    package func text(_ index: Int?) -> String? {
        guard let index, index < fieldCount else { return nil }
        let value = text(index)
        return value.isEmpty ? nil : value
    }

    package func problem(_ message: String) -> InputProblem { InputProblem(file: file, line: line, message: message) }
}

/// A value as a field of a CSV line: quoted when it must be.
package enum CSVField {
    package static func text(_ value: String) -> String {
        guard value.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" || $0 == "\r" }) else { return value }
        return "\"" + value.replacing("\"", with: "\"\"") + "\""
    }
}
