import ANPRCore

enum DeliveryState: UInt8, CaseIterable, Sendable {
    case inPreparation, sent, received, refused

    var name: String { self == .inPreparation ? "in_preparation" : "\(self)" }

    /// What may follow: the whole machine of a delivery. One in preparation cannot be accepted.
    func mayBecome(_ next: DeliveryState) -> Bool {
        switch (self, next) {
        case (.inPreparation, .sent), (.sent, .received), (.sent, .refused): true
        default: false
        }
    }
}

/// Exhibits on their way from one place to another, accepted piece by piece or refused as a whole.
struct Delivery {
    let from: UInt32
    let to: UInt32
    let openedNs: Nanoseconds
    let openedBy: UInt32
    var state = DeliveryState.inPreparation
    var sentNs: Nanoseconds = 0
    var sentBy: UInt32 = 0
    var endedNs: Nanoseconds = 0
    var endedBy: UInt32 = 0
    var note: UInt32 = 0
    /// Places in `exhibits`, as they were packed.
    var pieces: [UInt32] = []

    static let piecesMax = 1000

    /// `DV-12` is the twelfth.
    static func name(_ number: Int) -> String { "DV-\(number)" }
    static func number(_ name: String) -> Int? { RowName.number(name, "DV-") }
}

/// The count of a place: what is scanned on its shelf beside what should be there.
struct Inventory {
    let place: UInt32
    let startedNs: Nanoseconds
    let by: UInt32
    var closedNs: Nanoseconds = 0
    /// Places in `exhibits`, ascending.
    var scanned: [UInt32] = []
    var missing: UInt32 = 0
    var unexpected: UInt32 = 0

    var isOpen: Bool { closedNs == 0 }

    static func name(_ number: Int) -> String { "IV-\(number)" }
    static func number(_ name: String) -> Int? { RowName.number(name, "IV-") }

    func holds(_ exhibit: UInt32) -> Bool { position(exhibit).isThere }

    /// False when nothing changed.
    mutating func mark(_ exhibit: UInt32, isScanned: Bool) -> Bool {
        let (at, isThere) = position(exhibit)
        guard isThere != isScanned else { return false }
        if isScanned { scanned.insert(exhibit, at: at) } else { scanned.remove(at: at) }
        return true
    }

    private func position(_ exhibit: UInt32) -> (at: Int, isThere: Bool) {
        var (low, high) = (0, scanned.count)
        while low < high {
            let middle = (low + high) / 2
            if scanned[middle] < exhibit { low = middle + 1 } else { high = middle }
        }
        return (low, low < scanned.count && scanned[low] == exhibit)
    }
}

/// Names of what has no name of its own: letters and its place, from 1.
enum RowName {
    static func number(_ name: String, _ prefix: String) -> Int? {
        guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), number > 0,
            name == prefix + String(number)
        else { return nil }
        return number
    }
}
