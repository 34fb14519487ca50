import Testing

@testable import ANPRCore
@testable import PacOs

@Suite struct CustodyTests {
    @Test func aDeliveryIsAcceptedOnlyPieceByPiece() throws {
        var custody = Custody()
        let codes = try custody.seize(3)
        try custody.run(.openDelivery(from: "A", to: "B"))
        try custody.run(.scan(.pack, at: "DV-1", code: codes[0]))
        #expect(refusal { try custody.run(.acceptDelivery(1)) } == "not_in_state")
        #expect(refusal { try custody.run(.scan(.arrive, at: "DV-1", code: codes[0])) } == "not_in_state")
        #expect(refusal { try custody.run(.scan(.pack, at: "DV-1", code: codes[0])) } == "already")
        try custody.run(.scan(.pack, at: "DV-1", code: codes[1]))
        try custody.run(.sendDelivery(1))
        #expect(custody.state(codes[0]) == .underway && custody.state(codes[2]) == .held)
        #expect(refusal { try custody.run(.acceptDelivery(1)) } == "not_scanned")
        #expect(refusal { try custody.run(.scan(.arrive, at: "DV-1", code: codes[2])) } == "unexpected")
        let answer = try custody.run(.scan(.arrive, at: "DV-1", code: codes[1]), by: "bert")
        #expect(answer.contains("\"scanned\":1,\"left\":1"))
        #expect(refusal { try custody.run(.acceptDelivery(1)) } == "not_scanned")
        try custody.run(.scan(.arrive, at: "DV-1", code: codes[0]), by: "bert")
        try custody.run(.acceptDelivery(1))
        #expect(custody.state(codes[0]) == .held && custody.register.text(custody.register.exhibits[0].place) == "B")
        #expect(refusal { try custody.run(.refuseDelivery(1, note: "late")) } == "not_in_state")
        #expect(custody.breaks.isEmpty)
    }

    @Test func aRefusedDeliveryComesBackPieceByPiece() throws {
        var custody = Custody()
        let codes = try custody.seize(2)
        let delivery = try custody.send(codes)
        try custody.run(.scan(.arrive, at: "DV-\(delivery)", code: codes[0]))
        try custody.run(.refuseDelivery(delivery, note: "a seal is broken"))
        #expect(codes.map { custody.state($0) } == [.returning, .returning])
        #expect(refusal { try custody.run(.end(codes[0], .destroyed, reference: "R")) } == "not_in_state")
        try custody.run(.scan(.place, at: "A", code: codes[0]))
        #expect(codes.map { custody.state($0) } == [.held, .returning])
    }

    @Test func scansAreTakenBack() throws {
        var custody = Custody()
        let codes = try custody.seize(2)
        try custody.run(.openDelivery(from: "A", to: "B"))
        for code in codes { try custody.run(.scan(.pack, at: "DV-1", code: code)) }
        #expect(refusal { try custody.run(.undoScan(.pack, at: "DV-1"), by: "bert") } == "nothing")
        try custody.run(.undoScan(.pack, at: "DV-1"))
        #expect(codes.map { custody.state($0) } == [.packed, .held])
        try custody.run(.undoScan(.pack, at: "DV-1"))
        #expect(custody.register.deliveries[0].pieces.isEmpty)
        #expect(refusal { try custody.run(.undoScan(.pack, at: "DV-1")) } == "nothing")
        #expect(refusal { try custody.run(.sendDelivery(1)) } == "empty")
        // Nothing is overwritten: what was taken back stands in the chain.
        #expect(custody.register.chain(0).compactMap(\.act) == [.registered, .packed, .unpacked])
        try custody.run(.scan(.place, at: "B", code: codes[0]))
        try custody.run(.note(codes[0], note: "seen"))
        #expect(refusal { try custody.run(.undoScan(.place, at: "B")) } == "not_in_state")
        try custody.run(.scan(.place, at: "C", code: codes[0]))
        #expect(try custody.run(.undoScan(.place, at: "C")).contains("\"place\":\"B\""))
        #expect(custody.breaks.isEmpty)
    }

