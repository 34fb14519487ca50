import Testing

@testable import ANPRCore
@testable import PSC

/// A register written for a test.
enum WrittenRegister {
    static let personHeader = ConditionFiles.personColumns.joined(separator: ",")
    static let conditionHeader = ConditionFiles.conditionColumns.joined(separator: ",")

    static func files(
        in folder: TemporaryFolder, persons: [String], conditions: [String], localTime: LocalTime = .europeBrussels
    ) throws -> ConditionFiles {
        func text(_ header: String, _ rows: [String]) -> String { ([header] + rows).joined(separator: "\n") + "\n" }
        return ConditionFiles(
            personsPath: try folder.write("persons.csv", text(personHeader, persons)),
            conditionsPath: try folder.write("conditions.csv", text(conditionHeader, conditions)), localTime: localTime)
    }

    static func load(persons: [String], conditions: [String], localTime: LocalTime = .europeBrussels) throws
        -> ConditionRegister
    {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            var register = ConditionRegister()
            register.replaceFiles(
                try files(in: folder, persons: persons, conditions: conditions, localTime: localTime).load())
            return register
        }
    }
}

@Suite struct ConditionFilesTests {
    @Test func theSeedsLoad() throws {
        let files = ConditionFiles(
            personsPath: Repository.seed("psc/persons.csv"), conditionsPath: Repository.seed("psc/conditions.csv"),
            localTime: .europeBrussels)
        let content = try files.load()
        #expect(content.persons.count == 40)
        #expect(content.conditions.count == 60)
        #expect(Set(content.conditions.map(\.rule.name)) == Set(ConditionRule.names.prefix(4)))
        var register = ConditionRegister()
        register.replaceFiles(content)
        #expect(!register.watchedPlates.isEmpty)
    }

