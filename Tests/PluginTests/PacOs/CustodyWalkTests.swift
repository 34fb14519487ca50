import Testing

@testable import ANPRCore
@testable import PacOs

/// No order of commands leads where the machines forbid.
@Suite struct CustodyWalkTests {
    @Test(arguments: UInt64(1)...8)
    func noForbiddenTransition(seed: UInt64) throws {
        var random = Random(seed: seed)
        var custody = Custody()
        var done = 0
        for _ in 0..<1500 {
            let before = custody.register
            do {
                try custody.run(Self.command(before, &random), by: ["anna", "bert"][random.below(2)])
                done += 1
            } catch is Refusal { continue }
            try Self.compare(before, custody.register)
        }
        #expect(done > 300, "\(done)")
        #expect(custody.breaks.isEmpty)
        // What was kept is what is there.
        let bytes = custody.bytes
        let again = try #require(bytes.withUnsafeBytes { CustodyRegister($0) })
        var copy: [UInt8] = []
        again.write(into: &copy)
        #expect(copy == bytes)
        for cut in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)) {
            #expect(bytes.prefix(cut).withUnsafeBytes { CustodyRegister($0) } == nil)
        }
    }

    private static func compare(_ before: CustodyRegister, _ after: CustodyRegister) throws {
        for i in before.exhibits.indices {
            let (old, new) = (before.exhibits[i], after.exhibits[i])
            // Nothing of a chain goes, and each new entry was allowed where it was made.
            let chain = after.chain(i)
            try #require(chain.count == Int(new.entryCount) && new.entryCount >= old.entryCount)
            var state = old.state
            for entry in chain.dropFirst(Int(old.entryCount)) {
                let act = try #require(entry.act)
                state = try #require(state.after(act), "\(state) \(act)")
            }
            try #require(state == new.state)
            try #require(new.delivery == 0 || [.packed, .underway, .arrived].contains(new.state))
        }
        for i in before.deliveries.indices {
            let (old, new) = (before.deliveries[i], after.deliveries[i])
            try #require(old.state == new.state || old.state.mayBecome(new.state))
            try #require(old.state == .inPreparation || old.pieces == new.pieces)
            if new.state == .received, old.state == .sent {
                try #require(new.pieces.allSatisfy { before.exhibits[Int($0)].state == .arrived })
            }
        }
    }

    private static func command(_ register: CustodyRegister, _ random: inout Random) -> PacOsCommand {
        let places = ["A", "B", "C"]
        let number =
            register.exhibits.isEmpty
            ? Array("PO0".utf8) : register.exhibits[random.below(register.exhibits.count)].number.characters
        let delivery = 1 + random.below(max(1, register.deliveries.count))
        let inventory = 1 + random.below(max(1, register.inventories.count))
        let seizure = "SZ-\(1 + random.below(max(1, register.seizures.count)))"
        let place = places[random.below(3)]
        let purpose = ScanPurpose.allCases[random.below(ScanPurpose.allCases.count)]
        let at =
            switch purpose {
            case .look: ""
            case .pack, .arrive: "DV-\(delivery)"
            case .place: place
            case .shelf: "IV-\(inventory)"
            }
        switch random.below(24) {
        case 0: return .openSeizure(pv: "PV", atNs: 0, place: "x", service: .police, draft: nil)
        case 1: return .closeSeizure(seizure)
        case 2, 3, 4:
            return .addExhibit(
                seizure: seizure, kind: .sample, description: "d", place: place, seal: "", number: nil)
        case 5: return .note(number, note: "n")
        case 6: return .reseal(number, seal: "s", note: "n")
        case 7 where random.chance(0.3):
            return .end(number, ExhibitState.ends[random.below(4)], reference: "r")
        case 8: return .openDelivery(from: place, to: places[random.below(3)])
        case 9, 10: return .sendDelivery(delivery)
        case 11: return .acceptDelivery(delivery)
        case 12: return .refuseDelivery(delivery, note: "n")
        case 13: return .startInventory(place: place)
        case 14: return .closeInventory(inventory)
        case 15: return .undoScan(purpose, at: at)
        default: return .scan(purpose, at: at, code: number)
        }
    }

    @Test func anEventThatTheMachineForbidsIsRefused() throws {
        var custody = Custody()
        let codes = try custody.seize(1)
        let number = try #require(ExhibitNumber(codes[0]))
        for state in [CustodyAct.sent, .scanned, .received, .refused, .unpacked, .unscanned, .registered] {
            let act = ChainedAct(
                number: number, act: state, atNs: 0, by: "", subject: "", note: "", digest: .none)
            var register = custody.register
            #expect(throws: RegisterProblem.self) { try register.apply(.acted(act)) }
        }
        #expect(throws: RegisterProblem.self) {
            try custody.register.apply(
                .deliveryMoved(DeliveryMoved(delivery: 1, state: .received, atNs: 0, by: "", note: "")))
        }
    }
}
