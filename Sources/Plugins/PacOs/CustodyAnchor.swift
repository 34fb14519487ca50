import ANPRCore

/// A hash that was written down outside: number, entry and hash, the hash at least its first 16 digits.
struct CustodyAnchor: Equatable {
    let number: ExhibitNumber
    let entry: Int
    let hash: String

    static let hashDigitsMin = 16

    private init?(number: String, entry: Int?, hash: String) {
        guard let number = ExhibitNumber(ScanText.code(number)), let entry, entry > 0,
            hash.count >= Self.hashDigitsMin
        else { return nil }
        self.number = number
        self.entry = entry
        self.hash = hash.lowercased()
    }

    /// `number,entry,hash`.
    init?(_ line: some StringProtocol) {
        let parts = line.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3 else { return nil }
        self.init(number: parts[0], entry: Int(parts[1]), hash: parts[2])
    }

    /// `{"number":...,"entry":...,"hash":...}`.
    init?(_ value: JSON5Value) {
        guard let number = value["number"]?.string, let hash = value["hash"]?.string else { return nil }
        self.init(number: number, entry: value["entry"]?.integer, hash: hash)
    }

    /// What `heads` wrote as CSV, with or without its header, or as JSON lines.
    static func all(_ file: [UInt8]) throws(Refusal) -> [CustodyAnchor] {
        var anchors: [CustodyAnchor] = []
        let text = String(decoding: file, as: UTF8.self)
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (i, line) in lines.enumerated() where line.contains(where: { $0 != " " }) {
            if i == 0, line.hasPrefix("number,") { continue }
            let anchor = line.hasPrefix("{") ? (try? JSON5Value(text: String(line))).flatMap { Self($0) } : Self(line)
            guard let anchor else {
                throw Refusal(
                    "bad_line", "line \(i + 1) of the heads is no number,entry,hash, as heads --csv or --json writes it"
                )
            }
            anchors.append(anchor)
        }
        if anchors.isEmpty { throw Refusal("empty", "nothing to verify: the heads' file has no number,entry,hash") }
        return anchors
    }
}
