import ANPRCore

/// Where persons under a contact ban were seen lately: kept until a read that comes late can no longer meet one.
struct Passages {
    /// In order of capture time, then of the read's name.
    private(set) var byPerson: [String: [Sighting]] = [:]

    /// Of one person; past them the oldest is forgotten, and a read that comes very late would not meet it.
    static let personMax = 256

    var count: Int { byPerson.values.reduce(0) { $0 + $1.count } }
    var oldestNs: Nanoseconds? { byPerson.values.compactMap { $0.first?.capturedNs }.min() }

    func contains(_ sighting: Sighting, of person: String) -> Bool {
        byPerson[person]?.contains { $0.read == sighting.read } ?? false
    }

    /// At a place, at most so far from an instant either way, in order.
    func near(_ person: String, _ place: String, at ns: Nanoseconds, withinNs: Nanoseconds) -> [Sighting] {
        (byPerson[person] ?? []).filter {
            // A camera can send any instant: the difference may not fit.
            let (awayNs, isFar) = $0.capturedNs.subtractingReportingOverflow(ns)
            return $0.place == place && !isFar && awayNs >= -withinNs && awayNs <= withinNs
        }
    }

    mutating func insert(_ sighting: Sighting, of person: String) {
        var passages = byPerson.removeValue(forKey: person) ?? []
        let at = passages.firstIndex { Self.isBefore(sighting, $0) } ?? passages.endIndex
        passages.insert(sighting, at: at)
        if passages.count > Self.personMax { passages.removeFirst() }
        byPerson[person] = passages
    }

    mutating func forget(before ns: Nanoseconds) {
        for person in byPerson.keys.sorted() {
            byPerson[person]?.removeAll { $0.capturedNs < ns }
            if byPerson[person]?.isEmpty ?? false { byPerson[person] = nil }
        }
    }

    private static func isBefore(_ a: Sighting, _ b: Sighting) -> Bool {
        (a.capturedNs, a.camera, a.epoch, a.sequence) < (b.capturedNs, b.camera, b.epoch, b.sequence)
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(byPerson.count))
        for (person, passages) in byPerson.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: person)
            bytes.append(number: UInt32(passages.count))
            for passage in passages { passage.write(into: &bytes) }
        }
    }

    mutating func restore(_ reader: inout ByteReader) -> Bool {
        guard let persons = reader.number(UInt32.self) else { return false }
        for _ in 0..<persons {
            guard let person = reader.text(), let count = reader.number(UInt32.self) else { return false }
            for _ in 0..<count {
                guard let sighting = Sighting(&reader) else { return false }
                insert(sighting, of: person)
            }
        }
        return true
    }
}
