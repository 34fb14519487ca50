import ANPRCore

/// What a person scans for.
enum ScanPurpose: UInt8, CaseIterable, Sendable {
    /// Looks only.
    case look
    /// Into the delivery `at`.
    case pack
    /// Of the delivery `at`, which has come.
    case arrive
    /// Onto the place `at`.
    case place
    /// Of the count `at`.
    case shelf

    init?(name: String) {
        guard let purpose = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = purpose
    }

    /// Where it is scanned: what that is, and how its name begins if it has a number.
    private var at: (what: String, prefix: String)? {
        switch self {
        case .look: nil
        case .pack, .arrive: ("a delivery such as DV-12", "DV-")
        case .place: ("a storage place", "")
        case .shelf: ("a count such as IV-12", "IV-")
        }
    }

    func check(at name: String) throws(Refusal) {
        guard let at else { return }
        if name.isEmpty { throw Refusal("bad_fields", "'at' is missing: --for \(self) wants \(at.what)") }
        guard at.prefix.isEmpty || RowName.number(name, at.prefix) != nil else {
            throw Refusal("bad_fields", "'at' must be \(at.what), not '\(name)'")
        }
    }

    /// Of the verb's fields together, before a code is typed.
    @Sendable static func check(_ fields: [String: FieldValue]) throws(Refusal) {
        guard case .text(let name) = fields["for"], let purpose = Self(name: name) else { return }
        guard case .text(let at) = fields["at"] else { return try purpose.check(at: "") }
        try purpose.check(at: at)
    }
}
