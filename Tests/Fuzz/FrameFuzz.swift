import ANPRCore
import Glibc

/// Opens frames in the order of the engine's door (shape, camera, key, tag, reads) and counts what came of each.
struct FrameFuzz: ~Copyable {
    private let decoder = FrameDecoder()
    private let slots = Slab<Read>(count: Limits.frameReadsMax)
    private let buffer = GuardedBuffer(atLeast: FrameMutator.bytesMax)

    private(set) var accepted = 0
    private(set) var refused = [Int](repeating: 0, count: FrameRefusal.allCases.count)
    private(set) var reads = 0
    private(set) var unparseable = 0
    /// What was wrong, frame by frame; empty after a good run.
    private(set) var complaints: [String] = []

    var refusedTotal: Int { refused.reduce(0, +) }

    mutating func open(_ bytes: [UInt8], index: Int, mutation: FrameMutator.Mutation) {
        let frame = buffer.place(bytes)
        do throws(FrameRefusal) {
            let header = try FrameDecoder.header(of: frame)
            guard header.camera < FrameMutator.cameras else { throw .unknownCamera }
            guard header.keyID == 0 else { throw .unknownKey }
            guard FrameDecoder.isSealed(frame, by: FrameMutator.key(camera: header.camera)) else { throw .badTag }
            decode(frame, header, index)
            accepted += 1
        } catch {
            refused[Int(error.rawValue)] += 1
            if mutation == .none { complain(index, "a frame as a camera sends it was refused: \(error.name)") }
        }
    }

    private mutating func decode(_ frame: UnsafeRawBufferPointer, _ header: FrameHeader, _ index: Int) {
        for i in 0..<Int(header.count) {
            let wire = FrameDecoder.wireRead(frame, at: i)
            decoder.decode(
                wire, camera: header.camera, epoch: header.epoch, sequence: header.sequence + UInt32(i), receivedNs: 0,
                into: slots.base + i)
            check(slots.base[i], wire, index)
        }
        reads += Int(header.count)
    }

    /// The decoded read against the plain way of making a plate from a text.
    private mutating func check(_ read: Read, _ wire: WireRead, _ index: Int) {
        if read.plate.isNone { unparseable += 1 }
        if read.plate.isNone != read.flags.contains(.unparseable) { complain(index, "the flag and the plate disagree") }
        if read.confidence > 100 { complain(index, "a confidence of \(read.confidence) %") }
        if read.text != wire.text { complain(index, "the camera's text was changed") }
        guard index & 15 == 0 else { return }  // the plain way is slow
        let plain = (try? Plate(wire.text.string)) ?? .none
        if read.plate != plain { complain(index, "'\(wire.text.string)' gave \(read.plate), plainly \(plain)") }
        if read.skeleton != (plain.isNone ? Skeleton(word: 0) : plain.skeleton) { complain(index, "a wrong skeleton") }
    }

    private mutating func complain(_ index: Int, _ message: String) {
        if complaints.count < 20 { complaints.append("frame \(index): \(message)") }
    }
}
