/// Tells code, comments and string literals apart, byte by byte, well enough for checks that look for words.
///
/// Knows nested block comments, raw and multi-line strings and interpolations (which are code). Does not know regex
/// literals: one that holds a quotation mark would confuse it, and the project has none.
struct SourceMask {
    private let bytes: [UInt8]
    private var at = 0
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
        let blank = bytes.map { $0 == 0x0a ? $0 : 0x20 }
        code = blank
        comments = blank
    }

    mutating func scan() { scanCode(untilParenthesis: false) }

    private func matches(_ text: StaticString) -> Bool {
        let n = text.utf8CodeUnitCount
        guard at + n <= bytes.count else { return false }
        for i in 0..<n where bytes[at + i] != text.utf8Start[i] { return false }
        return true
    }

    private mutating func keepCode(_ count: Int = 1) {
        for i in at..<min(at + count, bytes.count) { code[i] = bytes[i] }
        at += count
    }

    /// Code up to the end of the file, or up to the parenthesis that ends an interpolation.
    private mutating func scanCode(untilParenthesis: Bool) {
        var depth = 0
        while at < bytes.count {
            if matches("//") {
                scanLineComment()
            } else if matches("/*") {
                scanBlockComment()
            } else if let hashes = openingHashes() {
                scanString(hashes: hashes)
            } else {
                if bytes[at] == 0x28 { depth += 1 }
                if bytes[at] == 0x29 {
                    if untilParenthesis, depth == 0 { return }
                    depth -= 1
                }
                keepCode()
            }
        }
    }

    private mutating func scanLineComment() {
        while at < bytes.count, bytes[at] != 0x0a {
            comments[at] = bytes[at]
            at += 1
        }
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            let step = matches("/*") || matches("*/") ? 2 : 1
            if matches("/*") { depth += 1 }
            if matches("*/") { depth -= 1 }
            for i in at..<min(at + step, bytes.count) { comments[i] = bytes[i] }
            at += step
        } while depth > 0 && at < bytes.count
    }

    /// How many `#` stand before a quotation mark here; nil when no string begins here.
    private func openingHashes() -> Int? {
        var end = at
        while end < bytes.count, bytes[end] == 0x23 { end += 1 }
        return end < bytes.count && bytes[end] == 0x22 ? end - at : nil
    }

    private func isFollowed(byHashes hashes: Int, from: Int) -> Bool {
        from + hashes <= bytes.count && bytes[from..<from + hashes].allSatisfy { $0 == 0x23 }
    }

    private mutating func scanString(hashes: Int) {
        keepCode(hashes)
        let quotes = matches("\"\"\"") ? 3 : 1
        keepCode(quotes)
        while at < bytes.count {
            if bytes[at] == 0x5c, isFollowed(byHashes: hashes, from: at + 1) {
                at += 1 + hashes
                if at < bytes.count, bytes[at] == 0x28 {
                    keepCode()
                    scanCode(untilParenthesis: true)
                    keepCode()
                } else {
                    at += 1
                }
            } else if quotes == 3 ? matches("\"\"\"") : bytes[at] == 0x22,
                isFollowed(byHashes: hashes, from: at + quotes)
            {
                return keepCode(quotes + hashes)
            } else if quotes == 1, bytes[at] == 0x0a {
                return  // an unfinished literal ends with its line
            } else {
                at += 1
            }
        }
    }
}
