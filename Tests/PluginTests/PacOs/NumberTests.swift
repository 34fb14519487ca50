import Testing

@testable import ANPRCore
@testable import PacOs

@Suite struct ExhibitNumberTests {
    @Test func checkCharactersOfPublishedNumbers() {
        // ISO 7064 MOD 37,36: a Global Release Identifier. MOD 97-10: an IBAN turned round, and the standard's own 794.
        #expect(CheckCharacters.mod36.check(Array("A12425GABC1234002M".utf8)))
        #expect(CheckCharacters.mod97.characters(for: Array("794".utf8)) == Array("44".utf8))
        #expect(CheckCharacters.mod97.check(Array("539007547034BE68".utf8)))
        #expect(CheckCharacters.mod36.characters(for: Array("a".utf8)) == nil)
    }

    @Test(arguments: CheckCharacters.allCases)
    func everyWrongCharacterIsFound(_ check: CheckCharacters) throws {
        var random = Random(seed: 7)
        let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        var swaps = (all: 0, missed: 0)
        for _ in 0..<200 {
            let body = (0..<12).map { _ in alphabet[random.below(10)] }
            let text = body + (try #require(check.characters(for: body)))
            #expect(check.check(text))
            for i in text.indices {
                // Where two digits are expected, a letter is refused by the form.
                for other in alphabet.prefix(10) where other != text[i] {
                    var wrong = text
                    wrong[i] = other
                    #expect(!check.check(wrong))
                }
                guard i + 1 < text.count, text[i] != text[i + 1] else { continue }
                var swapped = text
                swapped.swapAt(i, i + 1)
                swaps.all += 1
                if check.check(swapped) { swaps.missed += 1 }
            }
        }
        #expect(swaps.missed * 50 < swaps.all, "\(swaps)")
    }

    @Test func numbersKeepTheirTextAndItsOrder() throws {
        let texts = ["1", "PO0000000001", "PO00000000016", "PO00000000017", "ZZZZZZZZZZZZZZZZ"]
        let numbers = try texts.map { try #require(ExhibitNumber(Array($0.utf8))) }
        #expect(numbers.map(\.description) == texts)
        #expect(numbers.sorted() == numbers)
        #expect(ExhibitNumber(Array("A1B2C3D4E5F6G7H8I".utf8)) == nil)
        #expect(ExhibitNumber([]) == nil && ExhibitNumber(Array("po1".utf8)) == nil)
    }

    @Test func anOldFormIsStillGood() throws {
        let forms = Custody.rules.forms
        let old = try #require(forms.forms[0].number(77))
        #expect(old.description == "PC0000007772" || old.description.hasPrefix("PC00000077"))
        #expect(try forms.number(old.characters) == old)
        #expect(forms.form(day: 20_000)?.prefix == Array("PO".utf8))
        #expect(forms.forms[0].number(100_000_000) == nil)
        var wrong = old.characters
        wrong[5] = 0x39
        #expect(refusal { try forms.number(wrong) } == "check_characters")
        #expect(refusal { try forms.number(Array("XY123".utf8)) } == "no_number")
    }

    @Test func scannersAddThings() {
        #expect(ScanText.code("]C0po00 1\r") == Array("PO001".utf8))
        #expect(ScanText.code(" undo ") == Array(ScanText.undo.utf8))
    }

    @Test func seedsAreRead() throws {
        let rules = try CustodyRules(
            formsPath: Repository.seed("pacos/numbers.csv"), placesPath: Repository.seed("pacos/places.csv"),
            endsPath: Repository.seed("law/exhibit_ends.csv"))
        #expect(rules.forms.forms.count == 2 && rules.places.count == 5 && rules.ends.count == 4)
    }

    @Test func everyBadLineOfATableIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(
            "numbers.csv",
            NumberForms.columns.joined(separator: ",") + """

                2020-01-01,,po,10,mod37_36,confirmed,x
                2020-01-01,,PO,99,mod37_36,confirmed,x
                2020-01-01,,PO,10,mod10,confirmed,x
                2020-01-01,2019-01-01,PO,10,mod37_36,confirmed,x
                2020-01-01,,PO,10,mod37_36,sure,x
                2020-01-01,,PO,10,mod37_36,confirmed,

                """)
        let problems = try #require(throws: InputProblems.self) { try NumberForms(path: path) }
        #expect(problems.total == 6 && problems.problems.map(\.line) == [2, 3, 4, 5, 6, 7])
    }
}
