import CLinux
import Testing

@testable import ANPRCore

@Suite struct FrameReadsTests {
    /// The last eight bytes of a read in a frame.
    private func marks(
        _ country: UInt16 = 0x4542, lane: UInt8 = 255, confidence: UInt8 = 100, vehicleClass: UInt8 = 5,
        flags: UInt8 = 3, speed: UInt16 = .max
    ) -> UInt64 {
        UInt64(country) | UInt64(lane) << 16 | UInt64(confidence) << 24 | UInt64(vehicleClass) << 32
            | UInt64(flags) << 40 | UInt64(speed) << 48
    }

    @Test func aCountryIsTwoCapitalsOrNone() {
        for code in UInt16.min...UInt16.max {
            let isDefined = code == 0 || [code & 0xff, code >> 8].allSatisfy { (0x41...0x5a).contains($0) }
            #expect((FrameReads.oddBits(marks(code)) == 0) == isDefined, "country \(code)")
        }
    }

    @Test func eachByteIsHeldToItsLimit() {
        for byte in UInt8.min...UInt8.max {
            #expect(FrameReads.oddBits(marks(lane: byte)) == 0)
            #expect(FrameReads.oddBits(marks(speed: UInt16(byte) << 8 | UInt16(byte))) == 0)
            #expect((FrameReads.oddBits(marks(confidence: byte)) == 0) == (byte <= 100))
            #expect((FrameReads.oddBits(marks(vehicleClass: byte)) == 0) == (byte <= 5))
            // From 4 on: the text was cut, or a bit is reserved.
            #expect((FrameReads.oddBits(marks(flags: byte)) == 0) == (byte <= 3))
        }
    }

    /// Written side by side or decoded one by one: the same reads, in whatever a frame is made of.
    @Test(arguments: 0..<50) func plainReadsAreWhatDecodingGives(seed: UInt64) {
        var random = Random(seed: seed)
        let receivedNs: Nanoseconds = 1_800_000_000 * .second
        let count = 1 + random.below(Limits.frameReadsMax)
        let header = FrameHeader(
            camera: UInt32(random.below(1000)), epoch: 3, sequence: UInt32(random.below(1 << 30)), count: UInt8(count),
            keyID: 0, sentNs: receivedNs)
        var reads: [WireRead] = []
        for _ in 0..<count {
            var read = WireRead(
                capturedNs: receivedNs - Nanoseconds(random.below(3_600_000_000_000)), text: PlateText("1-ABC-234"),
                country: Country("BE")!, speedDecikmh: UInt16(random.below(65_536)))
            switch random.below(12) {
            case 0: read.text = PlateText(low: random.next(), high: random.next())
            case 1: read.confidence = UInt8(random.below(256))
            case 2: read.vehicleClass = VehicleClass(code: UInt8(random.below(256)))
            case 3: read.flags = ReadFlags(rawValue: UInt8(random.below(256)))
            case 4: read.country = Country(code: UInt16(random.below(65_536)))
            case 5: read.capturedNs = Nanoseconds(bitPattern: random.next())
            default: break
            }
            reads.append(read)
        }
        let spanNs = (receivedNs - 1800 * .second)...(receivedNs + .second)
        let frame = frame(header, reads)
        let decoder = FrameDecoder()
        frame.withUnsafeBytes { bytes in
            let taken = decoder.reads(header, bytes, receivedNs: receivedNs, spanNs: spanNs, remarks: .clockSuspect)
            #expect(taken.plain >> UInt64(count) == 0)
            var together = [Read](repeating: .blank, count: count)
            let first = random.below(count)
            together.withUnsafeMutableBufferPointer {
                taken.write(from: first, into: UnsafeMutableBufferPointer(rebasing: $0[first...]))
            }
            for i in 0..<count {
                var slow = Read.blank
                decoder.decode(
                    reads[i], camera: header.camera, epoch: header.epoch, sequence: header.sequence + UInt32(i),
                    receivedNs: receivedNs, into: &slow)
                let isOrdinary = slow.flags.rawValue & ~3 == 0 && spanNs.contains(reads[i].capturedNs)
                let isPlain = taken.plain >> UInt64(i) & 1 != 0
                // A text may be left to the slow way; nothing else may be.
                #expect(!isPlain || isOrdinary, "read \(i)")
                #expect(isPlain || !isOrdinary || reads[i].text != PlateText("1-ABC-234") || !hasPlates, "read \(i)")
                guard isPlain else { continue }
                slow.flags.insert(.clockSuspect)
                var fast = Read.blank
                taken.write(i, into: &fast)
                #expect(fast == slow, "read \(i)")
                #expect(i < first || together[i] == slow, "read \(i)")
            }
        }
    }

