/// What a strict parser of XML 1.0 makes of a text: a tree, or where it is not well-formed. For what this project
/// writes: no entities but the five, no comments, no sections, a document type without a subset.
struct StrictXML {
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    final class Element {
        let name: String
        let attributes: [String: String]
        fileprivate(set) var children: [Element] = []
        /// All of its text, with that of its children, in order.
        fileprivate(set) var text = ""

        init(name: String, attributes: [String: String]) {
            self.name = name
            self.attributes = attributes
        }

        /// All elements of a name below it, in order.
        func all(_ name: String) -> [Element] {
            children.flatMap { ($0.name == name ? [$0] : []) + $0.all(name) }
        }

        subscript(attribute: String) -> String? { attributes[attribute] }
    }

    private let text: [Unicode.Scalar]
    private var at = 0

    static func parse(_ bytes: [UInt8]) throws -> Element {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Problem(description: "no UTF-8") }
        var parser = StrictXML(text)
        return try parser.document()
    }

    private init(_ text: String) { self.text = Array(text.unicodeScalars) }

    private func fail(_ what: String) -> Problem {
        let around = text[max(0, at - 40)..<min(text.count, at + 20)]
        return Problem(description: "\(what) at \(at): ...\(String(String.UnicodeScalarView(around)))")
    }

    private mutating func skip(_ word: String) -> Bool {
        let scalars = Array(word.unicodeScalars)
        guard at + scalars.count <= text.count, Array(text[at..<at + scalars.count]) == scalars else { return false }
        at += scalars.count
        return true
    }

    @discardableResult
    private mutating func blanks() -> Bool {
        let start = at
        while at < text.count, [" ", "\n", "\t", "\r"].contains(text[at]) { at += 1 }
        return at > start
    }

    private mutating func document() throws -> Element {
        if skip("<?xml version=\"1.0\" encoding=\"utf-8\"?>") { blanks() }
        if skip("<!DOCTYPE html>") { blanks() }
        guard skip("<") else { throw fail("no element") }
        let root = try element()
        blanks()
        guard at == text.count else { throw fail("something behind the root") }
        return root
    }

    private mutating func name() throws -> String {
        let start = at
        func isStart(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || scalar == "_" }
        while at < text.count,
            isStart(text[at])
                || at > start && (text[at].properties.numericType != nil || "-.:".unicodeScalars.contains(text[at]))
        { at += 1 }
        guard at > start else { throw fail("no name") }
        return String(String.UnicodeScalarView(text[start..<at]))
    }

    /// Behind its `<`.
    private mutating func element() throws -> Element {
        let name = try name()
        var attributes: [String: String] = [:]
        while true {
            let hasBlank = blanks()
            if skip("/>") { return Element(name: name, attributes: attributes) }
            if skip(">") { break }
            guard hasBlank else { throw fail("no blank before an attribute") }
            let attribute = try self.name()
            guard skip("=\"") else { throw fail("an attribute without a value") }
            guard attributes.updateValue(try words(until: "\""), forKey: attribute) == nil else {
                throw fail("attribute '\(attribute)' twice")
            }
            at += 1
        }
        let element = Element(name: name, attributes: attributes)
        while true {
            element.text += try words(until: "<")
            at += 1
            if skip("/") {
                let end = try self.name()
                guard end == name, skip(">") else { throw fail("'\(name)' ends with '\(end)'") }
                return element
            }
            let child = try self.element()
            element.children.append(child)
            element.text += child.text
        }
    }

    /// Text or a value, with its entities resolved.
    private mutating func words(until end: Unicode.Scalar) throws -> String {
        var words = String.UnicodeScalarView()
        while true {
            guard at < text.count else { throw fail("it ends too early") }
            let scalar = text[at]
            if scalar == end { return String(words) }
            guard scalar != "<" else { throw fail("'<' in a value") }
            let isAllowed = scalar.value >= 0x20 || ["\t", "\n", "\r"].contains(scalar)
            guard isAllowed, scalar.value != 0xfffe, scalar.value != 0xffff else { throw fail("a forbidden character") }
            at += 1
            words.append(scalar == "&" ? try entity() : scalar)
        }
    }

    private mutating func entity() throws -> Unicode.Scalar {
        let known: [(String, Unicode.Scalar)] = [
            ("amp;", "&"), ("lt;", "<"), ("gt;", ">"), ("quot;", "\""), ("apos;", "'"),
        ]
        for (name, scalar) in known where skip(name) { return scalar }
        throw fail("'&' that is no entity")
    }
}
