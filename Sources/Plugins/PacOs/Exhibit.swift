/// Where an exhibit is on its way from the seizure to its end.
enum ExhibitState: UInt8, CaseIterable, Sendable {
    /// On its storage place.
    case held
    /// In a delivery that has not left.
    case packed
    case underway
    /// Scanned where its delivery went, which is not accepted yet.
    case arrived
    /// Its delivery was refused: on its way back.
    case returning
    /// Not on its place when that was counted.
    case missing
    case confiscated, givenBack, destroyed
    /// At the registry of the court.
    case kept

    var name: String { self == .givenBack ? "given_back" : "\(self)" }

    init?(name: String) {
        guard let state = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = state
    }

    static let ends: [ExhibitState] = [.confiscated, .givenBack, .destroyed, .kept]
    var isEnd: Bool { Self.ends.contains(self) }

    /// What an act makes of it; nil: the act is forbidden here. The whole machine of an exhibit.
    func after(_ act: CustodyAct) -> ExhibitState? {
        switch (act, self) {
        case (.placed, .held), (.placed, .returning), (.placed, .missing): .held
        case (.packed, .held): .packed
        case (.unpacked, .packed): .held
        case (.sent, .packed): .underway
        case (.scanned, .underway): .arrived
        case (.unscanned, .arrived): .underway
        case (.received, .arrived): .held
        case (.refused, .underway), (.refused, .arrived): .returning
        case (.missed, .held): .missing
        case (.sighted, _): isEnd && self != .kept ? nil : self
        case (.resealed, .held), (.noted, _): self
        case (.confiscated, .held): .confiscated
        case (.givenBack, .held), (.givenBack, .kept): .givenBack
        case (.destroyed, .held), (.destroyed, .confiscated), (.destroyed, .kept): .destroyed
        case (.kept, .held): .kept
        default: nil
        }
    }
}

/// What is done to an exhibit: each act is an entry of its chain.
enum CustodyAct: UInt8, CaseIterable, Sendable {
    case registered, placed, packed, unpacked, sent
    /// Scanned on arrival, and that taken back.
    case scanned, unscanned
    case received, refused
    /// Not found when its place was counted.
    case missed
    /// Found when a place was counted where it should not be.
    case sighted
    case resealed, noted
    case confiscated, givenBack, destroyed, kept

    var name: String { self == .givenBack ? "given_back" : "\(self)" }

    init?(name: String) {
        guard let act = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = act
    }

    /// The act that ends an exhibit so.
    init?(end: ExhibitState) {
        guard end.isEnd, let act = Self(name: end.name) else { return nil }
        self = act
    }
}

enum ExhibitKind: UInt8, CaseIterable, Sendable {
    case other, drugs, weapon, money, vehicle, phone, computer, document, jewellery, clothing, sample

    init?(name: String) {
        guard let kind = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = kind
    }
}

/// The service that seizes, keeps and counts.
enum Service: UInt8, CaseIterable, Sendable {
    case police, justice

    init?(name: String) {
        guard let service = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
        self = service
    }
}

/// An exhibit as it is now: 48 flat bytes. Texts are numbers of `TextTable`, 0 is none.
struct Exhibit: BitwiseCopyable {
    let number: ExhibitNumber
    let seizure: UInt32
    let description: UInt32
    var seal: UInt32
    var place: UInt32
    /// Its number in `deliveries`, from 1; 0: in none.
    var delivery: UInt32 = 0
    /// Its last entry in `entries`.
    var head: UInt32
    var entryCount: UInt32
    let kindCode: UInt8
    private var stateCode: UInt8
    private var spare: UInt16 = 0

    init(number: ExhibitNumber, seizure: UInt32, description: UInt32, seal: UInt32, place: UInt32, kind: ExhibitKind) {
        self.number = number
        self.seizure = seizure
        self.description = description
        self.seal = seal
        self.place = place
        head = 0
        entryCount = 0
        kindCode = kind.rawValue
        stateCode = ExhibitState.held.rawValue
    }

    // SAFE: both codes are written from the enums, or looked at by `isWhole` when they come from bytes.
    var state: ExhibitState {
        get { ExhibitState(rawValue: stateCode) ?? .held }
        set { stateCode = newValue.rawValue }
    }
    var kind: ExhibitKind { ExhibitKind(rawValue: kindCode) ?? .other }

    var isWhole: Bool { ExhibitState(rawValue: stateCode) != nil && ExhibitKind(rawValue: kindCode) != nil }
}
