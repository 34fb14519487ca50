/// What became of an effect, as its plugin hears it.
package struct EffectAnswer: Equatable, Sendable {
    package enum Outcome: Equatable, Sendable {
        /// The peer decided: yes, or no with a cause.
        case answered(status: Int, body: [UInt8])
        /// All attempts are used up: it is a dead letter, which a person may send again.
        case gaveUp(String)
    }

    package let key: String
    package let destination: String
    package let outcome: Outcome

    package init(key: String, destination: String, outcome: Outcome) {
        self.key = key
        self.destination = destination
        self.outcome = outcome
    }
}