    @Test func everyBadLineIsNamed() throws {
        let problems = try #require(throws: InputProblems.self) {
            try WrittenRegister.load(
                persons: [
                    "P1,One,1-ABC-234", "P2,Two,", "P1,Again,1ABC235", "P3,Three,1ABC2345678901", ",No,1ABC236",
                    "P4,Four,1ABC234@2026-02-01/2026-01-01", "P5,Five,1ABC234@2026-02-01", "P6,Six",
                ],
                conditions: [
                    "C1,P1,no_driving,,,,,,,x", "C2,P1,no_flying,,,,,,,x", "C3,P1,curfew,,,,,,,x",
                    "C4,P1,curfew,,,8-9,,,,x", "C5,P1,forbidden_cameras,,,,,,,x", "C6,P1,forbidden_area,,,,,1 1,,x",
                    "C7,P1,no_driving,,,,E40-01-1,,,x", "C8,P1,no_driving,,,,,,101,x", "C9,P1,no_driving,,,,,,,",
                    "C10,P1,no_driving,2026-02-01,2026-02-01,,,,,x", "C1,P1,no_driving,,,,,,,x",
                    "C11,P1,no_driving,9999-12-31,,,,,,x", "C\\12,P1,no_driving,,,,,,,x",
                ])
        }
        let persons = problems.problems.filter { $0.file.hasSuffix("persons.csv") }
        let conditions = problems.problems.filter { $0.file.hasSuffix("conditions.csv") }
        #expect(persons.map(\.line) == [3, 4, 5, 6, 7, 8, 9])
        #expect(conditions.map(\.line) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
    }

    @Test func theNewKindsHaveColumnsOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        func load(_ rows: [String]) throws -> ConditionFiles.Content {
            let header = WrittenRegister.conditionHeader + ",with,every_days"
            return try ConditionFiles(
                personsPath: try folder.write(
                    "persons.csv", WrittenRegister.personHeader + "\nP1,One,1ABC234\nP2,Two,2BCD345\n"),
                conditionsPath: try folder.write("conditions.csv", ([header] + rows).joined(separator: "\n") + "\n"),
                localTime: .europeBrussels
            ).load()
        }
        let content = try load(["C1,P1,no_contact,,,,,,,x,P2,", "C2,P2,duty_to_report,,,,,,,x,,7"])
        #expect(content.conditions.map(\.rule) == [.noContact(with: "P2"), .dutyToReport(everyDays: 7)])
        let problems = try #require(throws: InputProblems.self) {
            try load([
                "C1,P1,no_contact,,,,,,,x,,", "C2,P1,no_contact,,,,,,,x,P1,", "C3,P1,no_contact,,,,,,,x,P9,",
                "C4,P1,duty_to_report,,,,,,,x,,", "C5,P1,duty_to_report,,,,,,,x,,367",
                "C6,P1,duty_to_report,,,08:00-09:00,,,,x,,7", "C7,P1,no_driving,,,,,,,x,P2,",
            ])
        }
        #expect(problems.problems.map(\.line) == [2, 3, 4, 5, 6, 7, 8])
    }

    /// What is written can be read again, and is the same.
    @Test func columnsAreTextsOfTheCondition() throws {
        let register = try WrittenRegister.load(
            persons: ["P1,One,1ABC234"],
            conditions: [
                "C1,P1,forbidden_area,2026-11-01,,22:00-06:00 08:30-09:00,,-1.5 0; 9 0.25; 9 9,7,x",
                "C2,P1,forbidden_cameras,,,,B A,,,x",
            ])
        let text = ConditionText(localTime: .europeBrussels)
        for condition in register.conditions.values {
            let columns = Dictionary(uniqueKeysWithValues: condition.columns.map { ("\($0.name)", $0.text) })
            let again = try text.condition { columns[$0] ?? "" }
            #expect(again == condition)
            var bytes: [UInt8] = []
            condition.write(into: &bytes)
            let read = bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return Condition(&reader)
            }
            #expect(read == condition)
        }
    }

    @Test func aConditionNeedsItsPerson() throws {
        let problems = try #require(throws: InputProblems.self) {
            try WrittenRegister.load(persons: ["P1,One,1ABC234"], conditions: ["C1,P2,no_driving,,,,,,,x"])
        }
        #expect(problems.description.contains("conditions.csv:2: person 'P2' is not in"))
    }

    @Test func aDateBeginsAtLocalMidnightAndAnInstantSaysItself() throws {
        let register = try WrittenRegister.load(
            persons: ["P1,One,1ABC234"],
            conditions: [
                "C1,P1,no_driving,2026-07-01,2026-12-01,,,,,x", "C2,P1,no_driving,2026-07-01T00:00:00Z,,,,,,x",
                "C3,P1,no_driving,2026-07-01,9999-12-31,,,,,x",
            ])
        #expect(register.conditions["C3"]?.toNs == .max)
        #expect(register.conditions["C1"]?.fromNs == Samples.ns("2026-06-30T22:00:00Z"))
        #expect(register.conditions["C1"]?.toNs == Samples.ns("2026-11-30T23:00:00Z"))
        #expect(register.conditions["C2"]?.fromNs == Samples.ns("2026-07-01T00:00:00Z"))
    }

    /// Overlapping and touching times of one plate are one, so that no read is handed over twice.
    @Test func watchedPlatesDoNotOverlap() throws {
        let register = try WrittenRegister.load(
            persons: ["P1,One,1ABC234@2026-02-01/ 1XYZ999", "P2,Two,1-abc-234@/2026-02-01"],
            conditions: [
                "C1,P1,no_driving,2026-01-01,2026-03-01,,,,,x", "C2,P1,no_driving,2026-05-01,,,,,,x",
                "C3,P2,no_driving,2026-01-01,2026-06-01,,,,,x",
            ], localTime: .fixed(offsetNs: 0))
        func watched(_ plate: String, _ from: String, _ to: String?) -> WatchedPlate {
            WatchedPlate(
                plate: Samples.plate(plate), fromNs: Samples.ns(from), toNs: to.map(Samples.ns) ?? .max)
        }
        #expect(
            register.watchedPlates == [
                watched("1ABC234", "2026-01-01", "2026-03-01"), watched("1ABC234", "2026-05-01", nil),
                watched("1XYZ999", "2026-01-01", "2026-03-01"), watched("1XYZ999", "2026-05-01", nil),
            ])
    }
}
