import ANPRCore

/// All that PacOs can be told. Made from a call in one place; nothing else turns text into meaning.
enum PacOsCommand: Equatable, Sendable {
    case openSeizure(pv: String, atNs: Nanoseconds, place: String, service: Service, draft: Int?)
    case closeSeizure(String)
    case dropDraft(Int, note: String)
    case addExhibit(
        seizure: String, kind: ExhibitKind, description: String, place: String, seal: String, number: [UInt8]?)
    case note([UInt8], note: String)
    case reseal([UInt8], seal: String, note: String)
    case end([UInt8], ExhibitState, reference: String)
    case openDelivery(from: String, to: String)
    case sendDelivery(Int)
    case acceptDelivery(Int)
    case refuseDelivery(Int, note: String)
    case startInventory(place: String)
    case closeInventory(Int)
    case scan(ScanPurpose, at: String, code: [UInt8])
    case undoScan(ScanPurpose, at: String)
    case load(LoadedExhibit)

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CustodyFields(call)
        switch call.verb {
        case "seizure open":
            self = .openSeizure(
                pv: try fields.text("pv"), atNs: fields.instant("at") ?? call.atNs, place: try fields.text("place"),
                service: try fields.service(), draft: try fields.row("draft", "DR-"))
        case "seizure close": self = .closeSeizure(try fields.text("seizure"))
        case "draft drop":
            self = .dropDraft(try fields.needed(try fields.row("draft", "DR-"), "draft"), note: try fields.text("note"))
        case "exhibit add":
            self = .addExhibit(
                seizure: try fields.text("seizure"), kind: try fields.kind(),
                description: try fields.text("description"), place: try fields.text("place"),
                seal: fields.optional("seal"), number: fields.code("number"))
        case "exhibit note": self = .note(try fields.number(), note: try fields.text("note"))
        case "exhibit reseal":
            self = .reseal(try fields.number(), seal: try fields.text("seal"), note: try fields.text("note"))
        case "exhibit end":
            guard let end = ExhibitState(name: try fields.text("end")), end.isEnd else {
                throw Refusal("bad_fields", "'end' must be confiscated, given_back, destroyed or kept")
            }
            self = .end(try fields.number(), end, reference: try fields.text("reference"))
        case "load": self = .load(try LoadedExhibit(fields))
        default: self = try Self.moving(call, fields)
        }
    }

    private static func moving(_ call: PluginCall, _ fields: CustodyFields) throws(Refusal) -> PacOsCommand {
        func delivery() throws(Refusal) -> Int { try fields.needed(try fields.row("delivery", "DV-"), "delivery") }
        switch call.verb {
        case "delivery open": return .openDelivery(from: try fields.text("from"), to: try fields.text("to"))
        case "delivery send": return .sendDelivery(try delivery())
        case "delivery accept": return .acceptDelivery(try delivery())
        case "delivery refuse": return .refuseDelivery(try delivery(), note: try fields.text("note"))
        case "inventory start": return .startInventory(place: try fields.text("place"))
        case "inventory close":
            return .closeInventory(try fields.needed(try fields.row("inventory", "IV-"), "inventory"))
        case "scan":
            guard let purpose = ScanPurpose(name: try fields.text("for")) else {
                throw Refusal("bad_fields", "'for' must be look, pack, arrive, place or shelf")
            }
            let code = ScanText.code(try fields.text("code"))
            let at = fields.optional("at")
            try purpose.check(at: at)
            return code.elementsEqual(ScanText.undo.utf8)
                ? .undoScan(purpose, at: at) : .scan(purpose, at: at, code: code)
        default: throw Refusal("unknown", "PacOs has no command '\(call.verb)'")
        }
    }
}

/// A line of a bulk load: an exhibit that was registered elsewhere, with its seizure.
struct LoadedExhibit: Equatable, Sendable {
    let number: [UInt8]
    let seizure: String
    let pv: String
    let seizedNs: Nanoseconds
    let service: Service
    let kind: ExhibitKind
    let description: String
    let place: String
    let seal: String

    init(_ fields: CustodyFields) throws(Refusal) {
        number = try fields.number()
        seizure = try fields.text("seizure")
        pv = try fields.text("pv")
        guard let atNs = fields.instant("at") else {
            throw Refusal("bad_fields", "'at' is missing: when it was seized")
        }
        seizedNs = atNs
        service = try fields.service()
        kind = try fields.kind()
        description = try fields.text("description")
        place = try fields.text("place")
        seal = fields.optional("seal")
    }
}
