/// A read as it stands in the log, told by what differs from the read before it in its block; docs/JOURNAL.md draws it.
///
/// Three bytes of head say how long each field is, so that a reader goes from read to read by heads alone:
/// ```
/// bits 0-4   text: 0 to 16 symbols of six bits; 17 to 31: 2 to 16 bytes as they are
///      5-7   captured, 8-9 transit, 10-11 sequence, 12-13 epoch: bytes of each
///      14    camera  15 country  16 speed  17 confidence  18 class  19 lane and flags
///      20-23 0
/// ```
enum PackedRead {
    static let headBytes = 3
    /// Head, camera, epoch, sequence, captured, transit, marks, text.
    static let bytesMax = headBytes + 3 + 4 + 4 + 8 + 4 + 8 + 16
    /// Zeros behind a block's reads, so that whole words can be loaded at the last one.
    static let slackBytes = 16

    static let capturedAt: UInt32 = 5
    static let transitAt: UInt32 = 8
    static let sequenceAt: UInt32 = 10
    static let epochAt: UInt32 = 12
    static let cameraBit: UInt32 = 1 << 14
    static let countryBit: UInt32 = 1 << 15
    static let speedBit: UInt32 = 1 << 16
    static let confidenceBit: UInt32 = 1 << 17
    static let classBit: UInt32 = 1 << 18
    static let laneBit: UInt32 = 1 << 19
    static let headMask: UInt32 = 0xff_ffff
    /// The bits above are 0.
    static let headEnd: UInt32 = 1 << 20

    // Fields of a `Read`'s last eight bytes.
    static let countryField: UInt64 = 0xffff
    static let speedField: UInt64 = 0xffff << 16
    static let laneField: UInt64 = 0xff << 32
    static let confidenceField: UInt64 = 0xff << 40
    static let classField: UInt64 = 0xff << 48
    static let flagsField: UInt64 = 0xff << 56

    /// The most symbols of six bits, and what raw texts are counted from: form 17 is two bytes.
    static let symbolsMax: UInt32 = 16
    static let rawFrom: UInt32 = 15

    /// Bytes of a text of a form.
    @inline(__always)
    static func textBytes(_ form: UInt32) -> Int {
        Int(form <= symbolsMax ? (6 &* form &+ 7) &>> 3 : form &- rawFrom)
    }

    /// Bytes that a code of three bits stands for: seven for eight of them.
    @inline(__always)
    static func wideBytes(_ code: UInt32) -> Int { Int(code &+ (code &+ 1) &>> 3) }

    /// Bytes that a code of two bits stands for: three for four of them.
    @inline(__always)
    static func narrowBytes(_ code: UInt32) -> Int { Int(code &+ (code &+ 1) &>> 2) }

    /// Length in bytes of a read with such a head.
    @inline(__always)
    static func length(_ head: UInt32) -> Int {
        let numbers =
            narrowBytes(head &>> transitAt & 3) &+ narrowBytes(head &>> sequenceAt & 3)
            &+ narrowBytes(head &>> epochAt & 3) &+ wideBytes(head &>> capturedAt & 7)
        let marks =
            (head & cameraBit == 0 ? 0 : 3) &+ 2 &* (head & (countryBit | speedBit | laneBit)).nonzeroBitCount
            &+ (head & (confidenceBit | classBit)).nonzeroBitCount
        return headBytes &+ numbers &+ marks &+ textBytes(head & 31)
    }
}

extension Int64 {
    /// Small either way becomes small: 0, -1, 1, -2 are 0, 1, 2, 3.
    @inline(__always)
    var zigzag: UInt64 { UInt64(bitPattern: self &<< 1 ^ self &>> 63) }

    @inline(__always)
    init(zigzag word: UInt64) { self = Int64(bitPattern: word &>> 1) ^ (0 &- Int64(bitPattern: word & 1)) }
}

extension UInt32 {
    /// As `Int64.zigzag`, of a difference modulo 2^32.
    @inline(__always)
    var zigzag: UInt32 { self &<< 1 ^ UInt32(bitPattern: Int32(bitPattern: self) &>> 31) }

    @inline(__always)
    init(zigzag word: UInt32) { self = word &>> 1 ^ (0 &- (word & 1)) }
}
