import Testing

@testable import ANPRCore

/// What is written is read again; what was not written is refused.
@Suite struct StateReaderTests {
    private func read<R>(_ bytes: [UInt8], _ body: (inout StateReader) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes {
            var reader = StateReader($0)
            return try body(&reader)
        }
    }

    @Test func takesWhatWasPut() throws {
        var writer = StateWriter(capacity: 0)
        writer.mark("first")
        writer.put(7 as UInt8)
        writer.put(-3 as Int64)
        let many = (0..<1000).map { UInt16($0) }
        many.withUnsafeBufferPointer { writer.put($0.baseAddress!, count: $0.count) }
        writer.put(9 as UInt32)
        let bytes = writer.array()
        #expect(bytes.count == 8 + 1 + 8 + 2000 + 4)
        try read(bytes) { reader in
            try reader.expect("first")
            #expect(try reader.take(UInt8.self) == 7)
            #expect(try reader.take(in: -3...(-3) as ClosedRange<Int64>, "it") == -3)
            var back = [UInt16](repeating: 0, count: 1000)
            try back.withUnsafeMutableBufferPointer { try reader.take(into: $0.baseAddress!, count: 1000) }
            #expect(back == many)
            #expect(try reader.take(UInt32.self) == 9)
            #expect(reader.remaining == 0)
        }
    }

    @Test func neverReadsPastTheEnd() {
        read([1, 2, 3]) { reader in
            #expect(throws: StateProblem("the state ends too early")) { try reader.take(UInt32.self) }
            var place: UInt8 = 0
            for count in [-1, 4, .max, .min] {
                #expect(throws: StateProblem("the state ends too early")) {
                    try reader.take(into: &place, count: count)
                }
            }
            #expect(reader.remaining == 3)
        }
        read([]) { reader in
            #expect(throws: StateProblem.self) { try reader.expect("tag") }
            #expect(throws: StateProblem.self) { try reader.takeCounts(CorrelatorCounters.self) }
        }
    }

    @Test func namesWhatDoesNotFit() {
        var writer = StateWriter()
        writer.mark("here")
        writer.put(5 as UInt32)
        writer.put(-1)
        read(writer.array()) { reader in
            #expect(throws: StateProblem("'there' does not begin here")) { try reader.expect("there") }
            #expect(throws: StateProblem("a size is 5, not 6 to 7")) {
                try reader.take(in: 6...7 as ClosedRange<UInt32>, "a size")
            }
            #expect(throws: StateProblem("a count is -1")) { try reader.takeCounts(Int.self) }
        }
    }
}
