import Testing

@testable import ANPRCore

@Suite struct FoldTableTests {
    @Test func foldsAsPlatesDo() throws {
        let folds = FoldTable()
        for text in ["A", "0", "ZZZZZZZZZZZZ", "999999999999", "O0DQ1IL2Z5S6", "G8B", "1ABC234", "000000O", "QQQQQQ"] {
            let plate = try Plate(text)
            #expect(folds.skeleton(of: plate) == plate.skeleton, "\(text)")
        }
        #expect(folds.skeleton(of: .none) == Plate.none.skeleton)
        var random = Random(seed: 11)
        for _ in 0..<100_000 {
            let plate = Plate(word: random.next() % Plate.wordEnd)
            #expect(folds.skeleton(of: plate) == plate.skeleton)
        }
    }
}
