import Testing

@testable import ANPRCore

@Suite("Symbol") struct SymbolTests {
    @Test("folding takes each symbol to the head of its group, and every other to itself")
    func foldingFollowsTheGroups() {
        for symbol in UInt8(0)...36 {
            let character = symbol == 0 ? nil : Unicode.Scalar(Symbol.ascii(symbol))
            let group = Symbol.groups.first { $0.unicodeScalars.contains { $0 == character } }
            let expected = group.map { Symbol.spelled($0.unicodeScalars.first!) } ?? symbol
            #expect(Symbol.folded(symbol) == expected)
        }
    }
}
