/// What people read about entries: wordings (reason, action, audience, covert) are few and kept once; case numbers
/// lie in one run of bytes. Cold; guarded by `Blacklists`' lock.
struct EntryTexts {
    struct Wording: Hashable {
        var reason: String
        var action: String
        var audience: String
        var isCovert: Bool
    }

    private(set) var wordings: [Wording] = []
    private var numbers: [Wording: UInt32] = [:]
    private var cases: [UInt8] = [0]
    /// Where the case number that came last stands.
    private var lastCaseAt: UInt32 = 0

    /// Bytes of case numbers kept at most: 4 GiB less one length.
    static let caseBytesMax = Int(UInt32.max) - 256

    mutating func number(of wording: Wording) -> UInt32 {
        if let known = numbers[wording] { return known }
        let number = UInt32(wordings.count)
        wordings.append(wording)
        numbers[wording] = number
        return number
    }

    /// Keeps a case number of at most 255 bytes; nil when there is no room.
    mutating func add(case bytes: some Collection<UInt8>) -> UInt32? {
        if bytes.isEmpty { return 0 }
        // Lines of one case stand together, most often.
        if lastCaseAt != 0, caseBytes(at: lastCaseAt).elementsEqual(bytes) { return lastCaseAt }
        guard bytes.count <= 255, cases.count < Self.caseBytesMax else { return nil }
        let at = UInt32(cases.count)
        cases.append(UInt8(bytes.count))
        cases.append(contentsOf: bytes)
        lastCaseAt = at
        return at
    }

    func caseNumber(at: UInt32) -> String { String(decoding: caseBytes(at: at), as: UTF8.self) }

    func caseBytes(at: UInt32) -> ArraySlice<UInt8> {
        let start = Int(at) + 1
        return cases[start..<start + Int(cases[Int(at)])]
    }

    mutating func reserve(caseBytes: Int) { cases.reserveCapacity(cases.count + caseBytes) }

    var bytes: Int { cases.count + wordings.count * 128 }
}
