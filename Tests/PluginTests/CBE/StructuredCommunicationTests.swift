import Testing

@testable import ANPRCore
@testable import CBE

@Suite struct StructuredCommunicationTests {
    @Test func publishedExample() throws {
        let communication = try #require(StructuredCommunication(number: 909_337_554))
        #expect(communication.description == "+++090/9337/55493+++")
        #expect(StructuredCommunication("+++090/9337/55493+++") == communication)
        #expect(StructuredCommunication("***090/9337/55493***") == communication)
        #expect(StructuredCommunication("090933755493") == communication)
    }

    @Test func remainderZeroIsWritten97() throws {
        let communication = try #require(StructuredCommunication(number: 97))
        #expect(communication.description == "+++000/0000/09797+++")
        #expect(StructuredCommunication("000000009700") == nil)
    }

    @Test(arguments: [
        "", "+++090/9337/55494+++", "+++090/9337/5549+++", "++090/9337/55493++", "+++090-9337-55493+++",
        "+++090/9337/55493***", "+++090/9337/5549a+++", "0909337554933",
    ])
    func refused(text: String) { #expect(StructuredCommunication(text) == nil) }

    @Test func elevenDigitsAreRefused() {
        #expect(StructuredCommunication(number: 10_000_000_000) == nil)
        #expect(StructuredCommunication(number: 9_999_999_999) != nil)
    }

    /// Inverse, and one wrong digit or two neighbours exchanged is always seen: what mod 97 is for.
    @Test(arguments: [UInt64(1), 2, 3])
    func property(seed: UInt64) throws {
        var random = Random(seed: seed)
        for _ in 0..<2000 {
            let number = UInt64(random.below(10_000_000_000))
            let communication = try #require(StructuredCommunication(number: number))
            #expect(StructuredCommunication(communication.description) == communication)
            var digits = Array(communication.description.utf8.filter { (0x30...0x39).contains($0) })
            let at = random.below(10)
            let before = digits
            digits[at] = 0x30 + (digits[at] - 0x30 + UInt8(1 + random.below(9))) % 10
            #expect(StructuredCommunication(String(decoding: digits, as: UTF8.self)) == nil)
            digits = before
            digits.swapAt(at, at + 1)
            guard digits != before, at < 9 else { continue }
            #expect(StructuredCommunication(String(decoding: digits, as: UTF8.self)) == nil)
        }
    }
}
