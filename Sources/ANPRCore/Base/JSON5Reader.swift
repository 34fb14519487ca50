/// Reads a JSON5 text by recursive descent; names the line on which it goes wrong. Cold.
struct JSON5Reader {
    private let file: String
    private let bytes: [UInt8]
    private var at = 0
    private var line = 1
    private var depth = 0

    /// Deeper than any configuration; keeps a hostile text from using up the stack.
    static let depthMax = 32

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    mutating func whole() throws(InputProblem) -> JSON5Value {
        let value = try value()
        try skipBlanks()
        guard at == bytes.count else { throw problem("nothing may follow the value; found \(found)") }
        return value
    }

    // MARK: Values

    private mutating func value() throws(InputProblem) -> JSON5Value {
        try skipBlanks()
        guard let byte = peek else { throw problem("a value is missing: the text ends here") }
        let line = line
        switch byte {
        case UInt8(ascii: "{"):
            return JSON5Value(.object(try nested { (r) throws(InputProblem) in try r.members() }), line: line)
        case UInt8(ascii: "["):
            return JSON5Value(.array(try nested { (r) throws(InputProblem) in try r.elements() }), line: line)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return JSON5Value(.string(try string()), line: line)
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            return JSON5Value(try number(), line: line)
        default:
            let start = at
            switch try identifier() {
            case "null": return JSON5Value(.null, line: line)
            case "true": return JSON5Value(.boolean(true), line: line)
            case "false": return JSON5Value(.boolean(false), line: line)
            case "Infinity", "NaN":
                at = start
                return JSON5Value(try number(), line: line)
            case let word: throw problem("'\(word)' is no value; a text stands in quotes")
            }
        }
    }

    private mutating func nested<T>(_ body: (inout Self) throws(InputProblem) -> T) throws(InputProblem) -> T {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else { throw problem("more than \(Self.depthMax) levels deep") }
        at += 1
        return try body(&self)
    }

    private mutating func members() throws(InputProblem) -> [JSON5Member] {
        var members: [JSON5Member] = []
        while true {
            try skipBlanks()
            if take("}") { return members }
            let line = line
            guard let byte = peek else { throw problem("the text ends inside an object: '}' is missing") }
            let quoted = byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
            let name = quoted ? try string() : try identifier()
            if let first = members.first(where: { $0.name == name }) {
                throw problem("'\(name)' stands twice, first on line \(first.line)")
            }
            try skipBlanks()
            guard take(":") else { throw problem("':' is missing after '\(name)'; found \(found)") }
            members.append(JSON5Member(name: name, line: line, value: try value()))
            try skipBlanks()
            if take(",") { continue }
            guard peek == UInt8(ascii: "}") else { throw problem("',' or '}' is missing; found \(found)") }
        }
    }

    private mutating func elements() throws(InputProblem) -> [JSON5Value] {
        var elements: [JSON5Value] = []
        while true {
            try skipBlanks()
            if take("]") { return elements }
            elements.append(try value())
            try skipBlanks()
            if take(",") { continue }
            guard peek == UInt8(ascii: "]") else { throw problem("',' or ']' is missing; found \(found)") }
        }
    }

    // MARK: Words