    @Test func aCountFindsWhatIsMissingAndWhatIsUnexpected() throws {
        var custody = Custody()
        let codes = try custody.seize(3)
        let others = try custody.seize(1, place: "B")
        try custody.run(.startInventory(place: "A"))
        #expect(refusal { try custody.run(.startInventory(place: "A")) } == "exists")
        try custody.run(.scan(.shelf, at: "IV-1", code: codes[0]))
        #expect(try custody.run(.scan(.shelf, at: "IV-1", code: others[0])).contains("\"did\":\"unexpected\""))
        #expect(refusal { try custody.run(.scan(.shelf, at: "IV-1", code: codes[0])) } == "already")
        try custody.run(.scan(.shelf, at: "IV-1", code: codes[1]))
        try custody.run(.undoScan(.shelf, at: "IV-1"))
        // Came while the place was counted: not missed.
        let late = try custody.seize(1)
        let answer = try custody.run(.closeInventory(1))
        #expect(answer.contains("\"scanned\":2,\"missing\":2,\"unexpected\":1"))
        #expect(codes.map { custody.state($0) } == [.held, .missing, .missing])
        #expect(custody.state(late[0]) == .held && custody.state(others[0]) == .held)
        #expect(refusal { try custody.run(.scan(.shelf, at: "IV-1", code: codes[1])) } == "not_in_state")
        try custody.run(.scan(.place, at: "B", code: codes[1]))
        #expect(custody.state(codes[1]) == .held)
    }

    @Test func endsNeedTheirDecision() throws {
        var custody = Custody()
        let codes = try custody.seize(2)
        try custody.run(.end(codes[0], .confiscated, reference: "judgment 12"))
        #expect(refusal { try custody.run(.scan(.place, at: "B", code: codes[0])) } == "not_in_state")
        #expect(refusal { try custody.run(.end(codes[0], .givenBack, reference: "x")) } == "not_in_state")
        try custody.run(.end(codes[0], .destroyed, reference: "order 7"))
        #expect(custody.state(codes[0]) == .destroyed)
        #expect(custody.register.text(custody.register.chain(0)[2].note) == "order 7")
    }

    @Test func aSeizureIsToldWhenItIsComplete() throws {
        var custody = Custody()
        try custody.run(.openSeizure(pv: "PV-9", atNs: custody.nowNs, place: "Aalter", service: .police, draft: nil))
        #expect(refusal { try custody.run(.closeSeizure("SZ-1")) } == "empty")
        try custody.run(
            .addExhibit(seizure: "SZ-1", kind: .drugs, description: "bag", place: "A", seal: "", number: nil))
        let code = custody.register.exhibits[0].number
        try custody.run(.openDelivery(from: "A", to: "B"))
        #expect(refusal { try custody.run(.scan(.pack, at: "DV-1", code: code.characters)) } == "not_in_state")
        #expect(custody.tidings.isEmpty)
        try custody.run(.closeSeizure("SZ-1"))
        let body = """
            {"seizure":"SZ-1","pv":"PV-9","service":"police","at":"2026-11-23T08:15:30Z","exhibits":["\(code)"]}
            """
        #expect(custody.tidings == [.init(kind: "pacos.seizure/1", id: "SZ-1", body: Array(body.utf8))])
    }

