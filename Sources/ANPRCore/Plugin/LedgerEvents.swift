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

    mutating func send(_ effect: Effect) {
        add(LedgerEvent.effectEnqueued) { effect.write(into: &$0) }
        effectCount += 1
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

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
        effectCount = 0
    }

    package func forEach(_ body: (LedgerEvent) throws -> Void) throws {
        try bytes.withUnsafeBytes { raw in
            let isWhole = try Self.forEach(raw, count: count, body)
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
