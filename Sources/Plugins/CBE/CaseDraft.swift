import ANPRCore

/// What one batch adds to the ledger, before it is in it.
struct CaseDraft {
    private let ledger: CaseLedger
    private var identities: Set<SectionRecordID> = []
    private var numbers: Set<UInt64> = []

    init(_ ledger: CaseLedger) { self.ledger = ledger }

    /// False when the identity is known.
    mutating func insert(_ id: SectionRecordID) throws(LedgerFull) -> Bool {
        if ledger.identities.contains(id) || identities.contains(id) { return false }
        guard ledger.count + identities.count < CaseLedger.identitiesMax else { throw LedgerFull() }
        identities.insert(id)
        return true
    }

    /// The number of a case that was not there before.
    mutating func number(_ id: SectionRecordID) -> StructuredCommunication {
        let number = CaseNumber.free(id) { ledger.numbers.contains($0) || numbers.contains($0) }
        numbers.insert(number)
        return StructuredCommunication(number: number)!  // ten digits by construction
    }
}
