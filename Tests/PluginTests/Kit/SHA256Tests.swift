import Testing

@testable import ANPRCore
@testable import PluginKit

@Suite struct SHA256Tests {
    /// The examples of FIPS 180-2 (appendix B), the empty text, and a million letters a.
    @Test(arguments: [
        ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                + "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            1, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
        (
            String(repeating: "a", count: 1000), 1000,
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ])
    func standardVectors(text: String, times: Int, digest: String) {
        var hash = SHA256()
        for _ in 0..<times { hash.update(Array(text.utf8)) }
        #expect(hash.digest.description == digest)
    }

    /// Every length around the blocks' ends, in two pieces at every place; to look does not disturb.
    @Test func piecesMakeTheWhole() {
        var random = Random(seed: 3)
        let bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for count in [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 200] {
            let whole = SHA256.digest(Array(bytes[..<count]))
            for cut in 0...count {
                var hash = SHA256()
                hash.update(Array(bytes[..<cut]))
                _ = hash.digest
                hash.update(Array(bytes[cut..<count]))
                #expect(hash.digest == whole)
            }
        }
    }

    /// The machine's own says the same.
    @Test(.enabled(if: ExternalTool.find("sha256sum") != nil)) func agreesWithTheMachines() throws {
        let tool = try #require(ExternalTool.find("sha256sum"))
        var random = Random(seed: 4)
        for count in [0, 57, 1000, 100_003] {
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let output = try tool.run([], input: bytes, withinNs: 60 * .second)
            #expect(String(decoding: output.bytes.prefix(64), as: UTF8.self) == SHA256.digest(bytes).description)
        }
    }

    @Test func hexadecimalsThereAndBack() {
        let all = (0...255).map { UInt8($0) }
        #expect(HexText.decode(HexText.encode(all)) == all)
        #expect(HexText.decode("0") == nil && HexText.decode("zz") == nil && HexText.decode("") == [])
    }
}