    /// Side by side or one by one: the same are usual, at every count and at every edge of the span.
    @Test func theSameReadsAreUsualSideBySide() {
        var random = Random(seed: 3)
        var heads = [UInt64](repeating: 0, count: 64)
        var found: Set<UInt64> = []
        for count in Array(1...Limits.frameReadsMax) + [64] {
            let receivedNs: Nanoseconds = 1_800_000_000 * .second
            let (earliestNs, lengthNs) = (receivedNs - .day, Nanoseconds.day + 60 * .second)
            let reads = (0..<count).map { _ in
                let edges = [0, -1, lengthNs, lengthNs + 1, .min, .max, lengthNs / 2]
                return WireRead(
                    capturedNs: earliestNs &+ edges[random.below(edges.count)], text: PlateText("1ABC"),
                    country: Country("BE")!, confidence: random.chance(0.9) ? 100 : 101)
            }
            reads.withUnsafeBytes { bytes in
                let frame = clinux_frame(
                    reads: bytes.baseAddress!, count: UInt32(count), camera: 1, epoch: 1, sequence: 0,
                    received_ns: receivedNs, earliest_ns: earliestNs, length_ns: UInt64(lengthNs), remarks: 0)
                var usual = FrameReads.usual(frame)
                found.insert(usual)
                let slow = usual
                _ = withUnsafePointer(to: frame) { clinux_usual_reads($0, &heads, &usual) }
                #expect(usual == slow, "\(count) reads")
            }
        }
        #expect(found.count > 30)
    }

    /// Microseconds towards zero, as far as 32 bits go, at every remainder.
    @Test(arguments: [2, 10, 13, 20, 400] as [Nanoseconds])
    func transitsAreDividedExactly(days: Nanoseconds) {
        var random = Random(seed: 9)
        let receivedNs: Nanoseconds = 1_800_000_000 * .second
        for _ in 0..<2000 {
            let wholeUs = Nanoseconds(random.below(1 << 32)) - 1 << 31
            let transitsNs = [0, 1, -1, 999, -999, .day * (days - 1)].map { wholeUs * 1000 + $0 }
            let reads = transitsNs.map { WireRead(capturedNs: receivedNs - $0, text: PlateText("1ABC")) }
            let header = FrameHeader(
                camera: 1, epoch: 1, sequence: 0, count: UInt8(reads.count), keyID: 0, sentNs: receivedNs)
            let decoder = FrameDecoder()
            frame(header, reads).withUnsafeBytes { bytes in
                let taken = decoder.reads(
                    header, bytes, receivedNs: receivedNs, spanNs: (receivedNs - .day * days)...(receivedNs + .day),
                    remarks: [])
                var together = [Read](repeating: .blank, count: reads.count)
                together.withUnsafeMutableBufferPointer { taken.write(from: 0, into: $0) }
                for (i, transitNs) in transitsNs.enumerated() {
                    #expect(together[i].transitUs == Int32(clamping: transitNs / 1000), "\(transitNs) ns")
                    #expect(together[i].sequence == UInt32(i))
                }
            }
        }
    }

    private func frame(_ header: FrameHeader, _ reads: [WireRead]) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: FrameLayout.frameBytes(reads: reads.count))
        for (i, read) in reads.enumerated() {
            bytes.withUnsafeMutableBytes {
                $0.storeBytes(
                    of: read, toByteOffset: FrameLayout.headerBytes + i * FrameLayout.readBytes, as: WireRead.self)
            }
        }
        return bytes
    }

    /// Whether this machine reads texts side by side.
    private var hasPlates: Bool {
        let symbols = SymbolTable()
        let words = Slab<UInt64>(count: 4)
        var text = PlateText("1-ABC-234")
        return withUnsafeBytes(of: &text) {
            symbols.plates(of: $0.baseAddress!, stride: 32, count: 1, words.base, words.base + 2) == 1
        }
    }
}
