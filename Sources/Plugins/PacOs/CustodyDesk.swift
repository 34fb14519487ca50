import ANPRCore

/// Decides commands: looks at the register and the rules, changes neither, and says what happened or why not.
struct CustodyDesk {
    let register: CustodyRegister
    let rules: CustodyRules
    let by: String
    let atNs: Nanoseconds
    private(set) var events: [PacOsEvent] = []
    private(set) var tidings: [Tiding] = []
    private(set) var answer = JSONLine()

    /// What other plugins hear.
    struct Tiding: Equatable {
        let kind: String
        let id: String
        let body: [UInt8]
    }

    init(_ register: CustodyRegister, _ rules: CustodyRules, by: String, atNs: Nanoseconds) {
        self.register = register
        self.rules = rules
        self.by = by
        self.atNs = atNs
    }

    var day: Int { LocalTime.europeBrussels.day(atNs) }

    mutating func decide(_ command: PacOsCommand) throws(Refusal) {
        answer.begin()
        switch command {
        case .openSeizure(let pv, let seizedNs, let place, let service, let draft):
            try openSeizure(pv, seizedNs, place, service, draft)
        case .closeSeizure(let name): try closeSeizure(name)
        case .dropDraft(let number, let note): try dropDraft(number, note)
        case .addExhibit(let seizure, let kind, let description, let place, let seal, let number):
            try addExhibit(seizure, kind, description, place, seal, number)
        case .note(let code, let note):
            try act(.noted, on: try exhibit(code), note: note)
        case .reseal(let code, let seal, let note):
            try act(.resealed, on: try exhibit(code), subject: seal, note: note)
        case .end(let code, let end, let reference): try finish(code, end, reference)
        case .openDelivery(let from, let to): try openDelivery(from, to)
        case .sendDelivery(let number): try sendDelivery(number)
        case .acceptDelivery(let number): try acceptDelivery(number)
        case .refuseDelivery(let number, let note): try refuseDelivery(number, note)
        case .startInventory(let place): try startInventory(place)
        case .closeInventory(let number): try closeInventory(number)
        case .scan(let purpose, let at, let code): try scan(purpose, at, code)
        case .undoScan(let purpose, let at): try undoScan(purpose, at)
        case .load(let loaded): try load(loaded)
        }
        answer.end()
    }

    // MARK: What all need

    /// Its place in `register.exhibits`.
    func exhibit(_ code: [UInt8]) throws(Refusal) -> Int {
        let number = try rules.forms.number(code)
        guard let exhibit = register.exhibit(number) else {
            throw Refusal("unknown", "\(number) is no exhibit that is registered here")
        }
        return exhibit
    }

    /// An entry of an exhibit's chain, unless the exhibit's state forbids it.
    mutating func act(
        _ act: CustodyAct, on exhibit: Int, subject: String = "", note: String = "", isAnswered: Bool = true
    ) throws(Refusal) {
        let row = register.exhibits[exhibit]
        guard let next = row.state.after(act) else {
            throw Refusal("not_in_state", "\(row.number) is \(row.state.name): it cannot be \(act.name)")
        }
        let link = CustodyLink(
            previous: register.lastDigest(exhibit), sequence: row.entryCount + 1, atNs: atNs, number: row.number,
            act: act, by: by, subject: subject, note: note)
        events.append(.acted(link.act(digest: link.digest)))
        guard isAnswered else { return }
        answer.field("number", row.number.description)
        answer.field("did", act.name)
        answer.field("state", next.name)
        answer.field("kind", "\(row.kind)")
        answer.field("description", register.text(row.description))
    }

    mutating func add(_ event: PacOsEvent) { events.append(event) }
    mutating func tell(_ tiding: Tiding) { tidings.append(tiding) }
    mutating func say(_ name: StaticString, _ text: String) { answer.field(name, text) }
    mutating func say(_ name: StaticString, _ number: Int) { answer.field(name, number) }
    mutating func say(_ name: StaticString, list: [String]) { answer.field(name, list: list) }
}

extension CustodyLink {
    func act(digest: Digest) -> ChainedAct {
        ChainedAct(number: number, act: act, atNs: atNs, by: by, subject: subject, note: note, digest: digest)
    }
}
