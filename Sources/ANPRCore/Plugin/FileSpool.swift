/// Effects as lines of files: `<destination>.jsonl`, each payload once by its key, however often it is delivered.
///
/// The first field of each line holds its key: `{"id":"12:3/1/44:7/1/90",...`. What was written is read back when a
/// destination is first used, so the files and their memory cannot disagree; a last line that a crash cut short is
/// taken off. A key is remembered by 128 bits of SipHash.
package final class FileSpool: EffectDelivery {
    private struct KeyMark: Hashable {
        let low: UInt64
        let high: UInt64

        /// No secret: the keys are the plugin's own.
        init(_ key: ArraySlice<UInt8>) {
            let seal = key.withUnsafeBytes { SipHash.seal($0, key: SipKey(low: 0, high: 0)) }
            (low, high) = (seal.low, seal.high)
        }
    }

    private struct Destination {
        let file: LedgerFile
        /// Bytes that are durable.
        var durable: Int
        var keys: Set<KeyMark>
        var buffer: [UInt8] = []
        var fresh: [KeyMark] = []
        /// Something may stand after the durable bytes, which a failed write left.
        var isDirty = false
    }

    private let storage: any LedgerStorage
    private var destinations: [String: Destination] = [:]
    /// Deliveries whose line was there already.
    package private(set) var repeats = 0
    package private(set) var lines = 0

    package init(_ storage: any LedgerStorage) { self.storage = storage }

    deinit { for destination in destinations.values { storage.close(destination.file) } }

    @discardableResult
    package func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
        let mark = try checked(effect)
        if destinations[effect.destination] == nil {
            do { destinations[effect.destination] = try load(effect.destination) } catch {
                throw .temporary("\(error)")
            }
        }
        guard destinations[effect.destination]!.keys.insert(mark).inserted else {
            repeats += 1
            return nil
        }
        destinations[effect.destination]!.fresh.append(mark)
        destinations[effect.destination]!.buffer += effect.payload
        destinations[effect.destination]!.buffer.append(0x0a)
        return nil
    }

    package func flush() throws(DeliveryProblem) {
        var failure: SystemError?
        for name in destinations.keys.sorted() {
            do throws(SystemError) { try flush(&destinations[name]!) } catch { failure = error }
        }
        if let failure { throw .temporary("\(failure)") }
    }

    private func flush(_ destination: inout Destination) throws(SystemError) {
        guard !destination.fresh.isEmpty else { return }
        let (buffer, fresh) = (destination.buffer, destination.fresh)
        destination.buffer.removeAll(keepingCapacity: true)
        destination.fresh.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            if destination.isDirty { try storage.truncate(destination.file, to: destination.durable) }
            destination.isDirty = true
            try storage.append(buffer, to: destination.file)
            try storage.sync(destination.file)
            destination.isDirty = false
            destination.durable += buffer.count
            lines += fresh.count
        } catch {
            // They are delivered again, and must not be taken for lines that are there. Cut off at once, so that a
            // process that dies now does not leave lines that only look written.
            do throws(SystemError) {
                try storage.truncate(destination.file, to: destination.durable)
                destination.isDirty = false
            } catch {}
            destination.keys.subtract(fresh)
            throw error
        }
    }

    private func checked(_ effect: Effect) throws(DeliveryProblem) -> KeyMark {
        let isName = effect.destination.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f
        }
        guard isName, !effect.destination.isEmpty else {
            throw .permanent("'\(effect.destination)' is no name of a file")
        }
        let key: ArraySlice<UInt8>? = effect.payload.contains(0x0a) ? nil : Self.key(effect.payload[...])
        guard let key, key.elementsEqual(effect.key.utf8) else {
            throw .permanent("the payload is no line whose first field is the key '\(effect.key)'")
        }
        return KeyMark(key)
    }

    /// Reads what is there.
    private func load(_ name: String) throws -> Destination {
        let path = name + ".jsonl"
        let file = try storage.open(path)
        do {
            var destination = Destination(file: file, durable: 0, keys: [])
            var rest: [UInt8] = []
            var line = 0
            var offset = 0
            let step = 1 << 20
            while true {
                let part = try storage.read(path, from: offset, count: step)
                offset += part.count
                rest += part
                var start = 0
                while let end = rest[start...].firstIndex(of: 0x0a) {
                    line += 1
                    guard let key = Self.key(rest[start..<end]), rest[start..<end].last == UInt8(ascii: "}") else {
                        throw InputProblem(
                            file: path, line: line, message: "is no line of the plugin's; put the file back as it was")
                    }
                    destination.keys.insert(KeyMark(key))
                    start = end + 1
                }
                destination.durable += start
                rest.removeFirst(start)
                if part.count < step { break }
            }
            // What a process that died wrote may not be on the disk yet, and its keys are about to be relied on.
            if !rest.isEmpty { try storage.truncate(file, to: destination.durable) }
            try storage.sync(file)
            return destination
        } catch {
            storage.close(file)
            throw error
        }
    }

    /// What stands between the third and the fourth quote, as it stands; nil when there is an escape in it.
    private static func key(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let quote = UInt8(ascii: "\"")
        guard line.starts(with: [UInt8(ascii: "{"), quote]),
            let name = line.dropFirst(2).firstIndex(of: quote),
            line.dropFirst(name - line.startIndex + 1)
                .starts(with: [UInt8(ascii: ":"), quote]),
            let end = line[(name + 3)...].firstIndex(of: quote)
        else { return nil }
        let key = line[(name + 3)..<end]
        return key.isEmpty || key.contains(UInt8(ascii: "\\")) ? nil : key
    }
}
