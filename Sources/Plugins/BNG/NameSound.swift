/// How a name is spelled without accents, and how it sounds to a Belgian ear.
///
/// The sound is the Kölner Phonetik (Postel, 1969) with rules for French and Dutch spelling before it;
/// docs/plugins/BNG.md lists all of them. Names that sound alike have one code.
enum NameSound {
    /// Letters A to Z and nothing else: case, accents, blanks, hyphens and apostrophes are gone.
    static func letters(_ name: some StringProtocol) -> [UInt8] { letters(name, softCedilla: false) }

    private static func letters(_ name: some StringProtocol, softCedilla: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(name.utf8.count)
        for scalar in name.unicodeScalars {
            switch scalar.value {
            case 0x41...0x5a: out.append(UInt8(scalar.value))
            case 0x61...0x7a: out.append(UInt8(scalar.value - 0x20))
            case 0xc7, 0xe7: out.append(softCedilla ? UInt8(ascii: "S") : UInt8(ascii: "C"))
            case 0xc6, 0xe6: out += Array("AE".utf8)
            case 0x152, 0x153: out += Array("OE".utf8)
            case 0x132, 0x133: out += Array("IJ".utf8)
            case 0xdf, 0x1e9e: out += Array("SS".utf8)
            case 0xde, 0xfe: out += Array("TH".utf8)
            case 0xc0...0xff: keep(latin1[Int(scalar.value) - 0xc0], &out)
            case 0x100...0x17f: keep(latinExtended[Int(scalar.value) - 0x100], &out)
            default: break
            }
        }
        return out
    }

    private static func keep(_ letter: UInt8, _ out: inout [UInt8]) {
        if letter != UInt8(ascii: "*") { out.append(letter) }
    }

    private static let latin1 = Array("AAAAAA*CEEEEIIIIDNOOOOO*OUUUUY**AAAAAA*CEEEEIIIIDNOOOOO*OUUUUY*Y".utf8)
    private static let latinExtended = Array(
        ("AAAAAACCCCCCCCDDDDEEEEEEEEEEGGGGGGGGHHHHIIIIIIIIII**JJKKKLLLLLLLLLLNNNNNNNNNOOOOOO**RRRRRRSSSSSSSS"
            + "TTTTTTUUUUUUUUUUUUWWYYYZZZZZZS").utf8)

    /// Digits of the sound, four bits each, each one higher than its digit; 0: nothing of the name can be spoken.
    static func code(_ name: some StringProtocol) -> UInt64 {
        let letters = spoken(letters(name, softCedilla: true))
        var code: UInt64 = 0
        var digits = 0
        var last: UInt8?
        for place in letters.indices where digits < digitsMax {
            guard let digit = digit(letters, place) else { continue }
            defer { last = digit }
            guard digit != last, digit != 0 || place == 0 else { continue }
            code = code << 4 | UInt64(digit + 1)
            digits += 1
        }
        return code
    }

    private static let digitsMax = 15

    /// What an X is written for.
    private static let sibilants = spellings([("CKX", "KS"), ("CX", "KS"), ("KX", "KS"), ("X", "KS")])
    /// Spellings that French and Dutch have for one sound, in the order in which they are replaced.
    private static let sounds = spellings([
        ("SCH", "S"), ("SH", "S"), ("SJ", "S"), ("PH", "F"), ("TH", "T"), ("DT", "T"), ("BV", "V"), ("AULT", "AUT"),
        ("CK", "K"), ("CQ", "K"), ("QU", "K"), ("CH", "K"), ("GH", "G"),
    ])

    private static func spellings(_ pairs: [(String, String)]) -> [(from: [UInt8], to: [UInt8])] {
        pairs.map { (Array($0.0.utf8), Array($0.1.utf8)) }
    }

    /// As it is spoken: one spelling a sound, and no S or Z at the end.
    private static func spoken(_ letters: [UInt8]) -> [UInt8] {
        var letters = letters
        if letters.count > 3, letters.suffix(2).elementsEqual("UX".utf8) { letters.removeLast() }
        if letters.starts(with: "DJ".utf8) { letters.removeFirst() }
        for (from, to) in sibilants { replace(from, to, in: &letters) }
        while letters.count > 2, letters.last == UInt8(ascii: "S") || letters.last == UInt8(ascii: "Z") {
            letters.removeLast()
        }
        for (from, to) in sounds { replace(from, to, in: &letters) }
        return letters
    }

    private static func replace(_ from: [UInt8], _ to: [UInt8], in letters: inout [UInt8]) {
        var place = 0
        while place + from.count <= letters.count {
            if letters[place] == from[0], letters[place..<place + from.count].elementsEqual(from) {
                letters.replaceSubrange(place..<place + from.count, with: to)
                place += to.count
            } else {
                place += 1
            }
        }
    }

    /// Nil: it is not heard, and parts nothing. 0: a vowel.
    private static func digit(_ letters: [UInt8], _ place: Int) -> UInt8? {
        let next = place + 1 < letters.count ? letters[place + 1] : 0
        switch letters[place] {
        case UInt8(ascii: "H"): return nil
        case UInt8(ascii: "B"), UInt8(ascii: "P"): return 1
        case UInt8(ascii: "D"), UInt8(ascii: "T"):
            return next == UInt8(ascii: "S") || next == UInt8(ascii: "Z") ? 8 : 2
        case UInt8(ascii: "F"), UInt8(ascii: "V"), UInt8(ascii: "W"): return 3
        case UInt8(ascii: "G"), UInt8(ascii: "K"), UInt8(ascii: "Q"): return 4
        case UInt8(ascii: "C"): return "EIY".utf8.contains(next) ? 8 : 4
        case UInt8(ascii: "L"): return 5
        case UInt8(ascii: "M"), UInt8(ascii: "N"): return 6
        case UInt8(ascii: "R"): return 7
        case UInt8(ascii: "S"), UInt8(ascii: "Z"): return 8
        case UInt8(ascii: "J"), UInt8(ascii: "Y"): return place == 0 && "AEIOU".utf8.contains(next) ? 9 : 0
        default: return 0
        }
    }
}
