/// How many of each there are.
struct RegisterCounts: Equatable {
    /// Active and archived ones, by category.
    private var byCategory = InlineArray<9, Int>(repeating: 0)
    private var byPhase = InlineArray<7, Int>(repeating: 0)
    var archived = 0
    var erased = 0
    var linksHeld = 0

    subscript(category: RecordCategory) -> Int {
        get { byCategory[Int(category.rawValue)] }
        set { byCategory[Int(category.rawValue)] = newValue }
    }

    subscript(phase: ExchangePhase) -> Int {
        get { byPhase[Int(phase.rawValue)] }
        set { byPhase[Int(phase.rawValue)] = newValue }
    }

    static func == (a: RegisterCounts, b: RegisterCounts) -> Bool {
        a.archived == b.archived && a.erased == b.erased && a.linksHeld == b.linksHeld
            && RecordCategory.allCases.allSatisfy { a[$0] == b[$0] }
            && ExchangePhase.allCases.allSatisfy { a[$0] == b[$0] }
    }
}
