/// A value of a JSON5 text (https://spec.json5.org) and the line that it begins on.
package struct JSON5Value: Equatable, Sendable {
    package let kind: Kind
    package let line: Int

    package enum Kind: Equatable, Sendable {
        case null
        case boolean(Bool)
        /// As it was written, and its value.
        case number(text: String, Double)
        case string(String)
        case array([JSON5Value])
        case object([JSON5Member])
    }

    package init(_ kind: Kind, line: Int) {
        self.kind = kind
        self.line = line
    }

    /// Reads a whole text. Throws where it first breaks the grammar; `file` names the text in the error.
    package init(file: String, bytes: UnsafeRawBufferPointer) throws(InputProblem) {
        var reader = JSON5Reader(file: file, bytes: Array(bytes))
        self = try reader.whole()
    }

    package init(text: String) throws(InputProblem) {
        var reader = JSON5Reader(file: "", bytes: Array(text.utf8))
        self = try reader.whole()
    }

    /// A member of an object; nil when this is none, or has none of that name.
    package subscript(name: String) -> JSON5Value? {
        guard case .object(let members) = kind else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var string: String? {
        if case .string(let text) = kind { text } else { nil }
    }

    package var boolean: Bool? {
        if case .boolean(let truth) = kind { truth } else { nil }
    }

    package var integer: Int? {
        if case .number(let text, _) = kind { Int(text) } else { nil }
    }

    /// What a reader of an error calls it.
    package var kindName: String {
        switch kind {
        case .null: "null"
        case .boolean: "true or false"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

package struct JSON5Member: Equatable, Sendable {
    package let name: String
    /// Of the name.
    package let line: Int
    package let value: JSON5Value

    package init(name: String, line: Int, value: JSON5Value) {
        self.name = name
        self.line = line
        self.value = value
    }
}
