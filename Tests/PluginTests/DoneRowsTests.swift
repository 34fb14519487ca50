import Testing

@testable import ANPRCore

/// Rows that were done, against a plain set.
@Suite struct DoneRowsTests {
    private static func copy(_ rows: DoneRows) -> DoneRows? {
        var bytes: [UInt8] = []
        rows.write(into: &bytes)
        return bytes.withUnsafeBytes { raw in
            var reader = ByteReader(raw)
            return DoneRows(&reader)
        }
    }

    @Test(arguments: 0..<8 as Range<UInt64>) func containWhatWasNotedInAnyOrder(seed: UInt64) throws {
        var random = Random(seed: seed)
        var rows = DoneRows()
        var noted: Set<String> = []
        for _ in 0..<600 {
            let id = "verb:f\(random.next() % 3):\(random.next() % 200)"
            rows.note(id)
            noted.insert(id)
        }
        let again = try #require(Self.copy(rows))
        #expect(again == rows)
        for file in 0..<4 {
            for line in 0..<210 {
                let id = "verb:f\(file):\(line)"
                #expect(again.contains(id) == noted.contains(id), "seed \(seed): \(id)")
            }
        }
    }

    @Test func aFileOfAMillionRowsIsFewBytes() {
        var rows = DoneRows()
        for line in 2..<1_000_000 where line != 77 { rows.note("v:abc:\(line)") }
        var bytes: [UInt8] = []
        rows.write(into: &bytes)
        #expect(bytes.count < 64)
        #expect(rows.contains("v:abc:999999") && rows.contains("v:abc:2") && !rows.contains("v:abc:77"))
    }

    @Test func theFileOfLongestAgoIsForgottenFirst() {
        var rows = DoneRows()
        rows.note("old:1")
        rows.note("kept:1")
        rows.note("old:3")
        for line in 0..<UInt32(DoneRows.stretchesMax) { rows.note("holes:\(line * 2)") }
        #expect(!rows.contains("kept:1") && !rows.contains("old:3"))
        #expect(rows.contains("holes:\((DoneRows.stretchesMax - 1) * 2)"))
        rows.note("new:1")
        #expect(rows.contains("new:1") && !rows.contains("holes:0"))
    }

    @Test func whatIsNoRowIsNone() {
        var rows = DoneRows()
        for id in ["a3f-9", "", ":", "x:", "x:y", "x:4294967295", "x:-1"] {
            rows.note(id)
            #expect(!rows.contains(id))
        }
        #expect(rows == DoneRows())
    }

    @Test func damagedBytesAreNone() {
        var rows = DoneRows()
        for line in [1, 5, 9] { rows.note("f:\(line)") }
        var bytes: [UInt8] = []
        rows.write(into: &bytes)
        for cut in 0..<bytes.count {
            let isNone = bytes[..<cut].withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return DoneRows(&reader) == nil
            }
            #expect(isNone, "cut at \(cut)")
        }
        // Stretches that do not stand in order.
        bytes[bytes.count - 8] = 0
        #expect(
            bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return DoneRows(&reader) == nil
            })
    }
}
