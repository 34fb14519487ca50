import CLinux
import Testing

@testable import ANPRCore

@Suite struct ChecksumTests {
    @Test func theTestVectorHolds() {
        let text = Array("123456789".utf8)
        #expect(clinux_crc32c(0, text, text.count) == 0xe306_9283)
        #expect(clinux_crc32c_table(0, text, text.count) == 0xe306_9283)
        #expect(clinux_crc32c(0, [0], 0) == 0)
        // RFC 3720, B.4: 32 zeros, 32 ones.
        #expect(clinux_crc32c(0, [UInt8](repeating: 0, count: 32), 32) == 0x8a91_36aa)
        #expect(clinux_crc32c(0, [UInt8](repeating: 0xff, count: 32), 32) == 0x62a8_ab43)
    }

    /// The instruction and the table agree for every length and start, and so do the parts of a run.
    @Test(arguments: [UInt64(1), 2, 3]) func bothWaysAndAllPartsAgree(seed: UInt64) {
        var random = Random(seed: seed)
        let bytes = (0..<20_000).map { _ in UInt8(random.below(256)) }
        bytes.withUnsafeBytes { bytes in
            for _ in 0..<300 {
                let start = random.below(16)
                let count = random.below(random.chance(0.5) ? 1000 : bytes.count - start)
                let cut = random.below(count + 1)
                let base = bytes.baseAddress! + start
                let whole = clinux_crc32c(0, base, count)
                #expect(clinux_crc32c_table(0, base, count) == whole)
                #expect(clinux_crc32c(clinux_crc32c(0, base, cut), base + cut, count - cut) == whole)
            }
        }
    }
}
