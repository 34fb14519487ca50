import ANPRCore

/// The option of simulated offices that refuse some of what they are sent: of a thousand, how many.
package enum RefusedShare {
    /// - Parameter things: what is refused, in the plural.
    package static func option(of things: String) -> PeerModule.Option {
        PeerModule.Option("refuse_permille", "N", "refuses N of a thousand \(things) (0)")
    }

    /// - Parameter options: `refuse_permille` or nothing.
    package static func permille(_ options: [String: String], peer: String) throws(InputProblems) -> Int {
        for name in options.keys.sorted() where name != "refuse_permille" {
            throw InputProblems(file: "peer " + peer, "option '\(name)' is unknown; known: refuse_permille")
        }
        guard let refuse = Int(options["refuse_permille"] ?? "0"), (0...1000).contains(refuse) else {
            throw InputProblems(file: "peer " + peer, "option 'refuse_permille' must be 0 to 1000")
        }
        return refuse
    }
}
