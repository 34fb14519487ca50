import Testing

@testable import ANPRCore
@testable import BNG

/// Search by person against a naive twin that looks at everybody.
@Suite struct SearchTests {
    @Test(arguments: UInt64(1)...3)
    func asTheNaiveTwin(seed: UInt64) throws {
        var sample = SampleRecords(seed: seed)
        var register = Register()
        var persons: [SampleRecords.Person] = []
        for number in 1...UInt32(400) {
            let person = sample.person()
            persons.append(person)
            try register.apply(
                .recorded(
                    number: number, .person, key: person.identity,
                    NewVersion(
                        atNs: 0, happenedNs: Nanoseconds(person.bornDay) * .day, by: "x", origin: "",
                        classification: "internal",
                        texts: [person.family, person.given, person.birthplace, person.address], dueDay: .max)))
        }
        let again = try #require(register.bytes.withUnsafeBytes { Register($0) })
        var found = 0
        var sounds: [String: UInt64] = [:]
        for wanted in persons.prefix(40) {
            for (given, year) in [(nil, nil), (wanted.given, nil), (nil, 1960)] as [(String?, Int?)] {
                let search = PersonSearch(family: wanted.family, given: given, bornYear: year)
                let twin = persons.indices.filter {
                    Self.isMeant(persons[$0], wanted.family, given, year, &sounds)
                }.map { UInt32($0 + 1) }
                let records = try search.run(register).map(\.record)
                #expect(Set(records) == Set(twin) && records.count == twin.count, "\(wanted.family)")
                #expect(try search.run(again).map(\.record) == records)
                found += records.count
            }
        }
        #expect(found > 60)
    }

    private static func isMeant(
        _ person: SampleRecords.Person, _ family: String, _ given: String?, _ year: Int?,
        _ sounds: inout [String: UInt64]
    ) -> Bool {
        func sound(_ name: some StringProtocol) -> UInt64 {
            let name = String(name)
            if let known = sounds[name] { return known }
            sounds[name] = NameSound.code(name)
            return NameSound.code(name)
        }
        let parts = person.family.split(separator: "-")
        guard sound(person.family) == sound(family) || parts.contains(where: { sound($0) == sound(family) }) else {
            return false
        }
        if let year, Instant.date(days: person.bornDay).year != year { return false }
        guard let given else { return true }
        return person.given == given
            || person.given.split(whereSeparator: { " -".contains($0) }).contains { sound($0) == sound(given) }
    }

    @Test func bestFirst() throws {
        let database = try Database()
        for family in ["Jansen", "Janssens", "JANSSENS", "Maes-Janssens", "Janssen", "Mertens"] {
            try database.tell("person add", ["family": family, "given": "Jan Karel", "born": "1970-01-02"])
        }
        func find(_ fields: [String: String], limit: Int = 1000, from: String = "") throws -> [String] {
            try database.ask("person find", fields, limit: limit, from: from).split(separator: "\n").map { line in
                let value = try? JSON5Value(text: String(line))
                return (value?["record"]?.string ?? String(line)) + " " + (value?["found"]?.string ?? "")
            }
        }
        let all = ["BNG-2 exact", "BNG-3 spelled", "BNG-4 part", "BNG-1 sounds", "BNG-5 sounds"]
        #expect(try find(["family": "Janssens"]) == all)
        #expect(try find(["family": "Janssens", "how": "spelled"]) == Array(all.prefix(3)))
        #expect(try find(["family": "Janssens", "given": "K", "born": "1970-01-02"]) == all)
        #expect(try find(["family": "Janssens", "given": "Yan"]) == all)
        #expect(try find(["family": "Janssens", "given": "Piet"]).isEmpty)
        #expect(try find(["family": "Janssens", "year": "1971"]).isEmpty)
        let page = try find(["family": "Janssens"], limit: 2)
        #expect(Array(page.prefix(2)) == Array(all.prefix(2)))
        #expect(try find(["family": "Janssens"], from: "2") == Array(all.dropFirst(2)))
    }

    @Test func bornBeforeTheEpoch() throws {
        let database = try Database()
        try database.tell("person add", ["family": "Oud", "born": "1969-12-31"])
        try database.tell("person add", ["family": "Oud", "born": "1950-03-01"])
        try database.tell("person add", ["family": "Oud"])
        #expect(try database.ask("person find", ["family": "Oud", "born": "1950-03-01"]).contains("BNG-2"))
        #expect(try database.ask("person find", ["family": "Oud", "year": "1969"]).contains("BNG-1"))
        #expect(try database.ask("person find", ["family": "Oud"]).split(separator: "\n").count == 3)
    }
}
