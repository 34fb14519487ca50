import ANPRCore

/// What one input comes to: events, some about records that the others begin, and what is sent.
struct RecordDraft {
    private(set) var events: [BNGEvent] = []
    private(set) var effects: [Effect] = []
    /// Of the next record.
    private var next: UInt32
    private var fresh: [String: UInt32] = [:]

    init(_ register: Register) { next = UInt32(register.records.count) + 1 }

    mutating func add(_ event: BNGEvent) { events.append(event) }

    /// Returns the record's number.
    mutating func record(_ category: RecordCategory, key: String, _ version: NewVersion) -> UInt32 {
        let number = next
        next += 1
        events.append(.recorded(number: number, category, key: key, version))
        if !key.isEmpty { fresh["\(category)/\(key)"] = number }
        return number
    }

    /// One that this draft begins.
    func record(_ category: RecordCategory, key: String) -> UInt32? { fresh["\(category)/\(key)"] }

    mutating func send(key: String, to destination: String, _ payload: [UInt8]) {
        effects.append(Effect(key: key, destination: destination, payload: payload))
    }

    func write(into events: inout LedgerEvents) {
        for event in self.events { event.append(to: &events) }
        for effect in effects { events.send(key: effect.key, to: effect.destination, effect.payload) }
    }
}
