/// A list to load: from where, and how far a read may differ from its plates.
package struct BlacklistConfiguration: Sendable, Equatable {
    package var name: String
    package var path: String
    package var tolerance: Tolerance
    /// The case number of entries in a file that has no `case` column; empty: the column is needed.
    package var defaultCase: String

    package init(name: String, path: String, tolerance: Tolerance = .exact, defaultCase: String = "") {
        self.name = name
        self.path = path
        self.tolerance = tolerance
        self.defaultCase = defaultCase
    }
}
