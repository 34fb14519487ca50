@testable import ANPRCore

/// A file of seeds/frames/control: control frames in the order in which they arrive, and what the side that takes them
/// makes of the last. Those before it are accepted.
struct GoldenControlFrame: Sendable {
    enum Taker: String { case daemon, camera }

    let name: String
    let taker: Taker
    /// Nil: accepted.
    let refusal: FrameRefusal?
    let note: String
    let frames: [[UInt8]]

    /// An accepted one.
    init(_ name: String, _ taker: Taker, _ note: String, _ frames: [UInt8]...) {
        self.name = name
        self.taker = taker
        refusal = nil
        self.note = note
        self.frames = frames
    }

    init(_ name: String, _ taker: Taker, _ refusal: FrameRefusal, _ note: String, _ frames: [UInt8]...) {
        self.name = name
        self.taker = taker
        self.refusal = refusal
        self.note = note
        self.frames = frames
    }

    var outcome: String { refusal?.name ?? "accepted" }

    var text: String {
        GoldenFrame.text(["# \(note).", "# Taken by: the \(taker.rawValue)."], outcome, frames)
    }

    // MARK: The camera that takes them; seeds/frames/README.md says the same

    static let epoch: UInt32 = 1
    /// Reads that camera 7 has given numbers, 0 to 99, and all of which it keeps.
    static let reads = 100

    // MARK: The parts of which they are made

    private static func heartbeat(
        first: UInt32 = 20, next: UInt32 = 100, keyID: UInt8 = 1, key: SipKey? = GoldenFrame.keys[0]
    ) -> [UInt8] {
        ControlSample.frame(
            ControlHeader(
                .heartbeat, camera: 7, epoch: epoch, first: first, next: next, keyID: keyID,
                sentNs: GoldenFrame.sentNs),
            key: key)
    }

    private static func acknowledgement(
        camera: UInt32 = 7, epoch: UInt32 = epoch, first: UInt32 = 20, next: UInt32 = 100, keyID: UInt8 = 1,
        sentNs: Nanoseconds = GoldenFrame.sentNs + 4 * .millisecond, key: SipKey? = GoldenFrame.keys[0],
        _ ranges: (UInt32, UInt32)...
    ) -> [UInt8] {
        ControlSample.frame(
            ControlHeader(
                .acknowledgement, camera: camera, epoch: epoch, first: first, next: next, keyID: keyID, sentNs: sentNs),
            ranges.map { SequenceRange(first: $0.0, count: $0.1) }, key: key)
    }

    private static func full(_ ranges: Int) -> [UInt8] {
        ControlSample.frame(
            ControlHeader(
                .acknowledgement, camera: 7, epoch: epoch, first: 20, next: 100, keyID: 1,
                sentNs: GoldenFrame.sentNs + 4 * .millisecond),
            (0..<ranges).map { SequenceRange(first: UInt32(20 + 5 * $0), count: 2) }, key: GoldenFrame.keys[0])
    }

    private static let asked = acknowledgement((20, 2), (60, 3))

    private static func changed(_ frame: [UInt8], at: Int, to bytes: [UInt8]) -> [UInt8] {
        GoldenFrame.changed(frame, at: at, to: bytes)
    }

    static let all = good + hostileShape + hostileIdentity + hostileSequence

    private static let good: [GoldenControlFrame] = [
        GoldenControlFrame("heartbeat", .daemon, "A heartbeat: the worked example of docs/PROTOCOL.md", heartbeat()),
        GoldenControlFrame(
            "heartbeat_empty", .daemon, "A camera that keeps nothing", heartbeat(first: 100, next: 100)),
        GoldenControlFrame(
            "heartbeat_last", .daemon, "The end of an epoch", heartbeat(first: .max - 43, next: .max)),
        GoldenControlFrame(
            "heartbeat_second_key", .daemon, "Sealed with the camera's second key",
            heartbeat(keyID: 2, key: GoldenFrame.keys[1])),
        GoldenControlFrame(
            "acknowledgement", .camera,
            "Sequences 0 to 19 may be forgotten, 20, 21 and 60 to 62 are asked for again: the worked example", asked),
        GoldenControlFrame(
            "acknowledgement_all", .camera, "All may be forgotten", acknowledgement(first: 100, next: 100)),
        GoldenControlFrame(
            "acknowledgement_none", .camera, "Nothing was heard of, nothing is asked for",
            acknowledgement(first: 0, next: 0)),
        GoldenControlFrame("acknowledgement_full", .camera, "The largest: 16 ranges, 176 bytes", full(16)),
        GoldenControlFrame(
            "acknowledgement_touching", .camera, "Two ranges that touch", acknowledgement((30, 2), (32, 5))),
        GoldenControlFrame(
            "acknowledgement_newer", .camera, "A second one, sent a nanosecond later", asked,
            acknowledgement(first: 50, sentNs: GoldenFrame.sentNs + 4 * .millisecond + 1)),
    ]

