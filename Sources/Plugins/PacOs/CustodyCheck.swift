import ANPRCore

/// Goes through chains and says where one breaks: at the entry whose hash is not that of what stands in it and of the
/// entry before it.
struct CustodyCheck {
    struct Break: Equatable {
        let number: ExhibitNumber
        /// From 1.
        let entry: Int
        let atNs: Nanoseconds
        let what: String
    }

    private(set) var exhibits = 0
    private(set) var entries = 0
    private(set) var breaks: [Break] = []
    private(set) var breakCount = 0
    private var bytes: [UInt8] = []

    /// Breaks that are named; more are counted.
    static let breaksMax = 1000

    init() {}

    mutating func check(_ exhibit: Int, of register: CustodyRegister) {
        let row = register.exhibits[exhibit]
        let chain = register.chain(exhibit)
        exhibits += 1
        if chain.count != Int(row.entryCount) {
            found(row, chain.count, 0, "the chain has \(chain.count) entries where \(row.entryCount) were counted")
        }
        var previous = Digest.none
        for (i, entry) in chain.enumerated() {
            entries += 1
            if entry.exhibit != UInt32(exhibit) {
                found(row, i + 1, entry.atNs, "the entry belongs to another exhibit")
            } else if digest(of: entry, row.number, after: previous, sequence: i + 1, in: register) != entry.digest {
                found(
                    row, i + 1, entry.atNs,
                    i == 0 ? "the entry was changed" : "the entry was changed, or the hash of the one before it")
            }
            previous = entry.digest
        }
    }

    private mutating func digest(
        of entry: CustodyEntry, _ number: ExhibitNumber, after previous: Digest, sequence: Int,
        in register: CustodyRegister
    ) -> Digest? {
        guard let act = entry.act else { return nil }
        bytes.removeAll(keepingCapacity: true)
        CustodyLink.write(previous, UInt32(sequence), entry.atNs, number, act, into: &bytes)
        for text in [entry.by, entry.subject, entry.note] {
            CustodyLink.append(register.texts.characters(text), to: &bytes)
        }
        return Digest(of: bytes)
    }

    /// Whether a chain still holds the hash that a receipt or a list of heads once showed.
    mutating func check(_ anchor: CustodyAnchor, in register: CustodyRegister) {
        guard let exhibit = register.exhibit(anchor.number) else {
            return add(Break(number: anchor.number, entry: anchor.entry, atNs: 0, what: "the exhibit is not there"))
        }
        let chain = register.chain(exhibit)
        let row = register.exhibits[exhibit]
        guard (1...max(1, chain.count)).contains(anchor.entry), !chain.isEmpty else {
            return found(row, anchor.entry, 0, "the entry was there once and is not any more")
        }
        let entry = chain[anchor.entry - 1]
        if !entry.digest.description.hasPrefix(anchor.hash) {
            found(row, anchor.entry, entry.atNs, "the hash is not the one that was written down elsewhere")
        }
    }

    private mutating func found(_ row: Exhibit, _ entry: Int, _ atNs: Nanoseconds, _ what: String) {
        add(Break(number: row.number, entry: entry, atNs: atNs, what: what))
    }

    private mutating func add(_ found: Break) {
        breakCount += 1
        if breaks.count < Self.breaksMax { breaks.append(found) }
    }
}

/// A chain that was written out (`anprd pacos exhibit custody`), checked without any ledger: what a court can do.
struct CustodyPaper {
    private var previous: [ExhibitNumber: (entry: Int, digest: Digest)] = [:]
    private(set) var entries = 0
    private(set) var breaks: [CustodyCheck.Break] = []

    init() {}

    var exhibits: Int { previous.count }

    /// One line of the chain, in its order. Throws when it is none.
    mutating func check(_ line: JSON5Value) throws(Refusal) {
        guard let number = line["number"]?.string.flatMap({ ExhibitNumber(Array($0.utf8)) }),
            let entry = line["entry"]?.integer, (1...Int(UInt32.max)).contains(entry),
            let atNs = line["at"]?.string.flatMap({ Instant.parse($0) }),
            let act = line["did"]?.string.flatMap({ CustodyAct(name: $0) }), let by = line["by"]?.string,
            let subject = line["subject"]?.string, let note = line["note"]?.string,
            let digest = line["hash"]?.string.flatMap({ Digest(hex: $0) })
        else { throw Refusal("no_entry", "this is no line of a chain that PacOs wrote") }
        let before = previous[number] ?? (0, .none)
        entries += 1
        let link = CustodyLink(
            previous: before.digest, sequence: UInt32(entry), atNs: atNs, number: number, act: act, by: by,
            subject: subject, note: note)
        if entry != before.entry + 1 {
            breaks.append(
                .init(number: number, entry: entry, atNs: atNs, what: "entry \(before.entry + 1) does not stand here"))
        } else if link.digest != digest {
            breaks.append(
                .init(
                    number: number, entry: entry, atNs: atNs,
                    what: entry == 1
                        ? "the entry was changed" : "the entry was changed, or the hash of the one before it"))
        }
        previous[number] = (entry, digest)
    }
}
