import Testing

@testable import ANPRCore
@testable import PSC

@Suite struct ConditionJudgeTests {
    private static let camera = Samples.camera(3, "E40-01-1", xM: 5, yM: 5)

    private func broken(
        _ conditions: [String], persons: [String] = ["P1,One,1ABC234"], plate: String = "1ABC234",
        at instant: String = "2026-11-23T08:15:30Z", camera: Camera? = camera
    ) throws -> [String] {
        let register = try WrittenRegister.load(persons: persons, conditions: conditions)
        return ConditionJudge(localTime: .europeBrussels)
            .broken(by: Samples.read(plate, at: Samples.ns(instant)), at: camera, in: register).map(\.id)
    }

    @Test func eachKind() throws {
        #expect(try broken(["C,P1,no_driving,,,,,,,x"]) == ["C"])
        #expect(try broken(["C,P1,no_driving,,,,,,,x"], plate: "1ABC235") == [])
        #expect(try broken(["C,P1,forbidden_cameras,,,,E19-1 E40-01-1,,,x"]) == ["C"])
        #expect(try broken(["C,P1,forbidden_cameras,,,,E19-1 E40-01,,,x"]) == [])
        #expect(try broken(["C,P1,forbidden_area,,,,,0 0; 9 0; 9 9; 0 9,,x"]) == ["C"])
        #expect(try broken(["C,P1,forbidden_area,,,,,0 0; 4 0; 4 4; 0 4,,x"]) == [])
    }

    @Test func withoutACameraNoPlaceIsForbidden() throws {
        let conditions = [
            "A,P1,forbidden_cameras,,,,E40-01-1,,,x", "B,P1,forbidden_area,,,,,0 0; 9 0; 9 9; 0 9,,x",
            "C,P1,no_driving,,,,,,,x",
        ]
        #expect(try broken(conditions, camera: nil) == ["C"])
    }

    /// 22:00 in Brussels is 21:00 UTC in winter and 20:00 UTC in summer.
    @Test(arguments: [
        ("2026-11-23T20:59:59Z", false), ("2026-11-23T21:00:00Z", true), ("2026-11-24T04:59:59Z", true),
        ("2026-11-24T05:00:00Z", false), ("2026-07-01T19:59:59Z", false), ("2026-07-01T20:00:00Z", true),
    ])
    func hoursAreLocal(instant: String, isBroken: Bool) throws {
        #expect(try broken(["C,P1,curfew,,,22:00-06:00,,,,x"], at: instant) == (isBroken ? ["C"] : []))
        // Hours narrow any other kind in the same way.
        #expect(try broken(["C,P1,no_driving,,,22:00-06:00,,,,x"], at: instant) == (isBroken ? ["C"] : []))
    }

    @Test func validityIsJudgedAtTheCaptureTime() throws {
        let condition = ["C,P1,no_driving,2026-11-23T08:15:30Z,2026-11-23T08:15:31Z,,,,,x"]
        #expect(try broken(condition, at: "2026-11-23T08:15:29.999Z") == [])
        #expect(try broken(condition, at: "2026-11-23T08:15:30Z") == ["C"])
        #expect(try broken(condition, at: "2026-11-23T08:15:30.999999999Z") == ["C"])
        #expect(try broken(condition, at: "2026-11-23T08:15:31Z") == [])
    }

    @Test func severalAreInOrderOfPriority() throws {
        let conditions = ["B,P1,no_driving,,,,,,40,x", "A,P1,no_driving,,,,,,40,x", "Z,P1,no_driving,,,,,,0,x"]
        #expect(try broken(conditions) == ["Z", "A", "B"])
        let twoOwners = ["P1,One,1ABC234 1-ABC-234", "P2,Two,1ABC234"]
        #expect(try broken(["A,P1,no_driving,,,,,,,x", "B,P2,no_driving,,,,,,,x"], persons: twoOwners) == ["A", "B"])
    }

    /// No breach outside the validity of the condition or of the plate, and none inside is missed: against a judge
    /// that walks all persons and all conditions.
    @Test(arguments: UInt64(1)...6)
    func agreesWithAWalkOverEverything(seed: UInt64) throws {
        var random = Random(seed: seed)
        let first = Instant.days(year: 2026, month: 1, day: 1)
        func date(_ day: Int) -> String { Instant.date(Nanoseconds(day) * .day) }
        func span() -> (from: Int, to: Int) {
            let from = first + random.below(300)
            return (from, from + 1 + random.below(120))
        }
        let plates = (0..<12).map { "1ABC\(100 + $0)" }
        var owned: [(person: String, plate: String, from: Int, to: Int)] = []
        var persons: [String] = []
        for p in 0..<8 {
            var words: [String] = []
            for _ in 0...random.below(3) {
                let (from, to) = span()
                let plate = plates[random.below(plates.count)]
                owned.append(("P\(p)", plate, from, to))
                words.append("\(plate)@\(date(from))/\(date(to))")
            }
            persons.append("P\(p),N\(p),\(words.joined(separator: " "))")
        }
        var rules: [(id: String, person: String, from: Int, to: Int)] = []
        var conditions: [String] = []
        for c in 0..<20 {
            let (from, to) = span()
            let person = "P\(random.below(8))"
            rules.append(("C\(c)", person, from, to))
            conditions.append("C\(c),\(person),no_driving,\(date(from)),\(date(to)),,,,,x")
        }
        let utc = LocalTime.fixed(offsetNs: 0)
        let register = try WrittenRegister.load(persons: persons, conditions: conditions, localTime: utc)
        let judge = ConditionJudge(localTime: utc)
        let watched = register.watchedPlates
        var count = 0
        for _ in 0..<4000 {
            let plate = plates[random.below(plates.count)]
            // Half of the reads fall on an edge of a day.
            let edgeNs = Nanoseconds(first + random.below(440)) * .day
            let offNs = random.chance(0.5) ? random.below(3) - 1 : random.below(Int(Nanoseconds.day))
            let capturedNs = edgeNs + Nanoseconds(offNs)
            func holds(_ from: Int, _ to: Int) -> Bool {
                capturedNs >= Nanoseconds(from) * .day && capturedNs < Nanoseconds(to) * .day
            }
            let expected = Set(
                rules.filter { rule in
                    holds(rule.from, rule.to)
                        && owned.contains { $0.person == rule.person && $0.plate == plate && holds($0.from, $0.to) }
                }.map(\.id))
            let read = Samples.read(plate, at: capturedNs)
            let found = judge.broken(by: read, at: nil, in: register).map(\.id)
            #expect(Set(found) == expected)
            #expect(found.count == expected.count)
            let asked = watched.filter { $0.plate == read.plate && $0.fromNs <= capturedNs && capturedNs < $0.toNs }
            #expect(asked.count == (expected.isEmpty ? 0 : 1))
            count += found.count
        }
        #expect(count > 100)
    }
}
