/// How long, how wide, how named.
enum Shape {
    static let lineColumnsMax = 120
    static let functionLinesMax = 70
    private static let emptyNames = ["Utils", "Util", "Helpers", "Helper", "Manager", "Common", "Misc"]

    static func findings(_ file: SourceFile) -> [Finding] {
        var findings: [Finding] = []
        for (i, line) in file.lines.enumerated() {
            if line.count > lineColumnsMax { findings.append(file.finding(line: i, "over \(lineColumnsMax) columns")) }
            if line.contains("\t") { findings.append(file.finding(line: i, "a tab; indent with blanks")) }
            if line.last == " " || line.last == "\r" {
                findings.append(file.finding(line: i, "blanks at the line's end"))
            }
        }
        if !file.text.hasSuffix("\n") || file.text.hasSuffix("\n\n") {
            findings.append(Finding(path: file.path, line: 0, message: "a file ends with one newline"))
        }
        let stem = String(file.name.prefix { $0 != "." && $0 != "+" })
        if emptyNames.contains(where: { stem.hasSuffix($0) }) {
            findings.append(Finding(path: file.path, line: 0, message: "name the file after the one noun in it"))
        }
        if file.isSwift { findings += longFunctions(file) + emptyTypeNames(file) }
        return findings
    }

    private static func emptyTypeNames(_ file: SourceFile) -> [Finding] {
        file.code.indices.flatMap { i in
            let words = file.words(line: i)
            return zip(words, words.dropFirst()).filter { keyword, name in
                ["struct", "class", "enum", "protocol", "actor"].contains(keyword)
                    && emptyNames.contains { name.hasSuffix($0) }
            }.map { file.finding(line: i, "'\($0.1)' says nothing: name the type after what it is") }
        }
    }

    private static func longFunctions(_ file: SourceFile) -> [Finding] {
        file.code.indices.compactMap { i in
            guard isFunction(file.code[i]), let end = endOfBody(file.code, from: i) else { return nil }
            let length = end - i + 1
            return length > functionLinesMax
                ? file.finding(line: i, "a function of \(length) lines; at most \(functionLinesMax)") : nil
        }
    }

    private static let modifiers: Set<Substring> = [
        "package", "private", "fileprivate", "internal", "static", "mutating", "nonmutating", "consuming", "borrowing",
        "override", "final", "convenience", "required", "nonisolated", "class", "__consuming",
    ]

    private static let initializers = ["init(", "init?(", "init<", "subscript("]

    private static func isFunction(_ line: String) -> Bool {
        for word in line.split(whereSeparator: { $0 == " " }) {
            if modifiers.contains(word) || word.hasPrefix("@") { continue }
            return word == "func" || word == "deinit" || initializers.contains { word.hasPrefix($0) }
        }
        return false
    }

    /// The line on which the body of a declaration ends; nil when it has none (a protocol's requirement).
    private static func endOfBody(_ code: [String], from start: Int) -> Int? {
        var round = 0
        var braces = 0
        for i in start..<code.count {
            for character in code[i] {
                switch character {
                case "(", "[": round += 1
                case ")", "]": round -= 1
                case "{": braces += 1
                case "}":
                    braces -= 1
                    if braces <= 0, round == 0 { return braces == 0 ? i : nil }
                default: break
                }
            }
            if braces == 0, round == 0, !isContinued(i + 1 < code.count ? code[i + 1] : "") { return nil }
        }
        return nil
    }

    private static func isContinued(_ next: String) -> Bool {
        let rest = next.drop { $0 == " " }
        return ["{", "->", "throws", "rethrows", "async", "where"].contains { rest.hasPrefix($0) }
    }
}
