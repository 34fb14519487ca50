import CLinux
import Testing

@testable import ANPRCore

@Suite struct WordFilterTests {
    /// Of few words and many, full and nearly empty, in groups of every size.
    @Test(arguments: [1, 64, 4096])
    func fourSideBySideAreAsOneByOne(words: Int) {
        var random = Random(seed: UInt64(words))
        let filter = WordFilter(words: words)
        var both: Set<Bool> = []
        for members in [words / 2, words, 3 * words] {
            let held = (0..<members).map { _ in random.next() }
            for hash in held { filter.insert(hash) }
            for count in 0...64 {
                let hashes = (0..<count).map { _ in
                    random.chance(0.5) && members > 0 ? held[random.below(members)] : random.next()
                }
                let together = filter.view.mayHold(hashes, count: count)
                for (i, hash) in hashes.enumerated() {
                    let alone = filter.view.mayHold(hash)
                    #expect((together >> UInt64(i) & 1 == 1) == alone, "\(i) of \(count)")
                    both.insert(alone)
                }
                #expect(count == 64 || together >> UInt64(count) == 0)
            }
        }
        #expect(both.count == 2)
    }

    @Test func neverDeniesAMemberAndSeldomTakesAStranger() {
        var random = Random(seed: 7)
        let filter = WordFilter(words: 1024)
        let members = (0..<4096).map { _ in random.next() }
        for hash in members { filter.insert(hash) }
        #expect(members.allSatisfy { filter.view.mayHold($0) })
        let passed = (0..<50_000).count { _ in filter.view.mayHold(random.next()) }
        #expect(passed < 1000, "less than 2 % at 16 bits a member")
    }

    /// What the fingerprint tells is not told by the filter: members of one word with the same bits differ in it.
    @Test func fingerprintsAreOfOtherBits() {
        let filter = WordFilter(words: 1)
        filter.insert(0)
        for bit in 0..<64 {
            let hash: UInt64 = 1 << UInt64(bit)
            let isTold = WordFilterView.fingerprint(of: hash) != 0
            #expect(!isTold || filter.view.mayHold(hash), "bit \(bit)")
        }
        let told = (0..<64).count { WordFilterView.fingerprint(of: 1 << UInt64($0)) != 0 }
        #expect(told == 6 && WordFilterView.fingerprint(of: .max) == 63)
    }

    /// Beginnings where a division could be off by one: just before and just after multiples, and the ends.
    @Test func beginningsAreHashedAsTheirNumbers() {
        #expect(MemoryLayout<Read>.offset(of: \Read.plate) == 0)
        var random = Random(seed: 5)
        let six: UInt64 = 2_565_726_409
        var words: [UInt64] = [0, 1, six - 1, six, Plate.wordEnd - 1, Plate.wordEnd - six, 1369 * six, 1369 * six - 1]
        for _ in 0..<500 {
            let multiple = random.next() % six * six
            words += [multiple, multiple + 1, multiple + six - 1, random.next() % Plate.wordEnd]
            let four = random.next() % (1369 * 1369) * 1369 * six
            words += [four, four + six * 1369 - 1]
        }
        for count in [1, 2, 3, 4, 5, 31, 32, 64] {
            for start in stride(from: 0, to: words.count - count, by: count) {
                var (sixes, fours) = ([UInt64](repeating: 0, count: 64), [UInt64](repeating: 0, count: 64))
                words.withUnsafeBufferPointer {
                    clinux_beginnings($0.baseAddress! + start, 8, UInt32(count), &sixes, &fours)
                }
                for i in 0..<count {
                    let number = words[start + i] / six
                    #expect(sixes[i] == PrefixFilter.hash(beginning: number), "\(words[start + i])")
                    #expect(fours[i] == PrefixFilter.hash(beginning: number / 1369), "\(words[start + i])")
                }
            }
        }
    }
}
