import Testing

@testable import ANPRCore
@testable import CBE

@Suite struct CaseNumberTests {
    private func id(_ n: UInt32) -> SectionRecordID {
        SectionRecordID(
            section: n % 280, entry: ReadID(camera: n % 1531, epoch: 1, sequence: n),
            exit: ReadID(camera: n % 1499, epoch: 1, sequence: n &* 7))
    }

    /// Letters with these numbers have been sent: they never change.
    @Test func numbersStay() {
        #expect(CaseNumber.preferred(Samples.record().id) == 7_147_876_774)
        #expect(CaseNumber.preferred(id(0)) == 626_358_907)
    }

    @Test func aCollisionTakesTheNextFreeNumber() {
        let preferred = CaseNumber.preferred(id(5))
        #expect(CaseNumber.free(id(5)) { _ in false } == preferred)
        #expect(CaseNumber.free(id(5)) { [preferred, preferred + 1].contains($0) } == preferred + 2)
    }

    @Test func noTwoCasesOfALedgerHaveOneNumber() {
        var numbers: Set<UInt64> = []
        for n in 0..<20_000 as Range<UInt32> { numbers.insert(CaseNumber.free(id(n)) { numbers.contains($0) }) }
        #expect(numbers.count == 20_000)
        #expect(numbers.allSatisfy { (1..<10_000_000_000).contains($0) })
    }
}
