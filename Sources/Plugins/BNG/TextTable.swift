import ANPRCore

/// Texts that are kept once, in one run of bytes: a text is a number from then on, and 0 is the empty one.
///
/// Uses are counted: a text that nobody uses any more is overwritten, and left out of the next snapshot. Its number is
/// not given out again.
struct TextTable {
    private var bytes: [UInt8] = []
    /// Where each text ends, by its number, from 1.
    private var ends = FlatColumn<UInt32>()
    private var uses = FlatColumn<UInt32>()
    private var index = SlotIndex()

    /// Room that is left: places are 32 bits.
    static let bytesMax = Int(UInt32.max) - (1 << 20)

    init() {}

    /// Numbers that were given out.
    var count: Int { ends.count }
    var byteCount: Int { bytes.count }
    var memoryBytes: Int { bytes.capacity + ends.byteCount + uses.byteCount + index.byteCount }

    /// The number of a text that is kept; nil when it is not.
    func number(_ text: String) -> UInt32? {
        if text.isEmpty { return 0 }
        var text = text
        return text.withUTF8 { find(UnsafeRawBufferPointer($0)) }
    }

    /// Keeps a text, or uses it once more.
    mutating func add(_ text: String) -> UInt32 {
        if text.isEmpty { return 0 }
        var text = text
        return text.withUTF8 { raw in
            let raw = UnsafeRawBufferPointer(raw)
            if let known = find(raw) {
                uses[known] += 1
                return known
            }
            bytes.append(contentsOf: raw)
            let number = ends.append(UInt32(bytes.count))
            uses.append(1)
            index.insert(number, hash: Self.hash(raw))
            return number
        }
    }

    /// One use less; the last one takes the text away.
    mutating func release(_ number: UInt32) {
        guard number != 0, uses[number] > 0 else { return }
        uses[number] -= 1
        guard uses[number] == 0 else { return }
        let range = range(number)
        let hash = bytes.withUnsafeBytes { Self.hash(UnsafeRawBufferPointer(rebasing: $0[range])) }
        index.remove(number, hash: hash)
        for place in range { bytes[place] = 0 }
    }

    /// Empty, too, for a text that was taken away.
    subscript(number: UInt32) -> String {
        number == 0 || uses[number] == 0 ? "" : String(decoding: bytes[range(number)], as: UTF8.self)
    }

    func has(_ number: UInt32) -> Bool { number <= count }
    func isUsed(_ number: UInt32) -> Bool { uses[number] > 0 }

    /// Whether bytes occur anywhere: for tests of erasure.
    func holds(_ text: String) -> Bool { bytes.firstRange(of: Array(text.utf8)) != nil }

    private func range(_ number: UInt32) -> Range<Int> {
        (number == 1 ? 0 : Int(ends[number - 1]))..<Int(ends[number])
    }

    private func find(_ text: UnsafeRawBufferPointer) -> UInt32? {
        index.find(Self.hash(text)) { number in
            let range = range(number)
            return range.count == text.count && bytes[range].elementsEqual(text)
        }
    }

    static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
        var hash = UInt64(text.count)
        var at = 0
        while at + 8 <= text.count {
            hash = SlotIndex.spread(hash ^ text.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var rest: UInt64 = 0
        while at < text.count {
            rest = rest << 8 | UInt64(text[at])
            at += 1
        }
        return SlotIndex.spread(hash ^ rest)
    }

    // MARK: As bytes

    var writtenBytes: Int { ends.writtenBytes + uses.writtenBytes + 8 + bytes.count }

    /// Texts that were taken away are empty in it.
    func write(into out: inout [UInt8]) {
        uses.write(into: &out)
        let lengthsAt = out.count
        out.append(number: UInt64(count))
        var start: UInt32 = 0
        for place in 0..<count {
            out.append(number: uses[place] == 0 ? UInt32(0) : ends[place] - start)
            start = ends[place]
        }
        precondition(out.count == lengthsAt + 8 + count * 4)
        let countAt = out.count
        out.append(number: UInt64(0))
        var live = 0
        var from = 0
        // Runs of live texts, each in one copy.
        var next = 0
        while next < count {
            let end = Int(ends[next])
            if uses[next] == 0 {
                let runEnd = next == 0 ? 0 : Int(ends[next - 1])
                out += bytes[from..<runEnd]
                live += runEnd - from
                from = end
            }
            next += 1
        }
        out += bytes[from...]
        live += bytes.count - from
        for i in 0..<8 { out[countAt + i] = UInt8(truncatingIfNeeded: live >> (8 * i)) }
    }

    /// Nil when the bytes are not what `write` wrote.
    init?(_ reader: inout ByteReader) {
        guard let uses = FlatColumn<UInt32>(&reader), let lengths = FlatColumn<UInt32>(&reader),
            lengths.count == uses.count, let byteCount = reader.number(UInt64.self), byteCount <= Self.bytesMax,
            let run = reader.run(Int(byteCount))
        else { return nil }
        self.uses = uses
        bytes = Array(run)
        index = SlotIndex(expected: uses.count)
        var end = 0
        for place in 0..<uses.count {
            let start = end
            end += Int(lengths[place])
            guard end <= bytes.count, (lengths[place] == 0) == (uses[place] == 0) else { return nil }
            ends.append(UInt32(end))
            guard start < end else { continue }
            index.insert(UInt32(place + 1), hash: Self.hash(UnsafeRawBufferPointer(rebasing: run[start..<end])))
        }
        guard end == bytes.count else { return nil }
    }
}
