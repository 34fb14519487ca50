@testable import ANPRCore

/// Adds up the sequences of hits, and sends a line for each.
final class DecidingPlugin: Plugin {
    struct Death: Error {}

    let name = "deciding"
    let interests: PluginInterests = .hits
    private(set) var numbers: [UInt32] = []
    /// Events at which it throws `Death`, as if the process ended.
    var poison: Set<UInt32> = []
    var refusesEvents = false

    func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws {
        for hit in batch.hits {
            if poison.contains(hit.read.sequence) { throw Death() }
            events.append(1) { $0.append(number: hit.read.sequence) }
            events.send(key: "k\(hit.read.sequence)", to: "out", Array("{\"key\":\"k\(hit.read.sequence)\"}".utf8))
        }
    }

    func apply(_ event: LedgerEvent) throws {
        var reader = ByteReader(event.payload)
        guard event.kind == 1, let number = reader.number(UInt32.self), !refusesEvents else { throw Death() }
        numbers.append(number)
    }

    let stateVersion: UInt16 = 3

    func snapshot(into bytes: inout [UInt8]) { for number in numbers { bytes.append(number: number) } }

    func restore(_ bytes: UnsafeRawBufferPointer, version: UInt16) throws {
        guard version == stateVersion else { throw Death() }
        var reader = ByteReader(bytes)
        while let number = reader.number(UInt32.self) { numbers.append(number) }
    }
}

/// Fails as it is told, and notes what it gets.
final class ProbeDelivery: EffectDelivery {
    var problem: DeliveryProblem?
    var flushProblem: DeliveryProblem?
    private(set) var keys: [String] = []

    func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
        keys.append(effect.key)
        if let problem { throw problem }
        return nil
    }

    func flush() throws(DeliveryProblem) {
        if let flushProblem { throw flushProblem }
    }
}

extension PluginHost {
    /// Hits of these numbers, through the only shard, each in a block of its own.
    func take(_ numbers: Range<Int>) throws {
        let hits = numbers.map { StreamSample.hit($0) }
        try hits.withUnsafeBufferPointer {
            try take(PluginBatch(hits: $0), through: [StreamCursor(position: UInt64(numbers.upperBound))])
        }
    }
}
