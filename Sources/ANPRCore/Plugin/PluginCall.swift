/// A command or a query, whoever makes it: the command line, HTTP, a console.
package struct PluginCall: Sendable {
    package let verb: String
    /// Chosen by whoever calls: the same id is done once, and answered the same.
    package let id: String
    /// Who calls.
    package let by: String
    /// Empty unless the verb needs one.
    package let reason: String
    /// It only looks: set from the verb's table by whoever makes the call.
    package var isQuery = false
    /// Set by the host.
    package var atNs: Nanoseconds = 0
    package let fields: [String: FieldValue]
    /// Of a query: lines at most, and the page to begin at.
    package var limit = 1000
    package var from = ""

    package init(verb: String, id: String, by: String, reason: String = "", fields: [String: FieldValue] = [:]) {
        self.verb = verb
        self.id = id
        self.by = by
        self.reason = reason
        self.fields = fields
    }
}

package enum FieldValue: Equatable, Sendable {
    case text(String)
    case whole(Int)
    case instant(Nanoseconds)
    /// Days since 1970-01-01.
    case day(Int)
    case flag(Bool)
    case plate(Plate)
    case list([String])
    case bytes([UInt8])
}

/// Why a call was not done. An answer, no failure.
package struct Refusal: Error, Equatable, Sendable {
    /// A stable word, for scripts: `exists`, `unknown`, `not_in_state`.
    package let code: String
    package let message: String

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}

package enum PluginReply: Equatable, Sendable {
    /// A command's answer: one JSON object.
    case done([UInt8])
    /// A query's: JSON lines, and where to go on.
    case lines([UInt8], next: String?)
    case refused(Refusal)
    /// Not known to be done: ask again, under the same id.
    case notNow(String)
}