    @Test func aBreakIsShownExactly() throws {
        var custody = Custody()
        let codes = try custody.seize(4)
        for code in codes { for i in 0..<3 { try custody.run(.note(code, note: "note \(i)")) } }
        #expect(custody.breaks.isEmpty)
        let whole = custody.bytes
        // The text of one note, changed in a snapshot: only the entries that hold it are named.
        let at = try #require(Self.find(Array("note 1".utf8), in: whole))
        var changed = whole
        changed[at + 5] = UInt8(ascii: "9")
        var other = custody
        other.register = try #require(changed.withUnsafeBytes { CustodyRegister($0) })
        #expect(other.breaks.map(\.entry) == [3, 3, 3, 3])
        #expect(other.breaks.map(\.number) == custody.register.exhibits.map(\.number))
        // The hash of one entry: that entry no longer fits, and the next does not go on from it.
        var hash: [UInt8] = []
        custody.register.chain(2)[1].digest.append(to: &hash)
        let words = stride(from: 0, to: 32, by: 8).flatMap { hash[$0..<$0 + 8].reversed() }
        let place = try #require(Self.find(words, in: whole))
        changed = whole
        changed[place] ^= 1
        other.register = try #require(changed.withUnsafeBytes { CustodyRegister($0) })
        #expect(other.breaks.map(\.entry) == [2, 3])
        #expect(Set(other.breaks.map(\.number)) == [custody.register.exhibits[2].number])
    }

    @Test func anotherProgramCanCheckAChain() throws {
        // The bytes of docs/plugins/PacOs.md, hashed by Python's hashlib.
        let number = try #require(ExhibitNumber(Array("PO00000000013".utf8)))
        let link = CustodyLink(
            previous: .none, sequence: 1, atNs: 1_000, number: number, act: .registered, by: "anna", subject: "A",
            note: "S1")
        #expect(link.digest.description == Self.golden)
    }

    private static let golden = "f7a5555f87a960f35a48a11ec60befa72644568b97015c107b63c7785781ee81"

    @Test func headsThatWereWrittenDownAreHeldAgainstTheChains() throws {
        var custody = Custody()
        let codes = try custody.seize(2)
        let digest = custody.register.lastDigest(0).description
        let number = String(decoding: codes[0], as: UTF8.self)
        try custody.run(.note(codes[0], note: "later"))
        func check(_ line: String) throws -> [String] {
            var check = CustodyCheck()
            check.check(try #require(CustodyAnchor(line)), in: custody.register)
            return check.breaks.map(\.what)
        }
        #expect(try check("\(number),1,\(digest.prefix(16))").isEmpty)
        #expect(try check("\(number),2,\(digest)").count == 1)
        #expect(try check("\(number),9,\(digest)") == ["the entry was there once and is not any more"])
        #expect(CustodyAnchor("\(number),1,abc") == nil)
    }

    @Test func aPaperChainIsCheckedWithoutALedger() throws {
        var custody = Custody()
        let codes = try custody.seize(1)
        for i in 0..<3 { try custody.run(.note(codes[0], note: "note \(i) \"quoted\"")) }
        let call = PluginCall(
            verb: "exhibit custody", id: "1", by: "anna",
            fields: ["number": .text(String(decoding: codes[0], as: UTF8.self))])
        var lines = JSONLine()
        let answers = CustodyAnswers(register: custody.register, rules: Custody.rules)
        _ = try answers.answer(try PacOsQuery(call), call, into: &lines)
        func breaks(_ text: [Substring]) throws -> [Int] {
            var paper = CustodyPaper()
            for line in text { try paper.check(JSON5Value(text: String(line))) }
            return paper.breaks.map(\.entry)
        }
        let paper = lines.string.split(separator: "\n")
        #expect(paper.count == 4)
        #expect(try breaks(paper).isEmpty)
        #expect(try breaks([paper[0], paper[2], paper[3]]) == [3])
        let forged = Substring(paper[1].replacing("note 0", with: "note 7"))
        #expect(try breaks([paper[0], forged, paper[2], paper[3]]) == [2])
    }

    private static func find(_ wanted: [UInt8], in bytes: [UInt8]) -> Int? {
        (0...bytes.count - wanted.count).first { at in (0..<wanted.count).allSatisfy { bytes[at + $0] == wanted[$0] } }
    }
}
