/// Why saved bytes are no state that fits here: said to an operator, who then knows why a start took longer.
package struct StateProblem: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
