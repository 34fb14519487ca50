@testable import ANPRCore

/// Control frames and their parts, as tests need them.
enum ControlSample {
    static func frame(_ header: ControlHeader, _ ranges: [SequenceRange] = [], key: SipKey? = FrameSample.key)
        -> [UInt8]
    {
        var bytes = [UInt8](repeating: 0xcc, count: ControlLayout.frameBytesMax)
        let count = ranges.withUnsafeBufferPointer { ranges in
            bytes.withUnsafeMutableBytes { ControlFrame.encode(header, ranges: ranges, key: key, into: $0) }
        }
        return Array(bytes[..<count])
    }

    static func header(of bytes: [UInt8], taking kind: ControlKind) -> Result<ControlHeader, FrameRefusal> {
        bytes.withUnsafeBytes { bytes in
            do throws(FrameRefusal) { return .success(try ControlFrame.header(of: bytes, taking: kind)) } catch {
                return .failure(error)
            }
        }
    }

    static func refusal(of bytes: [UInt8], taking kind: ControlKind) -> FrameRefusal? {
        if case .failure(let cause) = header(of: bytes, taking: kind) { cause } else { nil }
    }

    static func isSealed(_ bytes: [UInt8], by key: SipKey = FrameSample.key) -> Bool {
        bytes.withUnsafeBytes { FrameSeal.holds($0, by: key) }
    }

    static func ranges(of bytes: [UInt8], count: Int) -> [SequenceRange] {
        bytes.withUnsafeBytes { bytes in (0..<count).map { ControlFrame.range(bytes, at: $0) } }
    }

    /// Any header that a control frame may have, with ranges that fit it.
    static func sample(_ random: inout Random, _ kind: ControlKind) -> (ControlHeader, [SequenceRange]) {
        let ends = [UInt32(truncatingIfNeeded: FrameSample.word(&random)), UInt32(random.below(1 << 20))]
        var ranges: [SequenceRange] = []
        var at = UInt64(ends.min()!)
        for _ in 0..<(kind == .heartbeat ? 0 : random.below(ControlLayout.rangesMax + 1)) {
            at += UInt64(random.below(50))
            let count = 1 + random.below([1, 50, 5000][random.below(3)])
            guard at + UInt64(count) <= UInt64(ends.max()!) else { break }
            ranges.append(SequenceRange(first: UInt32(at), count: UInt32(count)))
            at += UInt64(count)
        }
        var header = ControlHeader(
            kind, camera: UInt32(truncatingIfNeeded: FrameSample.word(&random)),
            epoch: UInt32(truncatingIfNeeded: FrameSample.word(&random)), first: ends.min()!, next: ends.max()!,
            keyID: UInt8(truncatingIfNeeded: FrameSample.word(&random)),
            sentNs: Int64(bitPattern: FrameSample.word(&random)))
        header.count = UInt8(ranges.count)
        return (header, ranges)
    }
}
