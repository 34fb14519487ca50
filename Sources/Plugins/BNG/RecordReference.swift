import ANPRCore

/// How people name a record: `BNG-12`, or its category and key: `pv:BR.30.L7.012345/2026`, `vehicle:1-ABC-234/BE`.
enum RecordReference: Equatable, Sendable {
    case number(UInt32)
    case key(RecordCategory, String)

    static let textMax = 220

    init(_ text: String) throws(Refusal) {
        if let colon = text.firstIndex(of: ":") {
            guard let category = RecordCategory(name: String(text[..<colon])) else { throw Self.refusal(text) }
            self = .key(category, try Self.key(category, String(text[text.index(after: colon)...])))
            return
        }
        let digits = text.uppercased().hasPrefix(Self.prefix) ? text.dropFirst(Self.prefix.count) : text[...]
        guard let number = UInt32(digits), number > 0 else { throw Self.refusal(text) }
        self = .number(number)
    }

    private static let prefix = "BNG-"

    static func text(_ record: UInt32) -> String { "\(prefix)\(record)" }

    /// The key as records have it: numbers without blanks and in capitals, plates as plates.
    static func key(_ category: RecordCategory, _ text: String) throws(Refusal) -> String {
        let trimmed = trimmed(text)
        guard !trimmed.isEmpty else { throw Refusal("missing", "the \(category.keyName) is empty") }
        switch category {
        case .pv, .rir, .hearing, .document:
            let isPlain = trimmed.utf8.allSatisfy { $0 > UInt8(ascii: " ") && $0 < UInt8(ascii: "a") }
            return isPlain ? trimmed : trimmed.filter { $0 != " " }.uppercased()
        case .person, .fact, .place: return trimmed
        case .vehicle:
            let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let plate = try? Plate(String(parts[0])),
                let country = Country(parts.count == 2 ? String(parts[1]) : "")
            else { throw Refusal("wrong", "'\(text)' is no plate, and no plate with a country behind a stroke") }
            return VehicleKey.text(plate, country)
        }
    }

    private static func trimmed(_ text: String) -> String {
        let blank = UInt8(ascii: " ")
        guard text.utf8.first == blank || text.utf8.last == blank else { return text }
        return String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }

    private static func refusal(_ text: String) -> Refusal {
        Refusal("wrong", "'\(text)' must be such as BNG-12, pv:NUMBER or vehicle:1ABC234/BE")
    }
}
