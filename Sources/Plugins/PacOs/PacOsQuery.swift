import ANPRCore

/// All that PacOs can be asked.
enum PacOsQuery: Equatable, Sendable {
    case find(ExhibitSearch)
    case exhibit([UInt8])
    case custody([UInt8])
    case seizure(String)
    case drafts(openOnly: Bool)
    case seizures(pv: String, openOnly: Bool)
    case deliveries(openOnly: Bool)
    case delivery(Int)
    case receipt(Int, Receipt.Format, Receipt.Language)
    case inventory(Int)
    case heads

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CustodyFields(call)
        func delivery() throws(Refusal) -> Int { try fields.needed(try fields.row("delivery", "DV-"), "delivery") }
        switch call.verb {
        case "exhibit find": self = .find(try ExhibitSearch(fields))
        case "exhibit show": self = .exhibit(try fields.number())
        case "exhibit custody": self = .custody(try fields.number())
        case "seizure show": self = .seizure(try fields.text("seizure"))
        case "draft list": self = .drafts(openOnly: fields.optional("state") != "all")
        case "seizure list":
            self = .seizures(pv: fields.optional("pv"), openOnly: fields.optional("state") == "open")
        case "delivery list": self = .deliveries(openOnly: fields.optional("state") != "all")
        case "delivery show": self = .delivery(try delivery())
        case "delivery receipt":
            self = .receipt(
                try delivery(), Receipt.Format(rawValue: fields.optional("format")) ?? .text,
                Receipt.Language(rawValue: fields.optional("language")) ?? .en)
        case "inventory show":
            self = .inventory(try fields.needed(try fields.row("inventory", "IV-"), "inventory"))
        case "heads": self = .heads
        default: throw Refusal("unknown", "PacOs has no query '\(call.verb)'")
        }
    }
}

/// What exhibits are looked for by: all that is given must hold.
struct ExhibitSearch: Equatable, Sendable {
    let text: String
    let pv: String
    let place: String
    let state: ExhibitState?
    let kind: ExhibitKind?

    /// Exhibits looked at for one page at most, so that a rare thing does not hold the plugin up.
    static let looksMax = 1 << 20

    init(_ fields: CustodyFields) throws(Refusal) {
        text = fields.optional("text")
        pv = fields.optional("pv")
        place = fields.optional("place")
        let state = fields.optional("state")
        self.state = ExhibitState(name: state)
        guard state.isEmpty || self.state != nil else {
            let names = ExhibitState.allCases.map(\.name).joined(separator: ", ")
            throw Refusal("bad_fields", "'state' must be one of \(names)")
        }
        kind = fields.optional("kind").isEmpty ? nil : try fields.kind()
    }

    /// Exhibits from a place on, at most `limit`, and where to go on.
    func run(_ register: CustodyRegister, from: Int, limit: Int) -> (found: [Int], next: Int?) {
        var found: [Int] = []
        let pvNumber = pv.isEmpty ? nil : register.texts.number(pv)
        let placeNumber = place.isEmpty ? nil : register.texts.number(place)
        if !pv.isEmpty && pvNumber == nil || !place.isEmpty && placeNumber == nil { return ([], nil) }
        let holds = text.isEmpty ? [] : register.texts.texts(holding: text)
        var at = from
        while at < register.exhibits.count {
            if found.count == limit || at - from == Self.looksMax { return (found, at) }
            let row = register.exhibits[at]
            if state.map({ $0 == row.state }) ?? true, kind.map({ $0 == row.kind }) ?? true,
                placeNumber.map({ $0 == row.place }) ?? true,
                pvNumber.map({ $0 == register.seizures[Int(row.seizure)].pv }) ?? true,
                text.isEmpty || holds[Int(row.description)] || holds[Int(row.seal)]
            {
                found.append(at)
            }
            at += 1
        }
        return (found, nil)
    }
}
