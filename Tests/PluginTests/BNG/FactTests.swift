import Testing

@testable import ANPRCore
@testable import BNG

/// What hits and other plugins tell becomes facts: linked, each once.
@Suite struct FactTests {
    private func graph(_ database: Database, _ record: String) throws -> String {
        try database.ask("graph", ["record": record, "steps": "1"])
    }

    @Test func aHitIsAFactOfItsVehicleAndItsPlace() throws {
        let database = try Database()
        try database.plugin.hand(hits: [
            Database.hit(1), Database.hit(2, isRepeat: true), Database.hit(3, plate: "1-XYZ-999", entry: 9),
            Database.hit(4, entry: 2),
        ])
        // The stream comes again after a crash, or a journal is read again.
        try database.plugin.hand(hits: [Database.hit(1)])
        let counters = ["hits", "repeated", "hits_known", "hit_facts"].map { database.plugin.counter($0) }
        #expect(counters == [5, 1, 1, 3])
        let counts = database.register.counts
        #expect(counts[.fact] == 3 && counts[.vehicle] == 2 && counts[.place] == 1 && counts.linksHeld == 6)
        let shown = try database.ask("show", ["record": "fact:hit 3/1/1"])
        #expect(shown.contains(#""kind":"hit","title":"stolen C-1: stolen car","state":"exact","source":"intercept""#))
        #expect(shown.contains(#""at":"2026-11-23T08:15:30Z""#) && shown.contains(#""origin":"hits""#))
        #expect(try database.ask("show", ["record": "fact:hit 3/1/4"]).contains(#""classification":"covert""#))
        let linked = try graph(database, "fact:hit 3/1/1")
        #expect(linked.contains("vehicle BNG-2 1ABC234/BE") && linked.contains("place BNG-3 site-E40-01-1"))
        #expect(try database.ask("vehicle find", ["plate": "1ABC234"]).contains("BNG-2"))
        try database.plugin.restart()
        try database.plugin.hand(hits: [Database.hit(3)])
        #expect(database.register.counts == counts && database.register.problems.isEmpty)
    }

    @Test func breachesFilesAndSeizures() throws {
        let database = try Database()
        try database.tell("pv add", ["number": "BR.30.L7.000001/2026"])
        let breach = """
            {"id":"B-1","person":"P001","measure":"M-1","condition":"C001","kind":"no_driving","plate":"1-ABC-234",\
            "country":"BE","camera":"E40-01-1","place":"Aalter","at":"2026-11-23T08:00:00Z","priority":5}
            """
        for _ in 0..<2 { try database.hear("psc.breach/1", id: "B-1", breach) }
        let opened = """
            {"pv":"BR.30.L7.000001/2026","plate":"1ABC234","country":"BE","section":"E40-Aalter","place":"Aalter",\
            "at":"2026-11-23T08:00:00Z","decision":"fine","amount_cents":5300}
            """
        try database.hear("cbe.file.opened/1", id: "BR.30.L7.000001/2026", opened)
        let moved = #"{"pv":"BR.30.L7.000001/2026","from":"ready","to":"sent","cause":"","at":"2026-11-24T08:00:00Z"}"#
        for _ in 0..<2 { try database.hear("cbe.file.moved/1", id: "BR.30.L7.000001/2026", moved) }
        let draft = """
            {"draft":"DR-1","hit":"3/1/1","plate":"1ABC234","camera":"E40-01-1","at":"2026-11-23T08:15:30Z"}
            """
        try database.hear("pacos.draft/1", id: "DR-1", draft)
        let seizure = """
            {"seizure":"SZ-1","draft":"DR-1","pv":"BR.30.L7.000001/2026","service":"police",\
            "at":"2026-11-23T09:00:00Z","exhibits":["PO0000000001X"]}
            """
        for _ in 0..<2 { try database.hear("pacos.seizure/1", id: "SZ-1", seizure) }
        // Of what is not there, and of what is no JSON.
        try database.hear("cbe.file.moved/1", id: "X", moved)
        try database.hear("psc.breach/1", id: "B-2", "{")
        let counters = ["events_heard", "events_known", "events_unknown", "event_facts", "fact_versions"].map {
            database.plugin.counter($0)
        }
        #expect(counters == [10, 3, 2, 4, 1])
        let counts = database.register.counts
        // Two countries: a draft does not tell one.
        #expect(counts[.fact] == 4 && counts[.vehicle] == 2 && counts[.place] == 2)
        #expect(try graph(database, "fact:breach B-1").contains("vehicle BNG-3 1ABC234/BE"))
        #expect(try database.ask("show", ["record": "fact:cbe BR.30.L7.000001/2026"]).contains(#""state":"sent""#))
        #expect(
            try database.ask("history", ["record": "fact:cbe BR.30.L7.000001/2026"]).split(separator: "\n").count == 2)
        let linked = try graph(database, "fact:seizure SZ-1")
        for part in ["pv BNG-1", "draft", "1ABC234", "site-E40-01-1"] { #expect(linked.contains(part), "\(part)") }
        #expect(database.register.problems.isEmpty)
    }

    @Test func aFactIsOnceWhateverTheOrder() throws {
        let database = try Database()
        var random = Random(seed: 7)
        var all: [(String, String, String)] = []
        for i in 0..<20 {
            all.append(
                ("psc.breach/1", "B-\(i)", #"{"plate":"1ABC\#(100 + i % 3)","country":"BE","place":"P\#(i % 2)"}"#))
            all.append(
                ("cbe.file.opened/1", "F-\(i)", #"{"plate":"1ABC\#(100 + i % 3)","country":"BE","place":"P\#(i % 2)"}"#)
            )
        }
        for _ in 0..<200 {
            let (kind, id, body) = all[random.below(all.count)]
            try database.hear(kind, id: id, body)
            if random.chance(0.1) { try database.plugin.restart() }
        }
        let counts = database.register.counts
        #expect(counts[.fact] == 40 && counts[.vehicle] == 3 && counts[.place] == 2)
        #expect(counts.linksHeld == 80 && database.register.problems.isEmpty)
    }
}
