import Testing

@testable import ANPRCore
@testable import BNG
@testable import PluginKit

/// Links to n steps.
@Suite struct GraphTests {
    /// A chain of reports with a hub in the middle.
    private func database() throws -> Database {
        let database = try Database()
        for i in 1...5 { try database.tell("rir add", ["number": "R\(i)"]) }
        for i in 1...4 { try database.tell("link add", ["record": "\(i)", "other": "\(i + 1)", "role": "see"]) }
        return database
    }

    @Test func stepsAreCounted() throws {
        let register = try database().register
        for steps in 1...4 {
            let walk = GraphWalk(register, from: 1, steps: steps)
            #expect(walk.nodes.map(\.record) == Array(1...UInt32(steps + 1)))
            #expect(walk.nodes.map(\.steps) == Array(0...steps) && walk.links.count == steps && !walk.isCut)
        }
        #expect(Set(GraphWalk(register, from: 3, steps: 1).nodes.map(\.record)) == [2, 3, 4])
    }

    @Test func jsonAndDOT() throws {
        let database = try database()
        try database.tell("change", ["record": "1", "title": "x", "note": "n"])
        let lines = try database.ask("graph", ["record": "2", "steps": "1"]).split(separator: "\n")
        #expect(lines.first == #"{"nodes":3,"edges":2,"cut":false}"#)
        #expect(lines[1] == #"{"node":"BNG-2","steps":0,"label":"rir BNG-2 R2"}"#)
        #expect(lines[4].hasPrefix(#"{"edge":2,"from":"BNG-2","to":"BNG-3","role":"see""#))
        let dot = try JSON5Value(text: try database.ask("graph", ["record": "2", "steps": "1", "format": "dot"]))["dot"]
        let golden = """
            digraph bng {
              node [shape=box];
              n2 [label="rir BNG-2 R2", penwidth=2];
              n3 [label="rir BNG-3 R3"];
              n1 [label="rir BNG-1 R1"];
              n2 -> n3 [label="see"];
              n1 -> n2 [label="see"];
            }

            """
        #expect(dot?.string == golden)
    }

    @Test func aHubIsNotGoneThrough() throws {
        let database = try Database()
        var hits: [Hit] = []
        for i in 0..<UInt32(GraphWalk.hubLinks + 1) { hits.append(Database.hit(i, plate: "1-ABC-\(100 + i)")) }
        try database.plugin.hand(hits: hits)
        let register = database.register
        let vehicle = try #require(register.record(.vehicle, key: "1ABC100/BE"))
        let place = try #require(register.record(.place, key: "site-E40-01-1"))
        let walk = GraphWalk(register, from: vehicle, steps: 6)
        #expect(walk.nodes.count == 3 && walk.nodes.contains { $0.record == place && $0.isHub })
        // From the place itself all is seen.
        #expect(GraphWalk(register, from: place, steps: 2).nodes.count == 1 + 2 * (GraphWalk.hubLinks + 1))
    }

    @Test func whatIsTooMuchIsCut() throws {
        var register = Register()
        try register.apply(.recorded(number: 1, .place, key: "p", Self.version))
        for i in 2...UInt32(GraphWalk.nodesMax + 10) {
            try register.apply(.recorded(number: i, .fact, key: "f\(i)", Self.version))
            try register.apply(.linked(NewLink(atNs: 0, a: i, b: 1, role: "at", by: "x", dueDayOfA: 0, dueDayOfB: 0)))
        }
        let walk = GraphWalk(register, from: 1, steps: 1)
        #expect(walk.isCut && walk.nodes.count == GraphWalk.nodesMax)
    }

    private static let version = NewVersion(
        atNs: 0, happenedNs: 0, by: "x", origin: "", classification: "internal", texts: ["", "", "", ""],
        dueDay: .max)

    @Test func graphvizDrawsIt() throws {
        let verb = try #require(BNG.verbs.first { $0.name == "graph draw" })
        guard case .alone(let draw) = verb.work else {
            Issue.record("graph draw is to be work without a ledger")
            return
        }
        let dot = Array("digraph a { n1 [label=\"Éloïse \\\"x\\\"\"]; n1 -> n2; }".utf8)
        let call = PluginCall(verb: "graph draw", id: "1", by: "x", fields: ["file": .bytes(dot)])
        var lines: [String] = []
        var output = VerbOutput(line: { lines.append($0.string) }, progress: { _, _ in })
        guard ExternalTool.find("dot") != nil else {
            #expect(throws: Refusal.self) { try draw(call, &output) }
            return
        }
        try draw(call, &output)
        #expect(lines.count == 1 && lines[0].contains("<svg") && lines[0].contains("Éloïse"))
    }
}
