import Testing

@testable import ANPRCore

/// Many patterns at once against each alone.
@Suite struct PatternTableTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func findsEachPatternThatMatches(seed: UInt64) throws {
        var scene = ListScene(seed: seed, plates: 30)
        let patterns = try (0..<200).map { _ in try PlatePattern(scene.patternText()) }
        let table = PatternTable(
            patterns.enumerated().map { PatternTable.Input(entry: UInt32($0), text: $1.description) })
        #expect(table.count == 200)
        var matches = 0
        for _ in 0..<300 {
            let plate = try Plate(scene.plateText())
            var found: [UInt32] = []
            table.view.forEachMatch(of: plate) { found.append($0) }
            let expected = patterns.indices.filter { patterns[$0].matches(plate) }.map(UInt32.init)
            #expect(found.sorted() == expected, "\(plate)")
            #expect(table.view.mayMatch(plate) || expected.isEmpty)
            matches += expected.count
        }
        #expect(matches > 300)
    }

    /// Patterns with letters at a known place only: a plate that has others there is not looked at more closely.
    @Test func passesOverWhatNoPatternBeginsOrEndsLike() throws {
        let table = PatternTable([
            .init(entry: 0, text: "1AB*"), .init(entry: 1, text: "*99"), .init(entry: 2, text: "A?C"),
        ])
        for text in ["1AB", "1AB234", "X99", "ABC"] { #expect(try table.view.mayMatch(Plate(text)), "\(text)") }
        for text in ["2AB", "X98", "ABCD", "AB"] { #expect(try !table.view.mayMatch(Plate(text)), "\(text)") }
        #expect(!table.view.mayMatch(.none))
        #expect(try !PatternTable.none.view.mayMatch(Plate("A")))
    }

    /// Beginnings of every kind, each plate held against each pattern alone.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func beginningsRuleOutNoMatch(seed: UInt64) throws {
        var random = Random(seed: seed)
        let alphabet = Array("1AZ?")
        func text(_ characters: Int, of symbols: Int) -> String {
            String((0..<characters).map { _ in alphabet[random.below(symbols)] })
        }
        let patterns = try (0..<40).map { _ in
            try PlatePattern("1" + text(random.below(5), of: 4) + (random.below(2) == 0 ? "*" : "A"))
        }
        let table = PatternTable(
            patterns.enumerated().map { PatternTable.Input(entry: UInt32($0), text: $1.description) })
        #expect(!table.view.isUnfiltered && table.view.hasFours)
        var ruledOut = 0
        for _ in 0..<2000 {
            let plate = try Plate(text(1 + random.below(7), of: 3))
            let isMatched = patterns.contains { $0.matches(plate) }
            #expect(table.view.mayMatch(plate) || !isMatched, "\(plate)")
            let six = PrefixFilter.hash(beginning: plate.word / 2_565_726_409)
            let four = PrefixFilter.hash(beginning: plate.word / 2_565_726_409 / 1369)
            ruledOut += table.view.sixes.mayHold(six) || table.view.fours.mayHold(four) ? 0 : 1
        }
        #expect(ruledOut > 500)
        let all = PatternTable([.init(entry: 0, text: "A*"), .init(entry: 1, text: "??X*")])
        #expect(try all.view.mayMatch(Plate("12X")) && !all.view.mayMatch(Plate("12Y")))
    }

    /// What is open behind the first four characters rules nothing out, and must not fill the filter.
    @Test func openEndsTakeLittleMemory() throws {
        let texts = ["QYX*", "?ZXQ*", "9WJX??4", "1KQX*", "XZ??0Z", "1QZK?97"]
        let table = PatternTable(texts.enumerated().map { .init(entry: UInt32($0), text: $1) })
        #expect(table.bytes < 1 << 16 && table.view.hasFours && !table.view.isUnfiltered)
        for text in ["QYX1", "AZXQ123", "9WJXAB4", "1KQX", "XZAB0Z", "1QZKA97"] {
            #expect(try table.view.mayMatch(Plate(text)), "\(text)")
        }
        #expect(try !table.view.mayMatch(Plate("QYA1")) && !table.view.mayMatch(Plate("1QZKA87")))
    }

    /// What `broad` adds: exactly the plates that are one edit away.
    @Test(arguments: ["1ABC", "AAAA1", "1ABC234", "1234567890A", "1234567890AB"])
    func editsAreThePlatesOneEditAway(text: String) throws {
        let plate = try Plate(text)
        let patterns = try BroadEdits.patterns(of: plate).map { try PlatePattern($0) }
        var random = Random(seed: 3)
        let alphabet = Array("A1BZ9")
        for _ in 0..<800 {
            var characters = Array(text)
            for _ in 0..<1 + random.below(2) {
                let at = random.below(characters.count)
                let new = alphabet[random.below(alphabet.count)]
                switch random.below(3) {
                case 0: characters[at] = new
                case 1 where characters.count < Limits.plateCharactersMax:
                    characters.insert(new, at: random.below(characters.count + 1))
                default: characters.remove(at: at)
                }
            }
            let other = try Plate(String(characters))
            let isNear = NaiveMatcher.isWithinOneEdit(Array(text), characters)
            #expect(patterns.contains { $0.matches(other) } == isNear, "\(other)")
        }
        #expect(try BroadEdits.patterns(of: Plate("1AB")).isEmpty)
    }
}

extension PatternView {
    /// One plate among reads without, in each place of a group.
    fileprivate func mayMatch(_ plate: Plate) -> Bool {
        let memory = Slab<UInt64>(count: 2 * 32)
        let hashes = BeginningHashes(sixes: memory.base, fours: memory.base + 32)
        let places = (0..<5).map { place in
            var reads = [Read](repeating: .blank, count: 5)
            reads[place].plate = plate
            ask(reads, count: 5, into: hashes)
            return candidates(reads, count: 5, hashes) >> UInt64(place) & 1 == 1
        }
        precondition(Set(places).count == 1, "\(plate): the place makes a difference")
        return places[0]
    }
}
