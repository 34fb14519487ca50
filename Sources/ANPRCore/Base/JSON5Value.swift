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
}
