import Testing

@testable import ANPRCore

@Suite struct PlatePatternTests {
    /// The second opinion: a table over all starts of pattern and text, straight from the definition.
    static func matches(_ pattern: [Character], _ text: [Character]) -> Bool {
        var fits = [[Bool]](repeating: [Bool](repeating: false, count: text.count + 1), count: pattern.count + 1)
        fits[0][0] = true
        for p in 1...pattern.count {
            for t in 0...text.count {
                fits[p][t] =
                    switch pattern[p - 1] {
                    case "*": fits[p - 1][t] || (t > 0 && fits[p][t - 1])
                    case "?": t > 0 && fits[p - 1][t - 1]
                    case let c: t > 0 && fits[p - 1][t - 1] && text[t - 1] == c
                    }
            }
        }
        return fits[pattern.count][text.count]
    }

    /// Of few characters, so that matches are not rare.
    static func pair(_ random: inout Random) -> (pattern: String, plate: String) {
        let plate = String((0..<1 + random.below(12)).map { _ -> Character in Array("AB1")[random.below(3)] })
        var pattern = ""
        if random.chance(0.5) {  // from the plate: wildcards over parts of it
            for c in plate {
                switch random.below(6) {
                case 0: pattern += "?"
                case 1: pattern += "*"
                case 2: pattern += "*" + String(c)
                case 3: pattern += random.chance(0.8) ? String(c) : "B"
                default: pattern += String(c)
                }
            }
        } else {
            pattern = String((0..<1 + random.below(9)).map { _ -> Character in Array("AB1?*")[random.below(5)] })
        }
        return (pattern, plate)
    }

    @Test(arguments: 0..<16 as Range<UInt64>)
    func agreesWithTheSecondOpinion(seed: UInt64) throws {
        var random = Random(seed: seed)
        var tried = 0
        var matched = 0
        while tried < 1000 {
            let (text, mark) = Self.pair(&random)
            guard let pattern = try? PlatePattern(text) else { continue }
            tried += 1
            let expected = Self.matches(Array(text), Array(mark))
            #expect(try pattern.matches(Plate(mark)) == expected, "\(text) \(mark)")
            if expected { matched += 1 }
            // Its own normal form: the same pattern, the same matches.
            #expect(try PlatePattern(pattern.description) == pattern, "\(text)")
            #expect(Self.matches(Array(pattern.description), Array(mark)) == expected, "\(text) \(mark)")
            if expected { #expect(try pattern.prefixRange.contains(Plate(mark).word), "\(text) \(mark)") }
        }
        #expect(matched > 100)  // or the comparison would say little
    }

    @Test(arguments: [
        ("1-abc-2??", "1ABC2??"), ("１Ａ？＊", "1A?*"), ("a*?*?*1", "A??*1"), ("A**", "A*"), ("mü*", "MU*"),
        ("1ABC234", "1ABC234"),
    ])
    func isNormalised(text: String, form: String) throws {
        #expect(try PlatePattern(text).description == form)
    }

    @Test func formsThatMeanTheSameAreEqual() throws {
        #expect(try PlatePattern("A*?B") == PlatePattern("A?*B"))
        #expect(try PlatePattern("A*?B").hashValue == PlatePattern("A?*B").hashValue)
        #expect(try PlatePattern("A?B") != PlatePattern("A*B"))
    }

    @Test(arguments: [
        ("", PatternError.empty), (" - ", .empty), ("*", .onlyWildcards), ("???", .onlyWildcards),
        ("-*?-", .onlyWildcards),
        ("A+", .unsupportedCharacter("+")), ("A.[B", .unsupportedCharacter("[")), ("Б*", .unsupportedCharacter("Б")),
        ("1234567890123", .neverMatches), ("A????????????", .neverMatches),
        ("A*B*C*D*E*F*G*H*I*J*K*L*M", .tooLong), ("A" + String(repeating: "*", count: 24), .tooLong),
    ])
    func isRefusedWithItsCause(text: String, error: PatternError) {
        #expect(throws: error) { try PlatePattern(text) }
    }

    @Test func theLongestPatternWorks() throws {
        let pattern = try PlatePattern("*A*A*A*A*A*A*A*A*A*A*A*A")
        #expect(try pattern.matches(Plate("AAAAAAAAAAAA")))
        #expect(try !pattern.matches(Plate("AAAAAAAAAAAB")))
        #expect(try !pattern.matches(Plate("AAAAAAAAAAA")))
    }

    @Test func noPlateIsOfNoPattern() throws {
        for text in ["A", "A*", "*A"] { #expect(try !PlatePattern(text).matches(.none)) }
    }

    @Test func literalsAreKnown() throws {
        let literal = try PlatePattern("1ABC234")
        #expect(literal.isLiteral)
        #expect(try literal.literalPrefix == Plate("1ABC234"))
        #expect(literal.prefixRange.count == 1)
        #expect(try !PlatePattern("1ABC234*").isLiteral)
        #expect(try PlatePattern("1AB?2").literalPrefix == Plate("1AB"))
        #expect(try PlatePattern("*1").literalPrefix.isNone)
        #expect(try PlatePattern("*1").prefixRange == 1...Plate.wordEnd - 1)
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func aPrefixIsARangeOfWords(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<500 {
            let text = PlateTests.text(&random)
            let prefix = String(text.prefix(1 + random.below(text.count)))
            let range = try Plate(prefix).wordsOfPrefix
            #expect(try range.contains(Plate(text).word))
            let other = PlateTests.text(&random)
            #expect(try range.contains(Plate(other).word) == other.hasPrefix(prefix), "\(prefix) \(other)")
            // The plates just outside do not have the prefix.
            #expect(range.lowerBound == 1 || !Plate(word: range.lowerBound - 1).description.hasPrefix(prefix))
            #expect(!Plate(word: range.upperBound + 1).description.hasPrefix(prefix))
        }
    }
}
