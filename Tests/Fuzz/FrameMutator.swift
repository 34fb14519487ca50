import ANPRCore

/// Makes frames that a camera could have sent, and spoils them in every way that a network, a bug or an attacker can.
///
/// Frame `index` of a seed is the same in every run, so that one frame can be replayed alone.
struct FrameMutator {
    enum Mutation: Int, CaseIterable {
        case none, flipBits, truncate, extend, editHeader, editHeaderAndSeal, editReadsAndSeal, swapBlocks, splice,
            noise
    }

    static let cameras: UInt32 = 512
    /// Frames after which all cameras begin anew: a spoilt epoch that was sealed shuts a camera's door for good.
    static let eraFrames = 1 << 14
    /// The daemon's clock, which stands still.
    static let nowNs: Nanoseconds = 1_795_000_000 * .second
    /// Some way past the longest frame.
    static let bytesMax = FrameLayout.frameBytesMax + 600

    static let keys = KeyRing(master: SipKey(low: 1, high: 2))

    static func key(camera: UInt32) -> SipKey { keyTable[Int(camera % cameras)] }

    private static let keyTable = (0..<cameras).map { keys.keys(of: $0)[0].key }

    private let seed: UInt64
    private var random: Random
    private var frame: [UInt8] = []

    init(seed: UInt64) {
        self.seed = seed
        random = Random(seed: seed)
        frame.reserveCapacity(Self.bytesMax)
    }

    /// Frame `index`, and what was done to it.
    mutating func make(_ index: Int) -> (Mutation, [UInt8]) {
        random = Random(seed: seed ^ spread(UInt64(index) &+ 1))
        _ = random.next()
        let mutation = Mutation.allCases[random.below(Mutation.allCases.count)]
        frame = validFrame()
        switch mutation {
        case .none: break
        case .flipBits: for _ in 0..<1 + random.below(8) { flipBit() }
        case .truncate: frame.removeLast(1 + random.below(frame.count))
        case .extend: for _ in 0..<1 + random.below(Self.bytesMax - frame.count) { frame.append(randomByte()) }
        case .editHeader: editField(in: 0..<FrameLayout.headerBytes)
        case .editHeaderAndSeal:
            editField(in: 0..<FrameLayout.headerBytes)
            seal()
        case .editReadsAndSeal:
            for _ in 0..<1 + random.below(6) {
                editField(in: FrameLayout.headerBytes..<frame.count - FrameLayout.tagBytes)
            }
            seal()
        case .swapBlocks: swapBlocks()
        case .splice: splice()
        case .noise: for i in frame.indices { frame[i] = randomByte() }
        }
        return (mutation, frame)
    }

    private mutating func validFrame() -> [UInt8] {
        let camera = UInt32(random.below(Int(Self.cameras)))
        // Mostly a few reads: the time goes into causes, not into long seals.
        let count = random.below(16) == 0 ? 1 + random.below(Limits.frameReadsMax) : 1 + random.below(4)
        var reads: [WireRead] = []
        for _ in 0..<count { reads.append(read()) }
        // Few epochs and sequences some windows wide: fresh frames, duplicates, replays and stale epochs all occur.
        let header = FrameHeader(
            camera: camera, epoch: UInt32(random.below(8) == 0 ? random.below(4) : 2),
            sequence: UInt32(random.below(3) * Limits.windowReads + random.below(256)), count: UInt8(count),
            keyID: KeyRing.derivedID,
            sentNs: Self.nowNs - Nanoseconds(random.below(1 << 32)))
        return [UInt8](unsafeUninitializedCapacity: header.bytes) { out, length in
            length = reads.withUnsafeBufferPointer {
                FrameEncoder.encode(
                    $0, header: header, key: Self.key(camera: camera), into: UnsafeMutableRawBufferPointer(out))
            }
        }
    }

    private mutating func read() -> WireRead {
        WireRead(
            capturedNs: Nanoseconds(truncatingIfNeeded: random.next()), text: text(),
            country: Country(code: UInt16(truncatingIfNeeded: random.next())), lane: randomByte(),
            confidence: randomByte(), vehicleClass: VehicleClass(code: randomByte()),
            flags: ReadFlags(rawValue: randomByte()), speedDecikmh: UInt16(truncatingIfNeeded: random.next()))
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz0123456789-. ÜéＡ７ß".utf8)

    private static let plainCount = 45  // up to the blank: what comes after is beyond ASCII

    /// Half of the texts are ASCII, most others hold pieces of characters beyond it.
    private mutating func text() -> PlateText {
        if random.below(16) == 0 { return PlateText(low: random.next(), high: random.next()) }
        let symbols = random.below(2) == 0 ? Self.plainCount : Self.alphabet.count
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        for i in 0..<random.below(17) { bytes[i] = Self.alphabet[random.below(symbols)] }
        return PlateText(bytes: bytes)
    }

    private mutating func randomByte() -> UInt8 { UInt8(truncatingIfNeeded: random.next()) }

    private mutating func flipBit() {
        let bit = random.below(frame.count * 8)
        frame[bit >> 3] ^= 1 << UInt8(bit & 7)
    }

    /// Writes 1, 2, 4 or 8 bytes: zero, all ones, the ends of signed numbers, or anything.
    private mutating func editField(in range: Range<Int>) {
        let width = 1 << random.below(4)
        let at = range.lowerBound + random.below(range.count / width) * width
        let values: [UInt64] = [0, .max, 1, 0x7f, 0x80, 1 << 31, 1 << 63, UInt64(Int64.max), random.next()]
        let value = values[random.below(values.count)]
        for i in 0..<width { frame[at + i] = UInt8(truncatingIfNeeded: value >> UInt64(8 * i)) }
    }

    /// Makes the tag right again for the camera that the frame names, so that what lies behind the tag is reached.
    private mutating func seal() {
        let sealed = frame.count - FrameLayout.tagBytes
        let seal = frame.withUnsafeBytes { bytes in
            let camera = bytes.loadUnaligned(fromByteOffset: FrameLayout.cameraAt, as: UInt32.self)
            return SipHash.seal(UnsafeRawBufferPointer(rebasing: bytes[..<sealed]), key: Self.key(camera: camera))
        }
        for i in 0..<8 {
            frame[sealed + i] = UInt8(truncatingIfNeeded: seal.low >> UInt64(8 * i))
            frame[sealed + 8 + i] = UInt8(truncatingIfNeeded: seal.high >> UInt64(8 * i))
        }
    }

    private mutating func swapBlocks() {
        let blocks = frame.count / 8
        let a = random.below(blocks)
        let b = random.below(blocks)
        for i in 0..<8 { frame.swapAt(8 * a + i, 8 * b + i) }
    }

    /// The beginning of one frame and the end of another.
    private mutating func splice() {
        let other = validFrame()
        frame = Array(frame[..<random.below(frame.count)] + other[random.below(other.count)...])
    }
}
