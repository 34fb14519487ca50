/// Makes plates of five countries by their syntaxes, each plate once.
///
/// Letters that look like digits or like each other (I, O, Q) are left out, so that two plates of one series never look
/// alike: what looks alike in simulated traffic was, as a rule, misread. None is claimed to be real.
struct PlateMaker {
    struct Made {
        var plate: Plate
        /// Places (bit i: before character i) at which the plate shows a separator.
        var separators: UInt16
        var country: Country
    }

    /// One way in which a country numbers its vehicles: `9` a digit, `F` 1 to 7, `L` a letter, `-` a separator,
    /// anything else itself (in lower case, to tell it from the letters above).
    private struct Series {
        var places: [[UInt8]]
        var separators: UInt16 = 0
        var space: UInt64 = 1
        /// Coprime with `space`, so that serial -> serial * stride + start is a bijection.
        var stride: UInt64 = 1
        var start: UInt64 = 0
        var serial: UInt64 = 0

        init(_ template: String, letters: String, random: inout Random) {
            places = []
            for character in template {
                switch character {
                case "-": separators |= 1 << UInt16(places.count)
                case "L": places.append(Array(letters.utf8))
                case "9": places.append(Array("0123456789".utf8))
                case "F": places.append(Array("1234567".utf8))
                default: places.append([character.uppercased().utf8.first!])
                }
            }
            for place in places { space *= UInt64(place.count) }
            stride = UInt64(Double(space) * 0.618_033_988_75) | 1
            while Self.commonDivisor(stride, space) != 1 { stride += 2 }
            start = random.next() % space
        }

        private static func commonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 { b == 0 ? a : commonDivisor(b, a % b) }

        /// The next plate; after `space` of them they begin again.
        mutating func next() -> Plate {
            precondition(space < 1 << 32, "serial times stride must fit a word")
            var rest = (serial * stride + start) % space
            serial = (serial + 1) % space
            var symbols = InlineArray<12, UInt8>(repeating: 0)
            for i in places.indices {
                let count = UInt64(places[i].count)
                symbols[i] = Symbol.of(ascii: places[i][Int(rest % count)])
                rest /= count
            }
            return Plate(symbols: symbols)!
        }
    }

    private struct Register {
        var country: Country
        var share: Double
        /// By falling frequency; the first is drawn eight times of ten.
        var series: [Series]
    }

    private var registers: [Register]
    private let shareTotal: Double

    init(mix: [CountryShare], random: inout Random) {
        registers = []
        for entry in mix where entry.share > 0 {
            let (templates, letters) = Self.syntaxes[entry.country.description]!
            let series = templates.map { Series($0, letters: letters, random: &random) }
            registers.append(Register(country: entry.country, share: entry.share, series: series))
        }
        precondition(!registers.isEmpty, "at least one country has a share")
        shareTotal = registers.reduce(0) { $0 + $1.share }
    }

    /// The countries that it knows.
    static var countries: [String] { syntaxes.keys.sorted() }

    private static let syntaxes: [String: (templates: [String], letters: String)] = [
        "BE": (["F-LLL-999", "LLL-999", "999-LLL"], "ABCDEFGHJKLMNPRSTUVWXYZ"),
        "NL": (["L-999-LL", "LL-999-L", "9-LLL-99", "99-LLL-9", "LLL-99-L", "L-99-LLL"], "BDFGHJKLNPRSTVXZ"),
        "FR": (["LL-999-LL"], "ABCDEFGHJKLMNPRSTVWXYZ"),
        "DE": (["k-LL-9999", "ac-LL-9999", "m-LL-9999", "tr-LL-999", "bit-LL-999"], "ABCDEFGHJKLMNPRSTUVWXYZ"),
        "LU": (["LL-9999"], "ABCDEFGHJKLMNPRSTUVWXYZ"),
    ]

    mutating func next(_ random: inout Random) -> Made {
        var at = random.unit() * shareTotal
        var r = 0
        while r + 1 < registers.count, at >= registers[r].share {
            at -= registers[r].share
            r += 1
        }
        let others = registers[r].series.count - 1
        let s = others == 0 || random.below(10) < 8 ? 0 : 1 + random.below(others)
        return Made(
            plate: registers[r].series[s].next(), separators: registers[r].series[s].separators,
            country: registers[r].country)
    }

    /// A plate that a pattern with `?` and `*` matches.
    static func plate(matching pattern: String, _ random: inout Random) -> Plate? {
        let fill = Array("0123456789ABCDEFGHJKLMNPRSTUVWXYZ".utf8)
        let fixed = pattern.utf8.count { $0 != 0x2a }
        var text = ""
        for byte in pattern.utf8 {
            switch byte {
            case 0x3f: text.unicodeScalars.append(Unicode.Scalar(fill[random.below(fill.count)]))
            case 0x2a:
                for _ in 0..<max(0, 7 - fixed) {
                    text.unicodeScalars.append(Unicode.Scalar(fill[random.below(fill.count)]))
                }
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return try? Plate(text)
    }
}

/// How many of a hundred vehicles (or any other scale) come from a country.
package struct CountryShare: Sendable, Equatable {
    package var country: Country
    package var share: Double

    /// Nil when the simulator has no syntax for the country.
    package init?(_ code: String, _ share: Double) {
        guard PlateMaker.countries.contains(code), let country = Country(code), share >= 0 else { return nil }
        self.country = country
        self.share = share
    }
}
