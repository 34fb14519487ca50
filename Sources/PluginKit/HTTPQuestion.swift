import ANPRCore

/// An effect as an HTTP request.
package struct HTTPQuestion: Equatable, Sendable {
    package var method: String
    /// Put behind the peer's URL; what is no part of a URL is encoded already (`PercentText`).
    package var path: String
    package var type = "application/json"
    package var body: [UInt8]

    package init(_ method: String = "POST", _ path: String = "", body: [UInt8] = []) {
        self.method = method
        self.path = path
        self.body = body
    }

    /// Asks a peer whether it still has what it took under a key.
    package static func kept(_ key: String) -> HTTPQuestion { HTTPQuestion("GET", "/kept/" + PercentText.encode(key)) }

    /// Asks for the messages behind a number.
    package static func inbox(after number: Int) -> HTTPQuestion { HTTPQuestion("GET", "/inbox?after=\(number)") }
}
