import Foundation
import Testing

@testable import ANPRCore

/// The journal's bytes, kept: a log of this version is read by every later one. `ANPRD_WRITE_GOLDEN=1` writes them
/// again, after a change of the format that is meant.
@Suite struct GoldenJournalTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("seeds/journal")
    private static let path = "data/shard-0/0000000000000000-00.seg"

    private func log() throws -> (bench: LogBench, bytes: [UInt8]) {
        let bench = LogBench(seed: 20_261_123, options: LogBench.tiny)
        try bench.start()
        for i in 0..<4 {
            bench.turn(reads: 3, isIdle: true)
            if i % 2 == 1 { bench.commit() }
        }
        bench.appender.log.advanced(toNs: bench.nowNs)
        bench.appender.log.stop()
        bench.commit()
        let all = try #require(bench.disk.bytes(Self.path))
        // The header's page has only its beginning; the log ends where it is durable.
        let end = JournalLayout.segmentHeaderBytes + Int(bench.buffer.durable)
        return (bench, Array(all[..<88]) + Array(all[JournalLayout.segmentHeaderBytes..<end]))
    }

    private static func lines(_ bytes: [UInt8]) -> String {
        stride(from: 0, to: bytes.count, by: 16).map { at in
            bytes[at..<min(at + 16, bytes.count)].map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }.joined(separator: " ")
        }.joined(separator: "\n") + "\n"
    }

    @Test func theBytesAreThoseOfFormatTwo() throws {
        let file = Self.folder.appendingPathComponent("segment-2.hex")
        let text = Self.lines(try log().bytes)
        if ProcessInfo.processInfo.environment["ANPRD_WRITE_GOLDEN"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }

    /// Format 1 is written no more: its log says what this format's says, and goes on with packed reads.
    @Test func aLogOfFormatOneIsReadAndGoesOn() throws {
        let (bench, _) = try log()
        let text = try String(contentsOf: Self.folder.appendingPathComponent("segment-1.hex"), encoding: .utf8)
        let bytes = text.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
        let old = LogBench(seed: 20_261_123, options: LogBench.tiny)
        old.disk.makeFolder("data/shard-0")
        let file = try old.disk.create(Self.path, bytes: JournalLayout.segmentHeaderBytes + (32 << 10))
        let pages = UnsafeMutableRawBufferPointer.allocate(
            byteCount: 9 * JournalLayout.pageBytes, alignment: JournalLayout.pageBytes)
        defer { pages.deallocate() }
        pages.initializeMemory(as: UInt8.self, repeating: 0)
        for i in bytes.indices { pages[i < 88 ? i : i - 88 + JournalLayout.pageBytes] = bytes[i] }
        try old.disk.write(file, at: 0, UnsafeRawBufferPointer(pages), UnsafeRawBufferPointer(start: nil, count: 0))
        try old.disk.sync(file)
        old.disk.close(file)
        let (found, end) = try old.start()
        #expect(end.isStopped && end.torn == nil)
        #expect(found.filter { if case .advanced = $0 { false } else { true } } == bench.items)
        old.turn(reads: 20, isIdle: true)
        old.commit()
        let more = try old.start().items
        #expect(Array(more.dropFirst(found.count)) == old.items)
    }

    /// And they say what they said.
    @Test func theBytesAreReadAgain() throws {
        let (bench, _) = try log()
        let items = bench.items
        let (found, end) = try bench.start()
        #expect(end.isStopped && end.torn == nil)
        #expect(found.count == items.count + 1, "one block says that time went on")
    }
}
