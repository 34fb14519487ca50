@testable import ANPRCore

/// Frames and their parts, as tests need them.
enum FrameSample {
    static let key = SipKey(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)

    static func frame(_ reads: [WireRead], _ header: FrameHeader, key: SipKey? = key) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xcc, count: FrameLayout.frameBytesMax)
        let count = reads.withUnsafeBufferPointer { reads in
            bytes.withUnsafeMutableBytes { FrameEncoder.encode(reads, header: header, key: key, into: $0) }
        }
        return Array(bytes[..<count])
    }

    /// As the wire has it: byte 0 of the low word first.
    static func bytes(of seal: Seal) -> [UInt8] {
        [seal.low, seal.high].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
    }

    /// Puts a tag on bytes that were changed by hand, so that nothing but the change is wrong.
    static func resealed(_ frame: [UInt8], key: SipKey = key) -> [UInt8] {
        let body = Array(frame.dropLast(FrameLayout.tagBytes))
        return body + body.withUnsafeBytes { bytes(of: SipHash.seal($0, key: key)) }
    }

    static func header(of bytes: [UInt8]) -> Result<FrameHeader, FrameRefusal> {
        bytes.withUnsafeBytes { bytes in
            do throws(FrameRefusal) { return .success(try FrameDecoder.header(of: bytes)) } catch {
                return .failure(error)
            }
        }
    }

    static func refusal(of bytes: [UInt8]) -> FrameRefusal? {
        if case .failure(let cause) = header(of: bytes) { cause } else { nil }
    }

    static func isSealed(_ bytes: [UInt8], by key: SipKey = key) -> Bool {
        bytes.withUnsafeBytes { FrameSeal.holds($0, by: key) }
    }

    static func wireReads(of bytes: [UInt8], count: Int) -> [WireRead] {
        bytes.withUnsafeBytes { bytes in (0..<count).map { FrameDecoder.wireRead(bytes, at: $0) } }
    }

    static func decoded(
        _ wire: WireRead, camera: UInt32 = 7, epoch: UInt32 = 1, sequence: UInt32 = 0, receivedNs: Nanoseconds = 0
    ) -> Read {
        var read = Read.blank
        FrameDecoder().decode(
            wire, camera: camera, epoch: epoch, sequence: sequence, receivedNs: receivedNs, into: &read)
        return read
    }

    /// Any value of a word, its ends more often than chance would give them.
    static func word(_ random: inout Random) -> UInt64 {
        switch random.below(4) {
        case 0: [0, 1, .max, .max - 1, 1 << 63, 1 << 31, 1 << 32 - 1, 0x7fff_ffff_ffff_ffff][random.below(8)]
        default: random.next()
        }
    }

    static func read(_ random: inout Random) -> WireRead {
        WireRead(
            capturedNs: Int64(bitPattern: word(&random)), text: PlateText(low: word(&random), high: word(&random)),
            country: Country(code: UInt16(truncatingIfNeeded: word(&random))),
            lane: UInt8(truncatingIfNeeded: word(&random)),
            confidence: UInt8(truncatingIfNeeded: word(&random)),
            vehicleClass: VehicleClass(code: UInt8(truncatingIfNeeded: word(&random))),
            flags: ReadFlags(rawValue: UInt8(truncatingIfNeeded: word(&random))),
            speedDecikmh: UInt16(truncatingIfNeeded: word(&random)))
    }

    /// Any header that a frame may have.
    static func header(_ random: inout Random) -> FrameHeader {
        let count = [1, Limits.frameReadsMax, 1 + random.below(Limits.frameReadsMax)][random.below(3)]
        return FrameHeader(
            camera: UInt32(truncatingIfNeeded: word(&random)), epoch: UInt32(truncatingIfNeeded: word(&random)),
            sequence: min(UInt32(truncatingIfNeeded: word(&random)), .max - UInt32(count)), count: UInt8(count),
            keyID: UInt8(truncatingIfNeeded: word(&random)), sentNs: Int64(bitPattern: word(&random)))
    }
}
