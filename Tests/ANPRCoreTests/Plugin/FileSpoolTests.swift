import Glibc
import Testing

@testable import ANPRCore

@Suite struct FileSpoolTests {
    private let storage = MemoryLedgerStorage(seed: 1)

    private func effect(_ key: String, field: String = "id", to destination: String = "out") -> Effect {
        Effect(key: key, destination: destination, payload: Array("{\"\(field)\":\"\(key)\",\"n\":1}".utf8))
    }

    private var lines: [String] {
        String(decoding: storage.bytes("out.jsonl") ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test func aKeyIsWrittenOnceInThisRunAndInLaterOnes() throws {
        for _ in 0..<3 {
            let spool = FileSpool(storage)
            for key in ["a", "b", "a"] { try spool.deliver(effect(key)) }
            try spool.flush()
        }
        #expect(lines == ["{\"id\":\"a\",\"n\":1}", "{\"id\":\"b\",\"n\":1}"])
    }

    @Test func aFailedFlushLeavesNothingAndIsRepeated() throws {
        let spool = FileSpool(storage)
        try spool.deliver(effect("a"))
        try spool.flush()
        for call in ["append", "sync"] {
            try spool.deliver(effect(call))
            storage.plan(.error(ENOSPC), at: storage.calls + (call == "append" ? 0 : 1))
            #expect(throws: DeliveryProblem.self) { try spool.flush() }
            #expect(lines.last?.contains(call) == false)
            try spool.deliver(effect(call))
            try spool.flush()
        }
        storage.restartMachine()
        #expect(lines.count == 3 && Set(lines).count == 3)
    }

    @Test func whatIsNoLineOfItsKeyIsRefusedForGood() {
        let spool = FileSpool(storage)
        for bad in [
            effect("a", to: "../x"), effect("a", to: ""),
            Effect(key: "b", destination: "out", payload: effect("a").payload),
            effect("a\nb"), effect("a\\b"), effect(""), Effect(key: "a", destination: "out", payload: []),
        ] {
            let problem = #expect(throws: DeliveryProblem.self) { try spool.deliver(bad) }
            guard case .permanent = problem else {
                Issue.record("\(bad)")
                continue
            }
        }
        #expect(storage.fileNames.isEmpty)
    }

    @Test func aFileThatWasTouchedIsRefusedWithItsLine() {
        storage.put("out.jsonl", Array("{\"id\":\"a\"}\nnonsense\n{\"id\":\"b\"}\n".utf8))
        let problem = #expect(throws: DeliveryProblem.self) { try FileSpool(storage).deliver(effect("c")) }
        #expect(problem?.description.contains("out.jsonl:2") == true)
    }
}
