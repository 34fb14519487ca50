import ANPRCore

/// A person under conditions, and the plates that are this person's.
struct Person: Equatable, Sendable {
    let id: String
    var name: String
    var plates: [PersonPlate]
    /// How it stands in the exchange with i+Belgium; a file's has never been in it.
    var revision = RevisionMark()

    static let platesMax = 64
}

/// A plate, and from (inclusive) when to (exclusive) when it is the person's: a Belgian plate belongs to a person, not
/// to a car, and moves.
struct PersonPlate: Equatable, Sendable {
    let plate: Plate
    let fromNs: Nanoseconds
    var toNs: Nanoseconds

    func holds(at ns: Nanoseconds) -> Bool { fromNs <= ns && ns < toNs }

    /// `1ABC234`, or `1ABC234@2026-01-01T00:00:00Z/` with either end left out.
    var text: String {
        guard fromNs != .min || toNs != .max else { return plate.description }
        return "\(plate)@\(ConditionText.end(fromNs))/\(ConditionText.end(toNs))"
    }
}

extension Person {
    var platesText: String { plates.map(\.text).joined(separator: " ") }

    func write(into bytes: inout [UInt8]) {
        bytes.append(texts: [id, name])
        bytes.append(number: UInt32(plates.count))
        for plate in plates {
            bytes.append(number: plate.plate.word)
            bytes.append(number: plate.fromNs)
            bytes.append(number: plate.toNs)
        }
        revision.write(into: &bytes)
    }

    init?(_ reader: inout ByteReader) {
        guard let texts = reader.texts(2), let count = reader.number(UInt32.self), count <= Self.platesMax else {
            return nil
        }
        var plates: [PersonPlate] = []
        for _ in 0..<count {
            guard let word = reader.number(UInt64.self), word < Plate.wordEnd,
                let fromNs = reader.number(Nanoseconds.self), let toNs = reader.number(Nanoseconds.self)
            else { return nil }
            plates.append(PersonPlate(plate: Plate(word: word), fromNs: fromNs, toNs: toNs))
        }
        guard let revision = RevisionMark(&reader) else { return nil }
        self.init(id: texts[0], name: texts[1], plates: plates, revision: revision)
    }
}