    /// An ECMAScript identifier name of ASCII letters, digits, `_` and `$`.
    private mutating func identifier() throws(InputProblem) -> String {
        let start = at
        while let byte = peek, Self.isWord(byte) { at += 1 }
        guard at > start, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[start]) else {
            throw problem("a name or a value is missing; found \(found)")
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "$"):
            true
        default: false
        }
    }

    private mutating func number() throws(InputProblem) -> JSON5Value.Kind {
        let start = at
        if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { at += 1 }
        let isNegative = bytes[start] == UInt8(ascii: "-")
        let digits = at
        while let byte = peek {
            let sign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
            // A sign belongs to a number only after an exponent's letter.
            guard Self.isWord(byte) || byte == UInt8(ascii: ".") || (sign && bytes[at - 1] | 0x20 == UInt8(ascii: "e"))
            else { break }
            at += 1
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        let magnitude = String(decoding: bytes[digits..<at], as: UTF8.self)
        guard let value = Self.magnitude(magnitude) else { throw problem("'\(text)' is no number") }
        return .number(text: text, isNegative ? -value : value)
    }

    private static func magnitude(_ text: String) -> Double? {
        if text == "Infinity" { return .infinity }
        if text == "NaN" { return .nan }
        if text.hasPrefix("0x") || text.hasPrefix("0X") {
            guard text.utf8.dropFirst(2).allSatisfy({ hexValue($0) != nil }) else { return nil }
            return UInt64(text.dropFirst(2), radix: 16).map { Double($0) }
        }
        let isDecimal = text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "eE+-.".utf8.contains($0)
        }
        let hasLeadingZero = text.count > 1 && text.first == "0" && text.dropFirst().first!.isNumber
        guard isDecimal, !hasLeadingZero else { return nil }
        // JSON5 lets a point begin or end a number; Swift's parser does not.
        let padded = (text.hasPrefix(".") ? "0" : "") + text + (text.hasSuffix(".") ? "0" : "")
        return text == "." ? nil : Double(padded.replacing(".e", with: ".0e").replacing(".E", with: ".0E"))
    }

    private static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    // MARK: Texts

    private mutating func string() throws(InputProblem) -> String {
        let quote = bytes[at]
        at += 1
        var out: [UInt8] = []
        while let byte = peek {
            at += 1
            switch byte {
            case quote:
                guard let text = String(validating: out, as: UTF8.self) else {
                    throw problem("a text that is not UTF-8")
                }
                return text
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw problem("a text must end on the line where it begins (or its line with a backslash)")
            case UInt8(ascii: "\\"): try escape(into: &out)
            default: out.append(byte)
            }
        }
        throw problem("the text ends inside quotes")
    }

    private mutating func escape(into out: inout [UInt8]) throws(InputProblem) {
        guard let byte = peek else { throw problem("the text ends after a backslash") }
        at += 1
        switch byte {
        case UInt8(ascii: "n"): out.append(0x0A)
        case UInt8(ascii: "t"): out.append(0x09)
        case UInt8(ascii: "r"): out.append(0x0D)
        case UInt8(ascii: "b"): out.append(0x08)
        case UInt8(ascii: "f"): out.append(0x0C)
        case UInt8(ascii: "v"): out.append(0x0B)
        case UInt8(ascii: "0"): out.append(0x00)
        case UInt8(ascii: "x"): out.append(contentsOf: String(UnicodeScalar(UInt8(try hex(2)))).utf8)
        case UInt8(ascii: "u"): out.append(contentsOf: String(try unicode()).utf8)
        case UInt8(ascii: "\r"):
            line += 1
            if peek == UInt8(ascii: "\n") { at += 1 }
        case UInt8(ascii: "\n"): line += 1
        case UInt8(ascii: "1")...UInt8(ascii: "9"): throw problem("a backslash before a digit means nothing")
        default: out.append(byte)
        }
    }

    private mutating func hex(_ count: Int) throws(InputProblem) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let byte = peek, let digit = Self.hexValue(byte) else {
                throw problem("\(count) hexadecimal digits must follow here; found \(found)")
            }
            value = value << 4 | digit
            at += 1
        }
        return value
    }

    /// Four digits, or two times four for a surrogate pair.
    private mutating func unicode() throws(InputProblem) -> UnicodeScalar {
        var code = try hex(4)
        if (0xD800..<0xDC00).contains(code) {
            guard take("\\"), take("u") else { throw problem("half a surrogate pair") }
            let low = try hex(4)
            guard (0xDC00..<0xE000).contains(low) else { throw problem("half a surrogate pair") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = UnicodeScalar(code) else { throw problem("half a surrogate pair") }
        return scalar
    }

    // MARK: Blanks

    private mutating func skipBlanks() throws(InputProblem) {
        while let byte = peek {
            switch byte {
            case 0x0A:
                line += 1
                at += 1
            case 0x20, 0x09, 0x0B, 0x0C, 0x0D: at += 1
            case 0xC2 where at + 1 < bytes.count && bytes[at + 1] == 0xA0: at += 2
            case UInt8(ascii: "/"): try skipComment()
            default: return
            }
        }
    }

    private mutating func skipComment() throws(InputProblem) {
        let next = at + 1 < bytes.count ? bytes[at + 1] : 0
        if next == UInt8(ascii: "/") {
            while let byte = peek, byte != 0x0A { at += 1 }
            return
        }
        guard next == UInt8(ascii: "*") else { throw problem("a single '/'; a comment begins with // or /*") }
        let begun = problem("this comment has no end")
        at += 2
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "*"), bytes[at + 1] == UInt8(ascii: "/") {
                at += 2
                return
            }
            if bytes[at] == 0x0A { line += 1 }
            at += 1
        }
        throw begun
    }

    // MARK: Bytes

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func take(_ scalar: UnicodeScalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        at += 1
        return true
    }

    private var found: String {
        guard let byte = peek else { return "the end" }
        return (0x21..<0x7F).contains(byte) ? "'\(UnicodeScalar(byte))'" : "byte \(byte)"
    }

    private func problem(_ message: String) -> InputProblem { InputProblem(file: file, line: line, message: message) }
}
