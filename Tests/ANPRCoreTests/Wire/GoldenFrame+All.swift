@testable import ANPRCore

extension GoldenFrame {
    static let all: [GoldenFrame] =
        good + odd + hostileShape + truncated + hostileIdentity + hostileTime + hostileSequence

    private static let one: [UInt8] = sealed([read("1-ABC-234")])
    private static let two: [UInt8] = sealed([read("1-ABC-234"), read("MÜ AB 123", "DE", ms: 40)])

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    }

    private static let good: [GoldenFrame] = [
        GoldenFrame("example", "Two reads: the worked example of docs/PROTOCOL.md", two),
        GoldenFrame("one_read", "The smallest frame: one read", one),
        GoldenFrame("full", "The largest frame: 43 reads, 1,424 bytes", sealed(full(43))),
        GoldenFrame("second_key", "Sealed with the camera's second key", sealed(full(2), keyID: 2, key: keys[1])),
        GoldenFrame(
            "both_keys", "A camera changes over from its first key to its second", sealed(full(2)),
            sealed(full(2), sequence: 2, keyID: 2, key: keys[1])),
        GoldenFrame("other_camera", "Camera 1531 with its own key", sealed(full(3), camera: 1531, key: keys[2])),
        GoldenFrame(
            "first_heard_late",
            "The first frame that is heard begins at sequence 5,000,000: nothing is missed before it",
            sealed(full(1), sequence: 5_000_000)),
        GoldenFrame(
            "gap", "Sequences 2 to 11 are missing, and are counted so", sealed(full(2)), sealed(full(2), sequence: 12)),
        GoldenFrame(
            "late", "A frame comes after the one that follows it", sealed(full(2), sequence: 2), sealed(full(2))),
        GoldenFrame(
            "partly_new", "Retransmitted with other cuts: sequences 1 to 3, of which 0 and 1 came; 2 and 3 are new",
            sealed(full(2)), sealed(full(3), sequence: 1)),
        GoldenFrame(
            "new_epoch", "A higher epoch begins at 0", sealed(full(2), sequence: 100), sealed(full(2), epoch: 2)),
        GoldenFrame("last_epoch", "The highest epoch", sealed(full(1), epoch: .max)),
        GoldenFrame(
            "huge_sequence", "The last sequence that an epoch may have, 2^32 - 2", sealed(full(1), sequence: .max - 1)),
        GoldenFrame(
            "huge_sequence_full", "43 reads that end with the last sequence, 2^32 - 2",
            sealed(full(43), sequence: .max - 43)),
    ]

    private static let odd: [GoldenFrame] = [
        GoldenFrame("diacritics", "A text with diacritics; the plate is MUAB123", sealed([read("MÜ ÀB 123", "DE")])),
        GoldenFrame(
            "combining", "A text with a combining mark; the plate is MUAB123",
            sealed([read("MU\u{308} AB 123", "DE")])),
        GoldenFrame("full_width", "Full-width characters; the plate is 1AB2", sealed([read("１ＡＢ２")])),
        GoldenFrame(
            "cut", "A text of more than 16 bytes, cut at a character's edge, with the flag; kept as unparseable",
            sealed([read("1-ABC-234-XYZ-890-Ü")])),
        GoldenFrame("twelve", "Twelve characters: the longest plate", sealed([read("1ABC-234XYZ89", "")])),
        GoldenFrame("thirteen", "Thirteen characters: kept as unparseable", sealed([read("1ABC234XYZ890", "")])),
        GoldenFrame("no_text", "No text at all: kept as unparseable", sealed([read("", "")])),
        GoldenFrame("unparseable", "A text that is no plate: kept as unparseable", sealed([read("1ABC?34")])),
        GoldenFrame(
            "not_utf8", "Bytes that are no UTF-8: kept as unparseable",
            changed(one, at: 40, to: [0x31, 0xff, 0xfe, 0x41])),
        GoldenFrame("inner_zero", "A zero byte inside the text: kept as unparseable", changed(one, at: 42, to: [0])),
        GoldenFrame(
            "read_flags_reserved", "Reserved flag bits of a read: taken as 0, flagged as odd",
            changed(one, at: 61, to: [0xf9])),
        GoldenFrame(
            "class_undefined", "A vehicle class that is not defined: taken as unknown, flagged as odd",
            changed(one, at: 60, to: [200])),
        GoldenFrame(
            "confidence_beyond", "A confidence of 255 %: taken as 100, flagged as odd",
            changed(one, at: 59, to: [255])),
        GoldenFrame(
            "country_undefined", "A country in small letters: taken as unknown, flagged as odd",
            changed(one, at: 56, to: [0x62, 0x65])),
        GoldenFrame(
            "all_unknown", "Every field that may be unknown is",
            sealed([WireRead(capturedNs: sentNs, text: PlateText("1ABC234"), confidence: 0)])),
    ]

    private static let hostileShape: [GoldenFrame] = [
        GoldenFrame("magic", .badMagic, "The magic is 'ANPQ'", changed(one, at: 3, to: [0x51])),
        GoldenFrame(
            "magic_reversed", .badMagic, "The magic as a big-endian machine would store the word",
            changed(one, at: 0, to: [0x52, 0x50, 0x4e, 0x41])),
        GoldenFrame("version_0", .badVersion, "Version 0", changed(one, at: 4, to: [0])),
        GoldenFrame("version_2", .badVersion, "Version 2", changed(one, at: 4, to: [2])),
        GoldenFrame("flags_low", .badFlags, "A reserved flag of the header", changed(one, at: 5, to: [1])),
        GoldenFrame("flags_high", .badFlags, "Another reserved flag of the header", changed(one, at: 5, to: [0x80])),
        GoldenFrame(
            "reserved_word", .badFlags, "A bit of the header's reserved word", changed(one, at: 23, to: [0x80])),
        GoldenFrame("count_0", .badCount, "A count of 0", changed(one, at: 6, to: [0])),
        GoldenFrame("count_44", .badCount, "A count of 44 in a full frame", changed(sealed(full(43)), at: 6, to: [44])),
        GoldenFrame("count_255", .badCount, "A count of 255", changed(one, at: 6, to: [255])),
        GoldenFrame("count_low", .badLength, "Two reads that say they are one", changed(two, at: 6, to: [1])),
        GoldenFrame("count_high", .badLength, "One read that says it is 43", changed(one, at: 6, to: [43])),
        GoldenFrame("one_byte_more", .badLength, "One byte follows the tag", one + [0]),
        GoldenFrame("one_byte_less", .badLength, "The tag's last byte is gone", Array(two.dropLast())),
        GoldenFrame("read_of_44", .tooLong, "44 reads, sealed", full44()),
        GoldenFrame("one_byte_over", .tooLong, "A full frame and one byte", sealed(full(43)) + [0]),
    ]

    /// What the encoder would not make.
    private static func full44() -> [UInt8] {
        var frame = sealed(full(43))
        frame.insert(contentsOf: frame[32..<64], at: 64)
        return changed(frame, at: 6, to: [44])
    }

    private static let truncated: [GoldenFrame] =
        [0, 1, 4, 7, 31, 32, 33, 48, 63, 64, 79].map {
            GoldenFrame("cut_at_\($0)", .tooShort, "One read, cut after byte \($0)", Array(one[..<$0]))
        }
        + [80, 95, 96, 97, 111].map {
            GoldenFrame("two_cut_at_\($0)", .badLength, "Two reads, cut after byte \($0)", Array(two[..<$0]))
        }

    private static let hostileIdentity: [GoldenFrame] = [
        GoldenFrame(
            "camera_unknown", .unknownCamera, "A camera that is not in the registry", sealed(full(1), camera: 4242)),
        GoldenFrame("camera_highest", .unknownCamera, "Camera 2^32 - 1", sealed(full(1), camera: .max)),
        GoldenFrame(
            "camera_big_endian", .unknownCamera, "Camera 7 written big endian", changed(one, at: 8, to: [0, 0, 0, 7])),
        GoldenFrame(
            "key_unknown", .unknownKey, "A key number that the camera does not have", sealed(full(1), keyID: 3)),
        GoldenFrame("key_none", .unknownKey, "A camera that has no key at all", sealed(full(1), camera: 9)),
        GoldenFrame("tag_of_other_key", .badTag, "Key number 1, sealed with key 2", sealed(full(1), key: keys[1])),
        GoldenFrame("tag_of_other_camera", .badTag, "Sealed with another camera's key", sealed(full(1), key: keys[2])),
        GoldenFrame("tag_zero", .badTag, "No tag, as in a laboratory", sealed(full(1), key: nil)),
        GoldenFrame("tag_flipped", .badTag, "The tag's last bit", Array(one.dropLast()) + [one[79] ^ 0x80]),
        GoldenFrame(
            "tag_words_swapped", .badTag, "The tag's two words in the wrong order",
            Array(one[..<64] + one[72...] + one[64..<72])),
        GoldenFrame(
            "tag_big_endian", .badTag, "The tag's words big endian",
            Array(one[..<64] + one[64..<72].reversed() + one[72...].reversed())),
        GoldenFrame(
            "read_changed", .badTag, "A character was changed after sealing", Array(one[..<42] + [0x42] + one[43...])),
        GoldenFrame(
            "sequence_changed", .badTag, "The sequence was changed after sealing",
            Array(one[..<16] + [1] + one[17...])),
        GoldenFrame(
            "sent_changed", .badTag, "The sent time was changed after sealing",
            Array(one[..<24] + [one[24] ^ 1] + one[25...])),
    ]

    private static let hostileTime: [GoldenFrame] = [
        GoldenFrame("sent_0", .timeOutOfRange, "Sent at 0", sealed(full(1), sentNs: 0)),
        GoldenFrame("sent_negative", .timeOutOfRange, "Sent before 1970", sealed(full(1), sentNs: .min)),
        GoldenFrame("sent_last", .timeOutOfRange, "Sent at the end of time", sealed(full(1), sentNs: .max)),
        GoldenFrame(
            "sent_in_seconds", .timeOutOfRange, "Seconds where nanoseconds should be",
            sealed(full(1), sentNs: sentNs / .second)),
        GoldenFrame(
            "sent_ahead", .timeOutOfRange, "Sent a nanosecond more than 5 s ahead",
            sealed(full(1), sentNs: nowNs + 5 * .second + 1)),
        GoldenFrame(
            "sent_ahead_just", "Sent 5 s ahead, as far as is allowed; the camera's clock is suspect",
            sealed(full(1), sentNs: nowNs + 5 * .second)),
        GoldenFrame(
            "sent_old", .timeOutOfRange, "Sent a nanosecond more than 31 days ago",
            sealed(full(1), sentNs: nowNs - 31 * .day - 1)),
        GoldenFrame(
            "sent_old_just", "Sent 31 days ago, as far as is allowed; the camera's clock is suspect",
            sealed(full(1), sentNs: nowNs - 31 * .day)),
        GoldenFrame(
            "captured_extremes", "Capture times at both ends of time: kept, their clock suspect",
            sealed([
                WireRead(capturedNs: .min, text: PlateText("1ABC234")),
                WireRead(capturedNs: .max, text: PlateText("1ABC235")),
            ])),
    ]

    private static let hostileSequence: [GoldenFrame] = [
        GoldenFrame(
            "sequence_wraps", .badCount, "Two reads from sequence 2^32 - 2: the second would be 2^32 - 1",
            changed(two, at: 16, to: little(.max - 1))),
        GoldenFrame(
            "sequence_last", .badCount, "Sequence 2^32 - 1, which is none", changed(one, at: 16, to: little(.max))),
        GoldenFrame("duplicate", .duplicate, "The same frame again", two, two),
        GoldenFrame("duplicate_cut", .duplicate, "Retransmitted one read at a time", two, sealed(full(1), sequence: 1)),
        GoldenFrame(
            "replay", .replay, "8,193 behind: past the window", sealed(full(1), sequence: 8193), sealed(full(1))),
        GoldenFrame(
            "window_edge", "8,192 behind one past the highest: the last place in the window",
            sealed(full(1), sequence: 8191), sealed(full(1))),
        GoldenFrame(
            "stale_epoch", .staleEpoch, "An epoch that a higher one has ended", sealed(full(1), epoch: 2),
            sealed(full(1), sequence: 1)),
    ]
}
