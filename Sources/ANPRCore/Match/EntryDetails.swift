/// An entry of a blacklist as people see it.
package struct EntryDetails: Equatable, Sendable {
    package let list: String
    /// A plate, or a pattern with `?` and `*`.
    package let mark: String
    package let country: Country
    package let reason: String
    package let caseNumber: String
    /// 0 (highest) to 100.
    package let priority: UInt8
    package let validFromNs: Nanoseconds
    package let validToNs: Nanoseconds
    /// What to do: `observe`, `intercept`, `seize`... free text of the list's owner.
    package let action: String
    package let audience: String
    package let isCovert: Bool

    package init(
        list: String, mark: String, country: Country = .unknown, reason: String, caseNumber: String,
        priority: UInt8 = 50, validFromNs: Nanoseconds = .min, validToNs: Nanoseconds = .max,
        action: String = "", audience: String = "", isCovert: Bool = false
    ) {
        self.list = list
        self.mark = mark
        self.country = country
        self.reason = reason
        self.caseNumber = caseNumber
        self.priority = priority
        self.validFromNs = validFromNs
        self.validToNs = validToNs
        self.action = action
        self.audience = audience
        self.isCovert = isCovert
    }
}
