import ANPRCore

/// A simulated office that a module brings along: `anprd peer NAME`.
package struct PeerModule: Sendable {
    package let name: String
    package let summary: String
    /// What its own rules need; no other is taken.
    package let options: [Option]
    /// From options.
    package let make: @Sendable ([String: String]) throws -> any PeerScript

    package struct Option: Sendable {
        package let name: String
        /// What stands for its value in the help.
        package let value: String
        package let help: String

        package init(_ name: String, _ value: String, _ help: String) {
            self.name = name
            self.value = value
            self.help = help
        }
    }

    package init(
        name: String, summary: String, options: [Option] = [],
        make: @escaping @Sendable ([String: String]) throws -> any PeerScript
    ) {
        self.name = name
        self.summary = summary
        self.options = options
        self.make = make
    }

    /// Takes everything, and has nothing to say about it.
    package static let plain = PeerModule(
        name: "plain", summary: "takes whatever comes and answers 202"
    ) { options in
        if let name = options.keys.min() { throw InputProblems(file: "peer plain", "option '\(name)' is unknown") }
        return PlainPeer()
    }
}

private final class PlainPeer: PeerScript {
    func answer(_ request: PeerRequest) -> PeerReply { PeerReply(status: 202) }
}
