/// Text of HTML and XML at once: each element that is opened is closed, each text and each attribute is escaped.
struct Markup {
    typealias Attributes = KeyValuePairs<String, String>

    private(set) var text = ""

    init() {}

    /// A page: HTML for browsers, and well-formed for a parser of XML.
    static func page(_ language: String, _ body: (inout Markup) -> Void) -> [UInt8] {
        var markup = Markup()
        markup.text = "<!DOCTYPE html>\n"
        let attributes: Attributes = [
            "xmlns": "http://www.w3.org/1999/xhtml", "lang": language, "xml:lang": language,
        ]
        markup.element("html", attributes, body)
        return Array((markup.text + "\n").utf8)
    }

    static func xml(_ tag: String, _ attributes: Attributes, _ body: (inout Markup) -> Void) -> [UInt8] {
        var markup = Markup()
        markup.text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
        markup.element(tag, attributes, body)
        return Array((markup.text + "\n").utf8)
    }

    mutating func element(_ tag: String, _ attributes: Attributes = [:], _ body: (inout Markup) -> Void) {
        open(tag, attributes)
        text += ">"
        body(&self)
        text += "</\(tag)>"
    }

    mutating func element(_ tag: String, _ attributes: Attributes, _ words: String) {
        element(tag, attributes) { $0.write(words) }
    }

    mutating func element(_ tag: String, _ words: String) { element(tag, [:], words) }

    /// An element without content, such as `meta`.
    mutating func empty(_ tag: String, _ attributes: Attributes) {
        open(tag, attributes)
        text += "/>"
    }

    mutating func line() { text += "\n" }

    mutating func write(_ words: String) { text += Self.escaped(words) }

    /// What is escaped for where it stands already: a style, JSON.
    mutating func write(raw: String) { text += raw }

    private mutating func open(_ tag: String, _ attributes: Attributes) {
        text += "<\(tag)"
        for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
    }

    /// Bytes that stand for themselves wherever they are; `0xef` begins U+FFFE and U+FFFF.
    private static let isPlain: [Bool] = (0...255).map { byte in
        byte >= 0x20 && byte != 0x7f && byte != 0xef && !"&<>\"".utf8.contains(UInt8(byte))
    }

    /// Without the characters that XML 1.0 does not have, whatever is written.
    static func escaped(_ words: String) -> String {
        if words.utf8.allSatisfy({ isPlain[Int($0)] }) { return words }
        var out = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\t", "\n": out.unicodeScalars.append(scalar)
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0x7f && scalar.value & 0xfffe != 0xfffe
                if isAllowed { out.unicodeScalars.append(scalar) }
            }
        }
        return out
    }
}
