import ANPRCore

/// Persons' names: each once, found by how it sounds, and from a family name to the versions that have it.
///
/// Names and how they sound are in a snapshot: the rest follows from them and from the versions.
struct NameIndex {
    private(set) var names = TextTable()
    /// How each name sounds, by its number, and the next name that sounds like it.
    private var codes = FlatColumn<UInt64>()
    private var nextOfCode = FlatColumn<UInt32>()
    /// The latest posting of each name.
    private var firstPosting = FlatColumn<UInt32>()
    private var byCode = SlotIndex()
    private var postings = FlatColumn<Posting>()

    private struct Posting: BitwiseCopyable {
        let version: UInt32
        let next: UInt32
    }

    init() {}

    var memoryBytes: Int {
        names.memoryBytes + codes.byteCount + nextOfCode.byteCount + firstPosting.byteCount + byCode.byteCount
            + postings.byteCount
    }

    subscript(number: UInt32) -> String { names[number] }

    mutating func add(_ name: String) -> UInt32 {
        let number = names.add(name)
        if number > codes.count { index(NameSound.code(name), number) }
        return number
    }

    mutating func release(_ number: UInt32) { names.release(number) }

    private mutating func index(_ code: UInt64, _ number: UInt32) {
        codes.append(code)
        firstPosting.append(0)
        let hash = SlotIndex.spread(code)
        if let first = byCode.find(hash, { codes[$0] == code }) {
            nextOfCode.append(nextOfCode[first])
            nextOfCode[first] = number
        } else {
            nextOfCode.append(0)
            byCode.insert(number, hash: hash)
        }
    }

    /// A version has this family name; of a double name also each part is one.
    mutating func note(family number: UInt32, version: UInt32) {
        guard number != 0 else { return }
        post(number, version)
        for part in Self.parts(names[number]) { post(add(part), version) }
    }

    mutating func forget(family number: UInt32) {
        for part in Self.parts(names[number]) { if let part = names.number(part) { names.release(part) } }
        names.release(number)
    }

    private static func parts(_ name: String) -> [String] {
        guard name.utf8.contains(UInt8(ascii: "-")) else { return [] }
        return name.split(separator: "-").map(Self.trimmed).filter { !$0.isEmpty }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private mutating func post(_ number: UInt32, _ version: UInt32) {
        firstPosting[number] = postings.append(Posting(version: version, next: firstPosting[number]))
    }

    /// Names that sound like one, in no order that means anything.
    func alike(_ name: String) -> [UInt32] {
        let code = NameSound.code(name)
        guard code != 0 else { return names.number(name).map { [$0] } ?? [] }
        var found: [UInt32] = []
        var number = byCode.find(SlotIndex.spread(code), { codes[$0] == code }) ?? 0
        while number != 0 {
            found.append(number)
            number = nextOfCode[number]
        }
        return found
    }

    /// Versions with a family name, the latest first, until `body` says false.
    func forEachVersion(of number: UInt32, _ body: (UInt32) -> Bool) {
        var posting = firstPosting[number]
        while posting != 0 {
            guard body(postings[posting].version) else { return }
            posting = postings[posting].next
        }
    }

    // MARK: As bytes

    var writtenBytes: Int { names.writtenBytes + codes.writtenBytes }

    /// With the codes, which take longer to make than all else takes to read; of a name that was taken away it is 0.
    /// Other rules of sound need another `Register.stateVersion`.
    func write(into bytes: inout [UInt8]) {
        names.write(into: &bytes)
        var kept = FlatColumn<UInt64>()
        for number in 1..<UInt32(names.count + 1) { kept.append(names.isUsed(number) ? codes[number] : 0) }
        kept.write(into: &bytes)
    }

    /// Nil when the bytes are not what `write` wrote. Versions are noted by whoever has them.
    init?(_ reader: inout ByteReader) {
        guard let names = TextTable(&reader), let codes = FlatColumn<UInt64>(&reader), codes.count == names.count
        else { return nil }
        self.names = names
        for number in 1..<UInt32(names.count + 1) { index(codes[number], number) }
    }

    /// Of a version that a snapshot held: the parts of a double name have their uses already.
    mutating func noteAgain(family number: UInt32, version: UInt32) {
        guard number != 0 else { return }
        post(number, version)
        for part in Self.parts(names[number]) { if let part = names.number(part) { post(part, version) } }
    }
}
