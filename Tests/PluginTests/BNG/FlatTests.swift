import Testing

@testable import ANPRCore
@testable import BNG

/// Flat columns and indexes against naive twins.
@Suite struct FlatTests {
    @Test(arguments: UInt64(1)...6)
    func slotIndexIsADictionary(seed: UInt64) {
        var random = Random(seed: seed)
        var index = SlotIndex()
        // Few hashes, so that runs are long and wrap.
        var twin: [UInt32: UInt64] = [:]
        for number in 1..<UInt32(3000) {
            let hash = UInt64(random.below(900)) << 32 | UInt64(random.below(4)) << 62
            index.insert(number, hash: hash)
            twin[number] = hash
            if random.chance(0.4), let gone = twin.keys.min(by: { $0 % 97 < $1 % 97 }) {
                index.remove(gone, hash: twin[gone] ?? 0)
                twin[gone] = nil
                index.remove(gone, hash: hash)
            }
        }
        for number in 1..<UInt32(3000) {
            let found = index.find(twin[number] ?? 0) { $0 == number }
            #expect(found == (twin[number] == nil ? nil : number))
        }
    }

    @Test(arguments: UInt64(1)...6)
    func textsAreKeptOnceAndTakenAway(seed: UInt64) throws {
        var random = Random(seed: seed)
        var table = TextTable()
        var uses: [String: Int] = [:]
        var numbers: [String: UInt32] = [:]
        for _ in 0..<4000 {
            let text = "text-" + String(repeating: "é", count: random.below(5)) + "\(random.below(300))"
            if random.chance(0.55) {
                let number = table.add(text)
                if let known = numbers[text] { #expect(known == number) }
                numbers[text] = number
                uses[text, default: 0] += 1
            } else if let number = numbers[text] {
                table.release(number)
                uses[text, default: 0] -= 1
                if uses[text] == 0 {
                    numbers[text] = nil
                    #expect(table[number].isEmpty && table.number(text) == nil)
                }
            }
        }
        #expect(numbers.count > 50)
        var bytes: [UInt8] = []
        table.write(into: &bytes)
        let again = try #require(
            bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                let table = TextTable(&reader)
                return reader.isAtEnd ? table : nil
            })
        for (text, number) in numbers {
            #expect(table[number] == text && again[number] == text)
            #expect(table.number(text) == number && again.number(text) == number)
        }
        var twice: [UInt8] = []
        again.write(into: &twice)
        #expect(twice == bytes)
        #expect(bytes.count == table.writtenBytes - (table.byteCount - again.byteCount))
        for text in uses.keys where numbers[text] == nil { #expect(table.number(text) == nil) }
    }

    @Test func columnsOfManyBlocks() throws {
        var column = FlatColumn<UInt32>()
        for i in 0..<UInt32(200_000) { column.append(i &* 7) }
        column[150_000] += 1
        var bytes: [UInt8] = []
        column.write(into: &bytes)
        #expect(bytes.count == column.writtenBytes)
        let again = try #require(
            bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return FlatColumn<UInt32>(&reader)
            })
        #expect(again.count == 200_000)
        #expect((0..<200_000).allSatisfy { again[$0] == column[$0] })
        #expect(column[UInt32(150_001)] == 1_050_001)
        for cut in [0, 7, 8, 100, bytes.count - 1] {
            let part = bytes.prefix(cut).withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return FlatColumn<UInt32>(&reader)
            }
            #expect(part == nil)
        }
    }

    @Test func monthsAreTheLaws() {
        func day(_ text: String) -> Int { Int(Samples.ns(text) / .day) }
        #expect(CalendarMonths.day(day("2026-01-31"), plus: 1) == day("2026-02-28"))
        #expect(CalendarMonths.day(day("2024-02-29"), plus: 12) == day("2025-02-28"))
        #expect(CalendarMonths.day(day("2026-11-23"), plus: 2) == day("2027-01-23"))
        #expect(CalendarMonths.day(day("2026-12-31"), plus: 120) == day("2036-12-31"))
        #expect(CalendarMonths.day(day("2026-12-01"), plus: 0) == day("2026-12-01"))
    }
}
