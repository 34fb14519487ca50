/// What a record of the general database is about. The number is written down for ever.
enum RecordCategory: UInt8, CaseIterable, Sendable {
    case pv = 1
    /// Information report (RIR).
    case rir
    case hearing
    case document
    case person
    case vehicle
    case place
    /// What other systems found: a hit, a breach, a fine, a seizure.
    case fact

    /// WHY kept: a case is asked for its name for each fact, and to ask the runtime takes a microsecond.
    private static let names = allCases.map { "\($0)" }
    var name: String { Self.names[Int(rawValue) - 1] }

    init?(name: String) {
        guard let category = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = category
    }

    /// What identifies a record within its category.
    var keyName: String {
        switch self {
        case .pv, .rir, .hearing, .document: "number"
        case .person, .fact: "identity"
        case .vehicle: "plate"
        case .place: "name"
        }
    }

    /// Its four texts, as people call them.
    var textNames: [String] {
        switch self {
        case .pv, .rir, .hearing: ["kind", "title", "unit", "where"]
        case .document: ["kind", "title", "unit", "digest"]
        case .person: ["family", "given", "birthplace", "address"]
        case .vehicle: ["make", "model", "colour", "vin"]
        case .place: ["kind", "town", "road", "remark"]
        case .fact: ["kind", "title", "state", "source"]
        }
    }

    /// All names of texts, each once.
    static let allTextNames: [String] = {
        var names: [String] = []
        for category in allCases { for name in category.textNames where !names.contains(name) { names.append(name) } }
        return names
    }()

    /// A person need not have one: not everybody is identified.
    var needsKey: Bool { self != .person }
}
