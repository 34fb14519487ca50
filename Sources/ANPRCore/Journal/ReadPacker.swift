import CLinux

/// Writes a block's reads, each by what differs from the one before.
struct ReadPacker: BitwiseCopyable {
    private var context: ReadContext

    /// `baseNs` is the block's.
    init(baseNs: Nanoseconds) { context = ReadContext(baseNs: baseNs) }

    /// Writes reads and returns where they end. Room for `bytesMax` of each and the slack.
    @inline(__always)
    mutating func pack(
        _ reads: UnsafeBufferPointer<Read>, to place: UnsafeMutableRawPointer
    ) -> UnsafeMutableRawPointer {
        let count = UInt32(truncatingIfNeeded: reads.count)
        if let end = clinux_pack_reads(&context, reads.baseAddress, count, place) { return end }
        var at = place
        // WHY a copy: it stays in registers, where a store to memory would have to be waited for by the next read.
        var packer = self
        for i in 0..<reads.count { at = packer.pack(reads.baseAddress! + i, to: at) }
        self = packer
        return at
    }

    /// Writes a read and returns where it ends. Room for `bytesMax` and the slack.
    @inline(__always)
    mutating func pack(_ read: UnsafePointer<Read>, to place: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
        var at = place + PackedRead.headBytes
        // SAFE: at most `bytesMax` are passed over, and each store is of 8 bytes at most.
        var head = packID(read, &at) | packTimes(read, &at) | packMarks(read, &at)
        head |= packText(read.pointee.text, &at)
        place.storeBytes(of: UInt16(truncatingIfNeeded: head), as: UInt16.self)
        place.storeBytes(of: UInt8(truncatingIfNeeded: head &>> 16), toByteOffset: 2, as: UInt8.self)
        return at
    }

    /// Nothing for the next read of the same camera.
    @inline(__always)
    private mutating func packID(_ read: UnsafePointer<Read>, _ at: inout UnsafeMutableRawPointer) -> UInt32 {
        let expected = context.sequence &+ 1
        context.sequence = read.pointee.sequence
        if read.pointee.camera == context.camera, read.pointee.epoch == context.epoch,
            read.pointee.sequence == expected
        {
            return 0
        }
        var head: UInt32 = 0
        if read.pointee.camera != context.camera {
            at.storeBytes(of: read.pointee.camera, as: UInt32.self)
            at += 3
            head = PackedRead.cameraBit
            context.camera = read.pointee.camera
        }
        head |= Self.pack((read.pointee.epoch &- context.epoch).zigzag, &at) &<< PackedRead.epochAt
        context.epoch = read.pointee.epoch
        head |= Self.pack((read.pointee.sequence &- expected).zigzag, &at) &<< PackedRead.sequenceAt
        return head
    }

    @inline(__always)
    private mutating func packTimes(_ read: UnsafePointer<Read>, _ at: inout UnsafeMutableRawPointer) -> UInt32 {
        let capturedNs = read.pointee.capturedNs
        let delta = (capturedNs &- context.captured_ns).zigzag
        context.captured_ns = capturedNs
        // WHY one byte for none: times that are the same are rare, and the count of a 0's zeros would be asked for.
        let bytes = UInt32(truncatingIfNeeded: (71 &- (delta | 1).leadingZeroBitCount) &>> 3)
        let code = min(bytes, 7)
        at.storeBytes(of: delta, as: UInt64.self)
        at += PackedRead.wideBytes(code)
        let transitUs = read.pointee.transitUs
        let rest = UInt32(bitPattern: transitUs) &- context.transitUs(capturedNs: capturedNs)
        context.noteReceived(capturedNs: capturedNs, transitUs: transitUs)
        return code &<< PackedRead.capturedAt | Self.pack(rest.zigzag, &at) &<< PackedRead.transitAt
    }

    /// Country, speed, confidence, class, lane and flags: those that are not as before. WHY without a branch: nobody
    /// can foretell them.
    @inline(__always)
    private mutating func packMarks(_ read: UnsafePointer<Read>, _ at: inout UnsafeMutableRawPointer) -> UInt32 {
        let marks = UnsafeRawPointer(read).loadUnaligned(fromByteOffset: ReadMarks.offset, as: UInt64.self)
        let changed = marks ^ context.marks
        context.marks = marks
        var head: UInt32 = 0
        @inline(__always)
        func put(_ field: UInt64, bytes: Int, _ bit: UInt32, _ value: UInt64) {
            at.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
            at += changed & field == 0 ? 0 : bytes
            head |= changed & field == 0 ? 0 : bit
        }
        put(PackedRead.countryField, bytes: 2, PackedRead.countryBit, marks)
        put(PackedRead.speedField, bytes: 2, PackedRead.speedBit, marks &>> 16)
        put(PackedRead.confidenceField, bytes: 1, PackedRead.confidenceBit, marks &>> 40)
        put(PackedRead.classField, bytes: 1, PackedRead.classBit, marks &>> 48)
        put(
            PackedRead.laneField | PackedRead.flagsField, bytes: 2, PackedRead.laneBit,
            marks &>> 32 & 0xff | marks &>> 48 & 0xff00)
        return head
    }

    /// Symbols of six bits where all bytes stand in " " to "_", as in nearly every text; else its bytes.
    @inline(__always)
    private func packText(_ text: PlateText, _ at: inout UnsafeMutableRawPointer) -> UInt32 {
        let count = UInt32(truncatingIfNeeded: text.byteCount)
        let areSymbols =
            SixBits.hold(text.low, count: min(Int(count), 8)) && SixBits.hold(text.high, count: max(Int(count) &- 8, 0))
        guard areSymbols else {
            at.storeBytes(of: text.low, as: UInt64.self)
            at.storeBytes(of: text.high, toByteOffset: 8, as: UInt64.self)
            let bytes = max(count, 2)
            at += Int(bytes)
            return bytes &+ PackedRead.rawFrom
        }
        at.storeBytes(of: SixBits.packed(text.low), as: UInt64.self)
        if count > 8 { at.storeBytes(of: SixBits.packed(text.high), toByteOffset: 6, as: UInt64.self) }
        at += PackedRead.textBytes(count)
        return count
    }

    /// Writes a number of 32 bits and returns its code.
    @inline(__always)
    private static func pack(_ number: UInt32, _ at: inout UnsafeMutableRawPointer) -> UInt32 {
        // WHY compared: three comparisons cost less than counting zeros without an instruction for it.
        let code: UInt32 = (number == 0 ? 0 : 1) &+ (number > 0xff ? 1 : 0) &+ (number > 0xffff ? 1 : 0)
        at.storeBytes(of: number, as: UInt32.self)
        at += PackedRead.narrowBytes(code)
        return code
    }
}
