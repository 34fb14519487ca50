import ANPRCore

extension Benchmark {
    static let decode = Benchmark(
        name: "decode", purpose: "full frames: shape, tag and 43 reads each into 64-byte slots, one core"
    ) { options in
        let stage = DecodeStage(frames: options.small ? 64 : 4096)
        let passes = options.small ? 1 : 32
        let expected = "\(passes * stage.frames * Limits.frameReadsMax) plates"
        return [
            BenchmarkCase("decode", unit: "reads", expected: expected) { stage.open(passes, sealed: false) },
            BenchmarkCase("decode and check tag", unit: "reads", expected: expected) {
                stage.open(passes, sealed: true)
            },
        ]
    }
}

/// Frames of one camera in memory, and slots to decode them into.
private final class DecodeStage {
    let frames: Int
    private let key = SipKey(low: 0x0706_0504_0302_0100, high: 0x0f0e_0d0c_0b0a_0908)
    private let bytes: Slab<UInt8>
    private let slots = Slab<Read>(count: Limits.frameReadsMax)
    private let decoder = FrameDecoder()

    init(frames: Int) {
        self.frames = frames
        bytes = Slab(count: frames * FrameLayout.frameBytesMax)
        var random = Random(seed: 42)
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        for frame in 0..<frames {
            let reads = (0..<Limits.frameReadsMax).map { i in
                let three = (0..<3).map { _ in String(letters[random.below(26)]) }.joined()
                return WireRead(
                    capturedNs: Nanoseconds(frame * 1000 + i) * .microsecond,
                    text: PlateText("\(1 + random.below(7))-\(three)-\(100 + random.below(900))"), confidence: 95)
            }
            let header = FrameHeader(
                camera: 7, epoch: 1, sequence: UInt32(frame * Limits.frameReadsMax), count: UInt8(reads.count),
                keyID: 0,
                sentNs: 0)
            let out = UnsafeMutableRawBufferPointer(
                start: bytes.base + frame * FrameLayout.frameBytesMax, count: FrameLayout.frameBytesMax)
            _ = reads.withUnsafeBufferPointer { FrameEncoder.encode($0, header: header, key: key, into: out) }
        }
    }

    func open(_ passes: Int, sealed: Bool) -> Outcome {
        var outcome = measure(items: passes * frames * Limits.frameReadsMax) {
            var plates = 0
            for _ in 0..<passes { for frame in 0..<frames { plates += open(frame, sealed: sealed) } }
            return "\(plates) plates"
        }
        outcome.remark = "\(outcome.ns / Nanoseconds(passes * frames)) ns a frame"
        return outcome
    }

    /// How many plates there were in a frame; 0 when it was refused.
    private func open(_ index: Int, sealed: Bool) -> Int {
        let frame = UnsafeRawBufferPointer(
            start: bytes.base + index * FrameLayout.frameBytesMax, count: FrameLayout.frameBytesMax)
        guard let header = try? FrameDecoder.header(of: frame) else { return 0 }
        if sealed { guard FrameSeal.holds(frame, by: key) else { return 0 } }
        var plates = 0
        for i in 0..<Int(header.count) {
            decoder.decode(
                FrameDecoder.wireRead(frame, at: i), camera: header.camera, epoch: header.epoch,
                sequence: header.sequence &+ UInt32(i), receivedNs: 0, into: slots.base + i)
            plates += slots.base[i].plate.isNone ? 0 : 1
        }
        return plates
    }
}
