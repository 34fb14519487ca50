import ANPRCore

/// Texts that are kept once, in one run of bytes: a text is a number from then on, and 0 is the empty one.
struct TextTable {
    private var bytes: [UInt8] = []
    /// Where each text ends, by its number.
    private var ends: [UInt32] = [0]
    /// Numbers by hash, open addressing; 0 is free.
    private var slots: [UInt32] = Array(repeating: 0, count: 1024)

    /// Room that is left: numbers and places are 32 bits.
    static let bytesMax = Int(UInt32.max) - (1 << 20)

    var count: Int { ends.count }
    var byteCount: Int { bytes.count }

    /// The number of a text that is kept; nil when it is not.
    func number(_ text: String) -> UInt32? {
        if text.isEmpty { return 0 }
        var text = text
        return text.withUTF8 { raw in
            let slot = slot(UnsafeRawBufferPointer(raw))
            return slots[slot] == 0 ? nil : slots[slot]
        }
    }

    /// Keeps a text, unless it is kept.
    mutating func add(_ text: String) -> UInt32 {
        if text.isEmpty { return 0 }
        var text = text
        return text.withUTF8 { raw in
            let slot = slot(UnsafeRawBufferPointer(raw))
            if slots[slot] != 0 { return slots[slot] }
            bytes.append(contentsOf: raw)
            ends.append(UInt32(bytes.count))
            let number = UInt32(ends.count - 1)
            slots[slot] = number
            if ends.count * 2 > slots.count { index(slots: slots.count * 2) }
            return number
        }
    }

    subscript(number: UInt32) -> String { String(decoding: characters(number), as: UTF8.self) }

    func characters(_ number: UInt32) -> ArraySlice<UInt8> { bytes[range(Int(number))] }

    private func range(_ number: Int) -> Range<Int> {
        number == 0 ? 0..<0 : Int(ends[number - 1])..<Int(ends[number])
    }

    /// Which texts hold another one, whatever the case of its letters A to Z.
    func texts(holding part: String) -> [Bool] {
        let wanted = Array(part.utf8).map(Self.lower)
        var found = Array(repeating: wanted.isEmpty, count: count)
        guard let first = wanted.first else { return found }
        bytes.withUnsafeBufferPointer { bytes in
            for number in 1..<max(1, count) {
                let range = range(number)
                guard range.count >= wanted.count else { continue }
                for at in range.lowerBound...range.upperBound - wanted.count where Self.lower(bytes[at]) == first {
                    if (1..<wanted.count).allSatisfy({ Self.lower(bytes[at + $0]) == wanted[$0] }) {
                        found[number] = true
                        break
                    }
                }
            }
        }
        return found
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte + 0x20 : byte }

    // MARK: The index

    private func slot(_ text: UnsafeRawBufferPointer) -> Int {
        var slot = Int(truncatingIfNeeded: Self.hash(text)) & (slots.count - 1)
        while slots[slot] != 0 {
            let range = range(Int(slots[slot]))
            let isSame = range.count == text.count && bytes[range].elementsEqual(text)
            if isSame { return slot }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(text.count)
        var at = 0
        while at + 8 <= text.count {
            hash = spread(hash ^ text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < text.count {
            rest = rest << 8 | UInt64(text[at])
            at += 1
        }
        let spread = spread(hash ^ rest)
        return spread ^ spread >> 29
    }

    private mutating func index(slots count: Int) {
        slots = Array(repeating: 0, count: count)
        bytes.withUnsafeBytes { raw in
            for number in 1..<max(1, ends.count) {
                let text = UnsafeRawBufferPointer(rebasing: raw[range(number)])
                var slot = Int(truncatingIfNeeded: Self.hash(text)) & (count - 1)
                while slots[slot] != 0 { slot = (slot + 1) & (count - 1) }
                slots[slot] = UInt32(number)
            }
        }
    }

    // MARK: As bytes

    func write(into out: inout [UInt8]) {
        out.append(column: ends)
        out.append(column: bytes)
    }

    /// Nil when the bytes are not what `write` wrote.
    init?(_ reader: inout ByteReader) {
        guard let ends = reader.column(UInt32.self), let bytes = reader.column(UInt8.self), ends.first == 0,
            zip(ends, ends.dropFirst()).allSatisfy({ $0 < $1 }), ends.last.map(Int.init) == bytes.count
        else { return nil }
        self.ends = ends
        self.bytes = bytes
        var count = 1024
        while count < ends.count * 2 { count *= 2 }
        index(slots: count)
    }

    init() {}
}
