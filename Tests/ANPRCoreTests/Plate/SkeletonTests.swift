import Testing

@testable import ANPRCore

@Suite struct SkeletonTests {
    /// The published groups, spelled out again: a change of `Symbol.groups` must be meant.
    static let classes = ["0ODQ", "1IL", "2Z", "5S", "6G", "8B"]

    static func folded(_ c: Character) -> Character { classes.first { $0.contains(c) }?.first ?? c }

    @Test func eachCharacterFoldsToItsGroup() throws {
        for a in PlateTests.alphabet {
            for b in PlateTests.alphabet {
                let alike = Self.folded(a) == Self.folded(b)
                #expect(try (Plate(String(a)).skeleton == Plate(String(b)).skeleton) == alike, "\(a) \(b)")
            }
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func isThePlateFoldedPlaceByPlace(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<500 {
            let text = PlateTests.text(&random)
            let skeleton = try Plate(text).skeleton
            #expect(try skeleton.word == Plate(String(text.map(Self.folded))).word)
            #expect(Plate(word: skeleton.word).skeleton == skeleton)  // folding twice changes nothing
            for shards in [1, 2, 3, 16] { #expect((0..<shards).contains(skeleton.shard(of: shards))) }
        }
    }

    @Test func shardsShareThePlatesEvenly() throws {
        var random = Random(seed: 1)
        var counts = [0, 0, 0, 0]
        for _ in 0..<40_000 { counts[try Plate(PlateTests.text(&random)).skeleton.shard(of: 4)] += 1 }
        // Short plates repeat, so this is looser than chance alone would be.
        for count in counts { #expect((9_000...11_000).contains(count), "\(counts)") }
    }
}
