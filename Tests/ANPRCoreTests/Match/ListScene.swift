@testable import ANPRCore

/// Lists and reads out of a few plates and their like, so that exact, look-alike, edited and pattern hits meet.
struct ListScene {
    static let lists: [(name: String, tolerance: Tolerance)] = [
        ("exact", .exact), ("strict", .strict), ("balanced", .balanced), ("broad", .broad), ("more", .exact),
    ]
    /// Capture times are seconds in here, and an instant to either side of them.
    static let secondsEnd = 400
    private static let countries = [Country.unknown, Country("BE") ?? .unknown, Country("NL") ?? .unknown]
    /// Rich in look-alikes, and poor enough that runs of one character come up.
    private static let alphabet = Array("0OD1I8B5S2ZAA77")

    private(set) var random: Random
    private var pool: [String] = []
    private var cases = 0

    init(seed: UInt64, plates: Int = 24) {
        random = Random(seed: seed)
        let lengths = [1, 2, 3, 4, 4, 5, 6, 7, 7, 7, 8, 11, 12, 12]
        for _ in 0..<plates { pool.append(text(lengths[random.below(lengths.count)])) }
    }

    private mutating func text(_ count: Int) -> String {
        String((0..<count).map { _ in Self.alphabet[random.below(Self.alphabet.count)] })
    }

    /// A plate of the pool, or one that is near to one.
    mutating func plateText() -> String {
        var characters = Array(pool[random.below(pool.count)])
        for _ in 0..<[0, 0, 1, 1, 2, 3][random.below(6)] {
            let at = random.below(characters.count)
            switch random.below(6) {
            case 0 where characters.count < Limits.plateCharactersMax:
                characters.insert(random.chance(0.5) ? characters[at] : Character(text(1)), at: at)
            case 1 where characters.count > 1: characters.remove(at: at)
            case 2: characters[at] = Character(text(1))
            default: characters[at] = lookAlike(of: characters[at])
            }
        }
        return String(characters)
    }

    private mutating func lookAlike(of character: Character) -> Character {
        let group = Array(Symbol.groups.first { $0.contains(character) } ?? String(character))
        return group[random.below(group.count)]
    }

    /// A pattern with at least one character of a plate's.
    mutating func patternText() -> String {
        var characters = Array(plateText())
        let kept = random.below(characters.count)
        for at in characters.indices where at != kept && random.chance(0.4) { characters[at] = "?" }
        if random.chance(0.6), kept > 0 {
            characters.replaceSubrange(0..<random.below(kept) + 1, with: ["*"])
        }
        if random.chance(0.6), let last = characters.lastIndex(where: { $0 != "?" && $0 != "*" }) {
            let from = last + 1 + random.below(characters.count - last)
            characters.replaceSubrange(from..<characters.count, with: ["*"])
        }
        return String(characters)
    }

    /// A mark on a list, with a case number that nobody else has.
    mutating func details(list: String, patterns: Double = 0.2) throws -> EntryDetails {
        cases += 1
        let isPattern = random.chance(patterns)
        let raw = isPattern ? patternText() : plateText()
        let from = random.chance(0.5) ? Nanoseconds.min : Nanoseconds(1 + random.below(Self.secondsEnd)) * .second
        let length = Nanoseconds(1 + random.below(Self.secondsEnd)) * .second
        return EntryDetails(
            list: list, mark: isPattern ? try PlatePattern(raw).description : raw,
            country: Self.countries[random.below(3)], reason: "r\(random.below(3))", caseNumber: "C\(cases)",
            priority: UInt8([0, 1, 50, 50, 100][random.below(5)]), validFromNs: from,
            validToNs: random.chance(0.5) ? .max : max(from, 0) + length, action: "a\(random.below(2))",
            audience: "u", isCovert: random.chance(0.3))
    }

    mutating func reads(_ count: Int) throws -> [Read] {
        try (0..<count).map { sequence in
            let plate = random.chance(0.03) ? Plate.none : try Plate(plateText())
            let ns = Nanoseconds(random.below(Self.secondsEnd)) * .second + Nanoseconds(random.below(3) - 1)
            return Read(
                plate, sequence: UInt32(sequence), camera: UInt32(random.below(3)), capturedNs: max(0, ns),
                country: Self.countries[random.below(3)])
        }
    }
}

extension EntryDetails {
    /// As the plain matcher knows it.
    func naive(list: Int, tolerance: Tolerance) -> NaiveEntry {
        NaiveEntry(
            list: list, tolerance: tolerance, mark: mark, country: country, priority: Int(priority),
            fromNs: validFromNs, toNs: validToNs)
    }

    /// What is said here, of the entry that another one is.
    func inPlace(of old: EntryDetails) -> EntryDetails {
        EntryDetails(
            list: old.list, mark: old.mark, country: country, reason: reason, caseNumber: old.caseNumber,
            priority: priority, validFromNs: validFromNs, validToNs: validToNs, action: action, audience: audience,
            isCovert: isCovert)
    }

    static let csvHeader = "plate,country,reason,case,priority,valid_from,valid_to,action,audience,covert"

    var csvRow: String {
        let from = validFromNs == .min ? "" : Instant.format(validFromNs)
        let to = validToNs == .max ? "" : Instant.format(validToNs)
        let place = country == .unknown ? "" : country.description
        return "\(mark),\(place),\(reason),\(caseNumber),\(priority),\(from),\(to),\(action),\(audience),"
            + (isCovert ? "yes" : "no")
    }
}
