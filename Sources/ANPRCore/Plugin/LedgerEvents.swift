/// What a plugin decided: events that change its state, and effects on the world outside, in order.
package struct LedgerEvents {
    /// Of each event its kind (2 bytes), length (4), payload.
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private(set) var effectCount = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    /// An event of the plugin's own.
    package mutating func append(_ kind: UInt16, _ write: (inout [UInt8]) -> Void = { _ in }) {
        precondition(kind < LedgerEvent.hostKindMin, "kinds from 0xff00 on are the host's")
        add(kind, write)
    }

    /// What shall happen outside, once this batch is committed: at least once, and always with the same key, by which
    /// the receiver knows it again. A key that waits already is not sent a second time.
    package mutating func send(key: String, to destination: String, _ payload: [UInt8]) {
        precondition(destination != HostDelivery.setAside, "that one is the host's")
        send(Effect(key: key, destination: destination, payload: payload))
    }

    /// What the other plugins shall hear, once this is committed: `kind` with its layout's number behind it, `id` of
    /// what it is about, `body` one JSON object.
    package mutating func tell(_ kind: String, id: String, atNs: Nanoseconds, _ body: [UInt8]) {
        add(LedgerEvent.told) {
            $0.append(text: kind)
            $0.append(text: id)
            $0.append(number: atNs)
            $0 += body
        }
    }

    /// Something is erased here that earlier transactions still say: once this is committed, the host saves the state
    /// anew and deletes the files of what came before, as far as those who hear the plugin have heard it. Without that,
    /// what the law wants erased would stay on disk.
    package mutating func forgetHistory() { add(LedgerEvent.historyForgotten) { _ in } }

    mutating func send(_ effect: Effect) {
        add(LedgerEvent.effectEnqueued) { effect.write(into: &$0) }
        effectCount += 1
    }

    /// An effect becomes a dead letter.
    mutating func bury(_ key: String, _ reason: String) {
        add(LedgerEvent.effectDead) {
            $0.append(text: key)
            $0.append(text: reason)
        }
    }

    mutating func add(_ kind: UInt16, _ write: (inout [UInt8]) -> Void) {
        bytes.append(number: kind)
        let lengthAt = bytes.count
        bytes.append(number: UInt32(0))
        let start = bytes.count
        write(&bytes)
        let length = UInt32(bytes.count - start)
        for i in 0..<4 { bytes[lengthAt + i] = UInt8(truncatingIfNeeded: length >> (8 * i)) }
        count += 1
    }

    mutating func append(contentsOf other: LedgerEvents) {
        bytes += other.bytes
        count += other.count
        effectCount += other.effectCount
    }

    /// How far they go, to look at those behind it or to cut them off.
    struct Mark {
        fileprivate let bytes: Int
        fileprivate let count: Int
        fileprivate let effectCount: Int
    }

    var mark: Mark { Mark(bytes: bytes.count, count: count, effectCount: effectCount) }

    mutating func cut(to mark: Mark) {
        bytes.removeSubrange(mark.bytes...)
        count = mark.count
        effectCount = mark.effectCount
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
        effectCount = 0
    }

    package func forEach(_ body: (LedgerEvent) throws -> Void) throws {
        try forEach(from: Mark(bytes: 0, count: 0, effectCount: 0), body)
    }

    func forEach(from mark: Mark, _ body: (LedgerEvent) throws -> Void) throws {
        try bytes.withUnsafeBytes { raw in
            let rest = UnsafeRawBufferPointer(rebasing: raw[mark.bytes...])
            let isWhole = try Self.forEach(rest, count: count - mark.count, body)
            precondition(isWhole, "written by `add`")
        }
    }

    /// False when the bytes are not that many events and nothing else.
    static func forEach(
        _ bytes: UnsafeRawBufferPointer, count: Int, _ body: (LedgerEvent) throws -> Void
    ) throws -> Bool {
        var reader = ByteReader(bytes)
        for _ in 0..<count {
            guard let kind = reader.number(UInt16.self), let length = reader.number(UInt32.self),
                let payload = reader.run(Int(length))
            else { return false }
            try body(LedgerEvent(kind: kind, payload: payload))
        }
        return true
    }
}
