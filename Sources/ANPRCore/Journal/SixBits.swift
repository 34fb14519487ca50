/// Eight characters of " " (20) to "_" (5f) in 48 bits: capital letters, digits, and what stands between them.
enum SixBits {
    /// Whether the first `count` bytes of a word, 8 at most, are such characters; the others are 0.
    @inline(__always)
    static func hold(_ word: UInt64, count: Int) -> Bool {
        // Of 20 to 5f just one of bits 5 and 6 is set, and not bit 7.
        let good = (word ^ word &>> 1) & 0x2020_2020_2020_2020
        return word & 0x8080_8080_8080_8080 == 0 && good == filled(count) & 0x2020_2020_2020_2020
    }

    /// Eight bytes to 48 bits, the first byte in the lowest six; a byte 0 as a blank.
    @inline(__always)
    static func packed(_ word: UInt64) -> UInt64 {
        var x = word & 0x1f1f_1f1f_1f1f_1f1f | word &>> 1 & 0x2020_2020_2020_2020
        x = x & 0x003f_003f_003f_003f | x &>> 2 & 0x0fc0_0fc0_0fc0_0fc0
        x = x & 0x0000_0fff_0000_0fff | x &>> 4 & 0x00ff_f000_00ff_f000
        return x & 0xff_ffff | x &>> 8 & 0xffff_ff00_0000
    }

    /// The first `count` characters of 48 bits, 8 at most, zeros behind.
    @inline(__always)
    static func unpacked(_ bits: UInt64, count: Int) -> UInt64 {
        var x = bits & 0xff_ffff | (bits & 0xffff_ff00_0000) &<< 8
        x = x & 0x0000_0fff_0000_0fff | (x & 0x00ff_f000_00ff_f000) &<< 4
        x = x & 0x003f_003f_003f_003f | (x & 0x0fc0_0fc0_0fc0_0fc0) &<< 2
        // To each its 20: 0 to 1f become 20 to 3f, 20 to 3f become 40 to 5f.
        return (x &+ 0x2020_2020_2020_2020) & filled(count)
    }

    /// All bits of the first `count` bytes of a word.
    @inline(__always)
    private static func filled(_ count: Int) -> UInt64 { count >= 8 ? .max : 1 &<< UInt64(8 &* count) &- 1 }
}
