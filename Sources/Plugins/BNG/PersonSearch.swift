import ANPRCore
import PluginKit

/// A person is looked for by the family name as it is spelled or sounds, and by what else is given. Also names that a
/// person had in an earlier version are found.
struct PersonSearch: Equatable, Sendable {
    let family: String
    let given: String?
    let bornDay: Int?
    let bornYear: Int?
    let isExact: Bool

    /// Of one search: more persons than anybody reads, and more versions than may hold the plugin up.
    static let foundMax = 10_000
    static let looksMax = 1 << 20

    /// How a name was found, best first.
    enum Rank: UInt8, Comparable {
        /// As it was typed.
        case exact
        /// But for case, accents, blanks and hyphens.
        case spelled
        /// It is a part of a double name.
        case part
        case sounds

        static func < (a: Rank, b: Rank) -> Bool { a.rawValue < b.rawValue }
    }

    struct Found: Equatable {
        let rank: Rank
        let record: UInt32
        let version: UInt32

        static func isBefore(_ a: Found, _ b: Found) -> Bool { (a.rank, a.record) < (b.rank, b.record) }
    }

    init(_ fields: CallFields) throws(Refusal) {
        family = try fields.text("family")
        given = try fields.optionalText("given")
        bornDay = try fields.optionalDay("born")
        bornYear = try fields.optionalWhole("year")
        isExact = try fields.optionalText("how") == "spelled"
    }

    init(family: String, given: String? = nil, bornDay: Int? = nil, bornYear: Int? = nil, isExact: Bool = false) {
        self.family = family
        self.given = given
        self.bornDay = bornDay
        self.bornYear = bornYear
        self.isExact = isExact
    }

    /// Active persons, each once, best first.
    func run(_ register: Register) throws(Refusal) -> [Found] {
        let wanted = NameSound.letters(family)
        var givenNames = given.map { GivenNames($0, count: register.names.names.count) }
        var best: [UInt32: Found] = [:]
        var looks = 0
        for name in register.names.alike(family) {
            let spelling = register.names[name]
            let isSpelled = spelling == family || NameSound.letters(spelling) == wanted
            if isExact, !isSpelled { continue }
            let rank: Rank = spelling == family ? .exact : isSpelled ? .spelled : .sounds
            register.names.forEachVersion(of: name) { number in
                looks += 1
                let version = register.versions[number]
                if matches(version, register, &givenNames) {
                    let rank = isSpelled && version.texts[0] != name ? .part : rank
                    let found = Found(rank: rank, record: version.record, version: number)
                    if best[version.record].map({ Found.isBetter(found, $0) }) ?? true { best[version.record] = found }
                }
                return looks < Self.looksMax && best.count <= Self.foundMax
            }
        }
        guard looks < Self.looksMax, best.count <= Self.foundMax else {
            throw Refusal("too_many", "more than \(Self.foundMax) persons may be meant: add a given name or a birth")
        }
        return best.values.sorted(by: Found.isBefore)
    }

    private func matches(_ version: Version, _ register: Register, _ givenNames: inout GivenNames?) -> Bool {
        guard version.isErased == 0, register.records[version.record].state == .active else { return false }
        if bornDay != nil || bornYear != nil {
            guard version.happenedNs != .min else { return false }
            let day = Int((version.happenedNs - (version.happenedNs < 0 ? .day - 1 : 0)) / .day)
            if let bornDay, day != bornDay { return false }
            if let bornYear, Instant.date(days: day).year != bornYear { return false }
        }
        return givenNames?.holds(version.texts[1], register.names) ?? true
    }
}

extension PersonSearch.Found {
    /// Of one person's versions: by rank, then the later one.
    fileprivate static func isBetter(_ a: Self, _ b: Self) -> Bool {
        a.rank != b.rank ? a.rank < b.rank : a.version > b.version
    }
}

/// Which given names a search means: one of a person's names is it, sounds like it, or begins with the one letter.
private struct GivenNames {
    private let letters: [UInt8]
    private let code: UInt64
    /// By a name's number: 0 not looked at yet, 1 no, 2 yes.
    private var known: [UInt8]

    init(_ given: String, count: Int) {
        letters = NameSound.letters(given)
        code = NameSound.code(given)
        known = Array(repeating: 0, count: count + 1)
    }

    mutating func holds(_ number: UInt32, _ names: NameIndex) -> Bool {
        if known[Int(number)] == 0 { known[Int(number)] = isMeant(names[number]) ? 2 : 1 }
        return known[Int(number)] == 2
    }

    private func isMeant(_ name: String) -> Bool {
        guard !letters.isEmpty else { return true }
        if NameSound.letters(name) == letters { return true }
        return name.split { $0 == " " || $0 == "-" || $0 == "." }.contains { part in
            let own = NameSound.letters(part)
            return letters.count == 1 ? own.first == letters[0] : own == letters || NameSound.code(part) == code
        }
    }
}
