/// Walks over a block's reads, in either form, from the first on.
struct StoredReads {
    private let base: UnsafeRawPointer
    private let baseNs: Nanoseconds
    private let isPacked: Bool
    private var at = JournalLayout.blockHeaderBytes
    private var unpacker: ReadUnpacker
    private var fixed = UnsafePointer<UInt64>(bitPattern: 8)!
    /// Reads that were passed, the present one among them.
    private(set) var passed = 0

    /// Of a block whose reads are known to fit in it (`end`).
    init(_ block: JournalBlock) {
        base = block.bytes.baseAddress!
        baseNs = block.header.baseNs
        isPacked = block.header.flags.contains(.packed)
        unpacker = ReadUnpacker(baseNs: baseNs)
    }

    /// Where a block's events begin; nil when its reads do not fit in it. Goes from length to length.
    static func end(_ header: BlockHeader, _ bytes: UnsafeRawBufferPointer) -> Int? {
        let base = bytes.baseAddress!
        var at = JournalLayout.blockHeaderBytes
        guard header.flags.contains(.packed) else {
            for _ in 0..<header.reads {
                guard at + FixedRead.bytesMin <= bytes.count else { return nil }
                at += FixedRead.length((base + at).assumingMemoryBound(to: UInt64.self))
            }
            return at <= bytes.count ? at : nil
        }
        guard header.reads > 0 else { return at }
        for _ in 0..<header.reads {
            guard at + PackedRead.slackBytes <= bytes.count else { return nil }
            let head = ReadUnpacker.head(base + at)
            guard head < PackedRead.headEnd else { return nil }
            at += PackedRead.length(head)
        }
        at = JournalLayout.rounded(at) + PackedRead.slackBytes
        return at <= bytes.count ? at : nil
    }

    /// Goes on to the next read, of as many as the header says.
    @inline(__always)
    mutating func next() {
        passed &+= 1
        if isPacked {
            // SAFE: `end` went over the same lengths and found the slack behind them.
            at = unpacker.unpack(base + at) - base
        } else {
            fixed = (base + at).assumingMemoryBound(to: UInt64.self)
            at &+= FixedRead.length(fixed)
        }
    }

    /// Goes on to a read by its index, from the first again if it was passed. Events name reads in their order.
    mutating func read(_ index: Int, of block: JournalBlock, _ symbols: borrowing SymbolTable) -> Read {
        if index < passed &- 1 { self = StoredReads(block) }
        while passed <= index { next() }
        return read(symbols)
    }

    @inline(__always)
    var id: ReadID { isPacked ? unpacker.id : FixedRead.read(fixed, baseNs: baseNs).id }

    @inline(__always)
    var camera: UInt32 { id.camera }

    /// The present read, with the plate that its text gives, as at the door.
    @inline(__always)
    func read(_ symbols: borrowing SymbolTable) -> Read {
        var read = isPacked ? unpacker.read : FixedRead.read(fixed, baseNs: baseNs)
        if read.flags.isDisjoint(with: [.textCut, .unparseable]) {
            (read.plate, read.skeleton) = symbols.plate(of: read.text)
        }
        return read
    }
}
