/// SHA-256 (FIPS 180-4), at once or piece by piece.
///
/// For what others must be able to check: manifests, chains, names of calls. Linux has no CryptoKit, and this project
/// no packages.
package struct SHA256: Sendable {
    private static let blockBytes = 64
    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    /// Less than a block.
    private var waiting: [UInt8] = []
    private var count: UInt64 = 0

    package init() {}

    package mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        count += UInt64(bytes.count)
        var rest = bytes[...]
        if !waiting.isEmpty {
            let part = rest.prefix(Self.blockBytes - waiting.count)
            waiting.append(contentsOf: part)
            rest = rest.dropFirst(part.count)
            if waiting.count < Self.blockBytes { return }
            let block = waiting
            waiting.removeAll(keepingCapacity: true)
            block.withUnsafeBytes { compress($0) }
        }
        while rest.count >= Self.blockBytes {
            compress(UnsafeRawBufferPointer(rebasing: rest.prefix(Self.blockBytes)))
            rest = rest.dropFirst(Self.blockBytes)
        }
        waiting.append(contentsOf: rest)
    }

    /// Of everything up to here; more may follow.
    package var digest: Digest {
        var last = self
        var end: [UInt8] = [0x80]
        end += [UInt8](repeating: 0, count: (Self.blockBytes * 2 - 9 - waiting.count) % Self.blockBytes)
        for shift in stride(from: 56, through: 0, by: -8) {
            end.append(UInt8(truncatingIfNeeded: (count << 3) >> shift))
        }
        last.update(end)
        var bytes: [UInt8] = []
        for i in last.state.indices {
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: last.state[i] >> UInt32(shift))) }
        }
        return Digest(bytes: bytes)
    }

    package static func digest(_ bytes: [UInt8]) -> Digest { bytes.withUnsafeBytes { digest($0) } }

    package static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest {
        var hash = SHA256()
        hash.update(bytes)
        return hash.digest
    }

    private mutating func compress(_ block: UnsafeRawBufferPointer) {
        var words = InlineArray<64, UInt32>(repeating: 0)
        for i in 0..<16 { words[i] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self)) }
        for i in 16..<64 {
            let (early, late) = (words[i - 15], words[i - 2])
            let a = Self.turned(early, 7) ^ Self.turned(early, 18) ^ early >> 3
            let b = Self.turned(late, 17) ^ Self.turned(late, 19) ^ late >> 10
            words[i] = words[i - 16] &+ a &+ words[i - 7] &+ b
        }
        var s = state
        for i in 0..<64 {
            let choice = s[4] & s[5] ^ ~s[4] & s[6]
            let majority = s[0] & s[1] ^ s[0] & s[2] ^ s[1] & s[2]
            let one = Self.turned(s[4], 6) ^ Self.turned(s[4], 11) ^ Self.turned(s[4], 25)
            let zero = Self.turned(s[0], 2) ^ Self.turned(s[0], 13) ^ Self.turned(s[0], 22)
            let first = s[7] &+ one &+ choice &+ Self.constants[i] &+ words[i]
            for k in stride(from: 7, to: 0, by: -1) { s[k] = s[k - 1] }
            s[4] &+= first
            s[0] = first &+ zero &+ majority
        }
        for i in state.indices { state[i] &+= s[i] }
    }

    private static func turned(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let constants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}

extension SHA256 {
    /// 32 bytes; written as 64 hexadecimal digits.
    package struct Digest: Hashable, Sendable, CustomStringConvertible {
        package let bytes: [UInt8]

        package var description: String { HexText.encode(bytes) }
    }
}
