import Testing

@testable import ANPRCore
@testable import BNG
@testable import CBE
@testable import PSC
@testable import PacOs
@testable import PluginKit
@testable import SaRA

/// What people read of a verb, and what they are told when a word is wrong.
@Suite struct VerbHelpTests {
    static let modules = [CBEPlugin.module, PSCPlugin.module, PacOs.module, BNG.module, SaRA.module]

    @Test func eachVerbHasAnExampleAndEachFieldSaysWhatItIs() {
        for module in Self.modules {
            for verb in module.verbs {
                #expect(!verb.examples.isEmpty, "\(module.name) \(verb.name)")
                #expect(verb.examples.allSatisfy { $0.contains("anprd \(module.name) \(verb.name)") }, "\(verb.name)")
                #expect(verb.fields.allSatisfy { !$0.help.isEmpty }, "\(module.name) \(verb.name)")
            }
        }
    }

    private func message(_ field: Field, _ text: String) -> String? {
        guard case .failure(let problem) = field.value(text) else { return nil }
        return problem.message
    }

    @Test func whatIsTooLongSaysHowLongItIs() {
        #expect(
            message(Field("country", .text(2), ""), "Belgium")
                == "must be a text of at most 2 characters, and has 7 characters")
        #expect(
            message(Field("numbers", .list(1), ""), "a,b") == "must be a list of at most 1 texts, and has 2 of them")
        #expect(message(Field("seed", .whole(1...9), ""), "10") == "must be a whole number from 1 to 9, not '10'")
    }

    /// Before a line is typed; the line itself is not there yet.
    @Test(arguments: [
        ("lok", "DV-1", "'for' must be one of"), ("pack", "", "wants a delivery such as DV-12"),
        ("arrive", "GNT-P1", "must be a delivery such as DV-12, not 'GNT-P1'"),
        ("shelf", "DV-1", "a count such as IV-12"),
    ])
    func whatStandsBesideTheLineIsChecked(purpose: String, at: String, message: String) throws {
        let scan = try #require(PacOs.verbs.first { $0.name == "scan" })
        let refusal = #expect(throws: Refusal.self) {
            try scan.checkBesideLine(["for": purpose, "at": at], reason: "")
        }
        #expect(refusal?.code == "bad_fields" && refusal?.message.contains(message) == true)
        for (purpose, at) in [("look", ""), ("place", "GNT-P1"), ("pack", "DV-1"), ("shelf", "IV-1")] {
            try scan.checkBesideLine(["for": purpose, "at": at], reason: "")
        }
    }

    @Test func simulatedOfficesNameTheirOptions() throws {
        for peer in Self.modules.flatMap(\.peers) {
            #expect(throws: InputProblems.self, "\(peer.name)") { try peer.make(["bogus": "1"]) }
            for option in peer.options where option.value == "N" { _ = try peer.make([option.name: "1"]) }
        }
        #expect(throws: InputProblems.self) { try HoldersPeer(["invent": "maybe"]) }
        _ = try HoldersPeer(["invent": "no"])
    }
}
