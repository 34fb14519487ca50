@testable import ANPRCore
@testable import PacOs

/// A desk with its register, without a host: each command is decided and applied at once.
struct Custody {
    static let rules = CustodyRules(
        forms: NumberForms([
            NumberForm(days: 0..<18_628, prefix: Array("PC".utf8), digits: 8, check: .mod97),
            NumberForm(days: 18_628..<Int.max, prefix: Array("PO".utf8), digits: 10, check: .mod36),
        ]),
        places: ["A", "B", "C"].map {
            StoragePlace(days: 0..<Int.max, code: $0, name: "place \($0)", service: $0 == "C" ? .justice : .police)
        },
        ends: ExhibitState.ends.map { .init(days: 0..<Int.max, end: $0, referencePrefix: "") })

    var register = CustodyRegister()
    var nowNs = Samples.noonishNs
    private(set) var tidings: [CustodyDesk.Tiding] = []

    /// The answer's text.
    @discardableResult
    mutating func run(_ command: PacOsCommand, by: String = "anna") throws -> String {
        nowNs += .second
        var desk = CustodyDesk(register, Self.rules, by: by, atNs: nowNs)
        try desk.decide(command)
        for event in desk.events { try applyAsBytes(event) }
        tidings += desk.tidings
        return desk.answer.string
    }

    /// As the ledger has it.
    private mutating func applyAsBytes(_ event: PacOsEvent) throws {
        var bytes: [UInt8] = []
        event.write(into: &bytes)
        let read = bytes.withUnsafeBytes { PacOsEvent(LedgerEvent(kind: event.kind, payload: $0)) }
        guard read == event else { throw RegisterProblem("an event is not what was written: \(event)") }
        try register.apply(event)
    }

    /// A closed seizure with so many exhibits on a place.
    mutating func seize(_ count: Int, place: String = "A", service: Service = .police) throws -> [[UInt8]] {
        let first = register.exhibits.count
        try run(.openSeizure(pv: "PV-1", atNs: nowNs, place: "Aalter", service: service, draft: nil))
        let name = "SZ-\(register.seizures.count)"
        for i in 0..<count {
            try run(
                .addExhibit(
                    seizure: name, kind: .phone, description: "phone \(i)", place: place, seal: "S\(i)", number: nil))
        }
        try run(.closeSeizure(name))
        return (first..<first + count).map { register.exhibits[$0].number.characters }
    }

    /// A delivery from A to B that holds these and has left.
    mutating func send(_ codes: [[UInt8]]) throws -> Int {
        try run(.openDelivery(from: "A", to: "B"))
        let number = register.deliveries.count
        for code in codes { try run(.scan(.pack, at: "DV-\(number)", code: code)) }
        try run(.sendDelivery(number))
        return number
    }

    func state(_ code: [UInt8]) -> ExhibitState? {
        ExhibitNumber(code).flatMap { register.exhibit($0) }.map { register.exhibits[$0].state }
    }

    var breaks: [CustodyCheck.Break] {
        var check = CustodyCheck()
        for exhibit in register.exhibits.indices { check.check(exhibit, of: register) }
        return check.breaks
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        register.write(into: &bytes)
        return bytes
    }
}

/// What a refused command says.
func refusal(_ body: () throws -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch { return (error as? Refusal)?.code ?? "\(error)" }
}
