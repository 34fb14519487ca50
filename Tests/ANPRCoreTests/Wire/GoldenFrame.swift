@testable import ANPRCore

/// A file of seeds/frames: frames in the order in which they arrive, and what a daemon makes of the last. Those
/// before it are accepted.
struct GoldenFrame: Sendable {
    let name: String
    /// Nil: accepted.
    let refusal: FrameRefusal?
    let note: String
    let frames: [[UInt8]]

    /// An accepted one.
    init(_ name: String, _ note: String, _ frames: [UInt8]...) {
        self.name = name
        refusal = nil
        self.note = note
        self.frames = frames
    }

    init(_ name: String, _ refusal: FrameRefusal, _ note: String, _ frames: [UInt8]...) {
        self.name = name
        self.refusal = refusal
        self.note = note
        self.frames = frames
    }

    var outcome: String { refusal?.name ?? "accepted" }
    var text: String { Self.text(["# \(note)."], outcome, frames) }

    /// What a file says: some remarks, the outcome, the frames.
    static func text(_ remarks: [String], _ outcome: String, _ frames: [[UInt8]]) -> String {
        var lines = remarks
        lines.append("# Outcome: \(outcome)\(frames.count > 1 ? " (the last frame; those before: accepted)" : "").")
        for frame in frames { lines += ["# Frame of \(frame.count) bytes."] + Hexadecimal.rows(frame) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The frames of a file's text: rows of hexadecimal digits, each frame after a remark that begins with `# Frame`.
    static func frames(of text: String) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# Frame") { frames.append([]) }
            if line.hasPrefix("#") { continue }
            guard !frames.isEmpty, let bytes = Hexadecimal.bytes(line) else { return nil }
            frames[frames.count - 1] += bytes
        }
        return frames
    }

    // MARK: The parts of which they are made; seeds/frames/README.md says the same

    static let nowNs: Nanoseconds = 1_795_421_731 * .second  // 2026-11-23T08:15:31Z
    static let sentNs = nowNs - 500 * .millisecond
    static let keyTexts = [
        "000102030405060708090a0b0c0d0e0f", "101112131415161718191a1b1c1d1e1f", "ffeeddccbbaa99887766554433221100",
    ]
    static let keys = keyTexts.compactMap { SipKey(hexadecimal: $0) }

    static func read(_ text: String, _ country: String = "BE", ms: Int64 = 0) -> WireRead {
        var wasCut = false
        var read = WireRead(
            capturedNs: sentNs - 200 * .millisecond + ms * .millisecond, text: PlateText(text, wasCut: &wasCut),
            country: Country(country) ?? .unknown, lane: 2, confidence: 97, vehicleClass: .car, flags: .approaching,
            speedDecikmh: 874)
        if wasCut { read.flags.insert(.textCut) }
        return read
    }

    static func sealed(
        _ reads: [WireRead], camera: UInt32 = 7, epoch: UInt32 = 1, sequence: UInt32 = 0, keyID: UInt8 = 1,
        sentNs: Nanoseconds = sentNs, key: SipKey? = keys[0]
    ) -> [UInt8] {
        let header = FrameHeader(
            camera: camera, epoch: epoch, sequence: sequence, count: UInt8(reads.count), keyID: keyID, sentNs: sentNs)
        return FrameSample.frame(reads, header, key: key)
    }

    static func full(_ count: Int) -> [WireRead] {
        (0..<count).map { read("1-ABC-\(100 + $0)", ms: Int64($0)) }
    }

    /// A frame with some bytes changed before it was sealed.
    static func changed(_ frame: [UInt8], at: Int, to bytes: [UInt8], key: SipKey = keys[0]) -> [UInt8] {
        var frame = frame
        frame.replaceSubrange(at..<at + bytes.count, with: bytes)
        return FrameSample.resealed(frame, key: key)
    }
}
