import Testing

@testable import ANPRCore

@Suite struct PackedReadTests {
    /// Packs the reads of one block and unpacks them; where each one ended.
    private func again(_ reads: [Read], baseNs: Nanoseconds) -> (reads: [Read], ends: [Int], lengths: [Int]) {
        let room = UnsafeMutableRawBufferPointer.allocate(
            byteCount: reads.count * PackedRead.bytesMax + PackedRead.slackBytes, alignment: 8)
        defer { room.deallocate() }
        // What is not written must not matter.
        room.initializeMemory(as: UInt8.self, repeating: 0xa5)
        var packer = ReadPacker(baseNs: baseNs)
        var at = room.baseAddress!
        var ends: [Int] = []
        for read in reads {
            at = withUnsafePointer(to: read) { packer.pack($0, to: at) }
            ends.append(at - room.baseAddress!)
        }
        var unpacker = ReadUnpacker(baseNs: baseNs)
        var found: [Read] = []
        var lengths: [Int] = []
        var place = UnsafeRawPointer(room.baseAddress!)
        for _ in reads {
            lengths.append(PackedRead.length(ReadUnpacker.head(place)))
            place = unpacker.unpack(place)
            found.append(unpacker.read)
        }
        return (found, ends, lengths)
    }

    /// The bytes of a block's reads, packed one by one or some at a time, as a log takes its batches.
    private func packed(_ reads: [Read], baseNs: Nanoseconds, atATime: Int?) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: reads.count * PackedRead.bytesMax + PackedRead.slackBytes) { room, count in
            var packer = ReadPacker(baseNs: baseNs)
            let start = UnsafeMutableRawPointer(room.baseAddress!)
            var end = start
            reads.withUnsafeBufferPointer { reads in
                guard let atATime else {
                    for i in reads.indices { end = packer.pack(reads.baseAddress! + i, to: end) }
                    return
                }
                for at in stride(from: 0, to: reads.count, by: atATime) {
                    let some = UnsafeBufferPointer(rebasing: reads[at..<min(at + atATime, reads.count)])
                    end = packer.pack(some, to: end)
                }
            }
            count = end - start
        }
    }

    private func check(_ reads: [Read], baseNs: Nanoseconds) {
        let (found, ends, lengths) = again(reads, baseNs: baseNs)
        let alone = packed(reads, baseNs: baseNs, atATime: nil)
        for atATime in [1, 7, reads.count] {
            #expect(packed(reads, baseNs: baseNs, atATime: atATime) == alone, "the same bytes, \(atATime) at a time")
        }
        #expect(found == reads)
        #expect(lengths == ends.indices.map { ends[$0] - ($0 > 0 ? ends[$0 - 1] : 0) }, "heads tell lengths")
        #expect(lengths.allSatisfy { $0 <= PackedRead.bytesMax })
    }

    private func blank(_ text: PlateText = PlateText("1ABC234")) -> Read {
        Read(
            plate: .none, skeleton: Skeleton(word: 0), capturedNs: 1_800_000_000 * .second, camera: 7, epoch: 3,
            sequence: 9, text: text)
    }

    /// A number whose length is drawn first: all lengths come up.
    private func number(_ random: inout Random) -> UInt64 {
        let bits = random.below(65)
        return bits == 0 ? 0 : random.next() >> UInt64(64 - bits)
    }

    @Test(arguments: 0..<40) func anyReadsComeBack(seed: UInt64) {
        var random = Random(seed: seed)
        var read = blank()
        var reads: [Read] = []
        for _ in 0..<500 {
            // From none to all of the fields change, by little or by much.
            let changes = random.next() & random.next()
            if changes & 1 != 0 { read.camera = UInt32(truncatingIfNeeded: number(&random)) & 0xf_ffff }
            if changes & 2 != 0 { read.epoch &+= UInt32(truncatingIfNeeded: number(&random)) }
            read.sequence &+= changes & 4 != 0 ? UInt32(truncatingIfNeeded: number(&random)) : 1
            if changes & 8 != 0 {
                let delta = Int64(bitPattern: number(&random))
                read.capturedNs = changes & 16 != 0 ? read.capturedNs &- delta : read.capturedNs &+ delta
            }
            if changes & 32 != 0 { read.transitUs &+= Int32(truncatingIfNeeded: Int64(bitPattern: number(&random))) }
            if changes & 64 != 0 {
                read.text = PlateText(low: number(&random), high: changes & 128 != 0 ? number(&random) : 0)
            }
            if changes & 256 != 0 { read.country = Country(code: UInt16(truncatingIfNeeded: random.next())) }
            if changes & 512 != 0 { read.speedDecikmh = UInt16(truncatingIfNeeded: random.next()) }
            if changes & 1024 != 0 { read.lane = UInt8(truncatingIfNeeded: random.next()) }
            if changes & 2048 != 0 { read.confidence = UInt8(truncatingIfNeeded: random.next()) }
            if changes & 4096 != 0 { read.vehicleClass = VehicleClass(code: UInt8(truncatingIfNeeded: random.next())) }
            if changes & 8192 != 0 { read.flags = ReadFlags(rawValue: UInt8(truncatingIfNeeded: random.next())) }
            reads.append(read)
        }
        check(reads, baseNs: reads[0].capturedNs)
        check(reads, baseNs: .min)
        check(reads, baseNs: .max)
    }

    @Test func everyTextComesBack() {
        let symbols = " !/0-9:;A-Z[]^_"
        var texts = (0...16).flatMap { n in
            (0..<4).map { String(repeating: symbols, count: 2).dropFirst($0 * 3).prefix(n) }.map(String.init)
        }
        texts += ["a", "1abc234", "ABC`", "\u{e9}", "M\u{dc}-AB 123", "AB\u{1f}", "AB\u{7f}C", "ABCDEFGHI\u{e9}JKLMN"]
        var reads = texts.map { blank(PlateText($0)) }
        // A zero within, and bytes that are no text at all.
        reads.append(blank(PlateText(low: 0x4200_4141, high: 0)))
        reads.append(blank(PlateText(low: 0x4141, high: 0x42)))
        reads.append(blank(PlateText(low: 0, high: 0x42)))
        reads.append(blank(PlateText(low: .max, high: .max)))
        for shift in stride(from: UInt64(0), to: 64, by: 8) {
            for byte in UInt64(1)...255 {
                reads.append(blank(PlateText(low: byte << shift, high: 0)))
                reads.append(blank(PlateText(low: 0x4141_4141_4141_4141, high: byte << shift)))
            }
        }
        check(reads, baseNs: 0)
    }

    @Test func everyTimeComesBack() {
        var reads: [Read] = []
        let transits: [Int32] = [0, 1, -1, 127, 128, 32_767, 32_768, .max, .min]
        for ns in [0, 1, -1, 999, 1000, 1001, Int64.max, Int64.min, 1_800_000_000 * .second] {
            for transitUs in transits {
                var read = blank()
                read.capturedNs = ns
                read.transitUs = transitUs
                reads.append(read)
            }
        }
        for baseNs in [0, Int64.max, .min] { check(reads, baseNs: baseNs) }
    }

    /// A full frame of one camera: its reads were received at once, so nothing but what they saw takes room.
    @Test func aFramesReadsTakeWhatTheySaw() {
        let symbols = SymbolTable()
        let receivedNs: Nanoseconds = 1_800_000_000 * .second + 123_456_789
        var random = Random(seed: 3)
        let reads = (0..<43).map { i in
            var read = blank(PlateText("1ABC\(100 + i)"))
            (read.plate, read.skeleton) = symbols.plate(of: read.text)
            read.capturedNs = receivedNs - Nanoseconds(43 - i) * 100 * .millisecond + Nanoseconds(random.below(1 << 20))
            read.transitUs = Int32((receivedNs - read.capturedNs) / .microsecond)
            read.sequence = UInt32(100 + i)
            read.speedDecikmh = UInt16(900 + random.below(300))
            read.confidence = UInt8(80 + random.below(20))
            return read
        }
        let lengths = again(reads, baseNs: reads[0].capturedNs).lengths.dropFirst(8)
        // Head 3, captured 4, speed 2, confidence 1, text 6; and a byte where a transit was rounded otherwise.
        #expect(lengths.allSatisfy { (15...17).contains($0) })
        #expect(lengths.count { $0 == 16 } > 20)
    }

    /// A block that lies about its reads is refused, whatever it says.
    @Test(arguments: 0..<20) func noBytesAreBelieved(seed: UInt64) {
        var random = Random(seed: seed)
        for _ in 0..<2000 {
            let count = JournalLayout.blockHeaderBytes + 8 * random.below(12)
            // Its own allocation, so that a load past its end is seen by the sanitizer.
            let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 8)
            defer { bytes.deallocate() }
            for at in 0..<count { bytes[at] = UInt8(truncatingIfNeeded: random.next() & random.next()) }
            var header = BlockHeader()
            header.flags = .packed
            header.reads = UInt16(random.below(9))
            let block = JournalBlock(header: header, bytes: UnsafeRawBufferPointer(bytes))
            guard block.isSound else { continue }
            var found = 0
            block.forEachReadID { id in
                #expect(id.camera < Limits.cameraIDEnd)
                found += 1
            }
            #expect(found == Int(header.reads))
        }
    }
}