    private static let hostileShape: [GoldenControlFrame] = [
        GoldenControlFrame("cut_at_0", .camera, .tooShort, "Nothing", []),
        GoldenControlFrame("cut_at_47", .camera, .tooShort, "Cut after byte 47", Array(asked[..<47])),
        GoldenControlFrame("cut_at_63", .camera, .badLength, "The tag's last byte is gone", Array(asked[..<63])),
        GoldenControlFrame("one_byte_more", .camera, .badLength, "One byte follows the tag", asked + [0]),
        GoldenControlFrame(
            "one_byte_over", .camera, .tooLong, "The largest and one byte", full(16) + [0]),
        GoldenControlFrame("magic", .camera, .badMagic, "A data frame's magic", changed(asked, at: 3, to: [0x52])),
        GoldenControlFrame("version_2", .camera, .badVersion, "Version 2", changed(asked, at: 4, to: [2])),
        GoldenControlFrame("kind_0", .camera, .badFlags, "Kind 0", changed(asked, at: 5, to: [0])),
        GoldenControlFrame("kind_3", .daemon, .badFlags, "Kind 3", changed(heartbeat(), at: 5, to: [3])),
        GoldenControlFrame(
            "reflected_heartbeat", .camera, .badFlags, "The camera's own heartbeat, sent back to it", heartbeat()),
        GoldenControlFrame(
            "reflected_acknowledgement", .daemon, .badFlags, "The daemon's own acknowledgement, sent back to it",
            asked),
        GoldenControlFrame(
            "heartbeat_with_range", .daemon, .badCount, "A heartbeat that has a range",
            changed(asked, at: 5, to: [1])),
        GoldenControlFrame("count_17", .camera, .badCount, "A count of 17", changed(asked, at: 6, to: [17])),
        GoldenControlFrame(
            "count_1", .camera, .badLength, "Two ranges that say they are one", changed(asked, at: 6, to: [1])),
        GoldenControlFrame(
            "first_past_next", .camera, .badCount, "`first` is past `next`", changed(asked, at: 16, to: [101])),
        GoldenControlFrame("range_empty", .camera, .badCount, "An empty range", changed(asked, at: 36, to: [0])),
        GoldenControlFrame(
            "range_below", .camera, .badCount, "A range below `first`", changed(asked, at: 32, to: [19])),
        GoldenControlFrame("range_beyond", .camera, .badCount, "A range past `next`", changed(asked, at: 44, to: [41])),
        GoldenControlFrame(
            "range_wraps", .camera, .badCount, "A range that runs past 2^32",
            changed(asked, at: 44, to: [255, 255, 255, 255])),
        GoldenControlFrame(
            "ranges_descend", .camera, .badCount, "Ranges in descending order", changed(asked, at: 32, to: [70])),
    ]

    private static let hostileIdentity: [GoldenControlFrame] = [
        GoldenControlFrame(
            "other_camera", .camera, .unknownCamera, "For camera 9, sealed with camera 7's key",
            acknowledgement(camera: 9)),
        GoldenControlFrame(
            "key_unknown", .camera, .unknownKey, "A key number by which the camera does not seal",
            acknowledgement(keyID: 3)),
        GoldenControlFrame(
            "tag_of_other_key", .camera, .badTag, "Key number 1, sealed with key 2",
            acknowledgement(key: GoldenFrame.keys[1])),
        GoldenControlFrame("tag_zero", .camera, .badTag, "No tag, as in a laboratory", acknowledgement(key: nil)),
        GoldenControlFrame(
            "first_changed", .camera, .badTag, "`first` was changed after sealing",
            Array(asked[..<16] + [0x10] + asked[17...])),
        GoldenControlFrame(
            "heartbeat_changed", .daemon, .badTag, "`first` was changed after sealing",
            Array(heartbeat()[..<16] + [0x10] + heartbeat()[17...])),
    ]

    private static let hostileSequence: [GoldenControlFrame] = [
        GoldenControlFrame("other_epoch", .camera, .staleEpoch, "Of another epoch", acknowledgement(epoch: 2)),
        GoldenControlFrame("again", .camera, .replay, "The same again", asked, asked),
        GoldenControlFrame(
            "older", .camera, .replay, "Sent a nanosecond before the one that was taken", asked,
            acknowledgement(sentNs: GoldenFrame.sentNs + 4 * .millisecond - 1)),
        GoldenControlFrame(
            "never_sent", .camera, .badCount, "`next` is past what the camera gave to reads: another's numbering",
            acknowledgement(next: 101)),
    ]
}
