import Testing

@testable import ANPRCore
@testable import PSC

@Suite struct ConditionWatchTests {
    private let folder: TemporaryFolder
    private let out: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        out = try TemporaryFolder()
        _ = try WrittenRegister.files(
            in: folder, persons: ["P1,\"One, Alva\",1ABC234 1XYZ999", "P2,Two,2BCD345"],
            conditions: [
                "C1,P1,no_driving,2026-11-01,2026-12-01,,,,12,driving ban",
                "C2,P1,forbidden_cameras,2026-11-01,,,E40-02-1,,,keeps away", "C3,P2,curfew,,,22:00-06:00,,,,home",
            ])
    }

    private func watch(_ more: [String: String] = [:], knowledge: FixedKnowledge = Samples.knowledge) throws
        -> HostedPlugin
    {
        let options = ["persons": folder.path + "/persons.csv", "conditions": folder.path + "/conditions.csv"]
        return try HostedPlugin(
            PSCPlugin.factory(options: options.merging(more) { $1 }),
            PluginContext(directory: out.path, knowledge: knowledge))
    }

    @Test func goldenAlert() throws {
        let watch = try watch()
        try watch.hand(reads: [Samples.read("1-ABC-234", sequence: 7)])
        let expected = """
            {"id":"C1:3/1/7","key":"C1:3:2026-11-23T08:15:00Z","condition":"C1","kind":"no_driving","priority":12,\
            "reason":"driving ban","person":"P1","name":"One, Alva","plate":"1ABC234","text":"1-ABC-234",\
            "country":"BE","captured_at":"2026-11-23T08:15:30Z","local_time":"09:15","camera":"E40-01-1",\
            "site":"site-E40-01-1","road":"E40","lane":1,"confidence":93,"clock_suspect":false,"read":"3/1/7"}

            """
        #expect(try out.text("alerts.jsonl") == expected)
    }

    @Test func itAsksOnlyForReadsOfItsPlates() throws {
        let watch = try watch()
        #expect(watch.interests == .watchedReads)
        #expect(Set(watch.watchedPlates.map(\.plate.description)) == ["1ABC234", "1XYZ999", "2BCD345"])
    }

    @Test func oneAlertForEachConditionCameraAndQuarterOfAnHour() throws {
        let watch = try watch()
        let quarterNs = Samples.ns("2026-11-23T08:15:00Z")
        var sequence: UInt32 = 0
        func read(_ offsetNs: Nanoseconds, camera: UInt32 = 3, plate: String = "1ABC234") -> Read {
            sequence += 1
            return Samples.read(plate, camera: camera, at: quarterNs + offsetNs, sequence: sequence)
        }
        try watch.hand(reads: [read(0), read(1), read(15 * 60 * .second - 1), read(60 * .second, plate: "1XYZ999")])
        #expect(watch.counter("alerts") == 1)
        #expect(watch.counter("repeats") == 3)
        try watch.hand(reads: [read(15 * 60 * .second), read(-1)])
        #expect(watch.counter("alerts") == 3)
        // At the forbidden camera two conditions are broken at once.
        try watch.hand(reads: [read(5, camera: 7)])
        #expect(watch.counter("alerts") == 5)
        #expect(watch.counter("breaches") == 8)
        #expect(try out.lines("alerts.jsonl").count == 5)
    }

    /// Whatever the order in which reads come, the same keys are alerted, once each.
    @Test(arguments: UInt64(1)...4)
    func keysDoNotDependOnTheOrder(seed: UInt64) throws {
        var random = Random(seed: seed)
        var reads = (0..<400 as Range<UInt32>).map { sequence in
            Samples.read(
                ["1ABC234", "1XYZ999", "2BCD345"][random.below(3)], camera: random.chance(0.5) ? 3 : 7,
                at: Samples.noonishNs + Nanoseconds(random.below(48 * 3600)) * .second, sequence: sequence)
        }
        func keys(_ reads: [Read]) throws -> [String] {
            let other = try TemporaryFolder()
            let options = ["persons": folder.path + "/persons.csv", "conditions": folder.path + "/conditions.csv"]
            let watch = try HostedPlugin(
                PSCPlugin.factory(options: options), PluginContext(directory: other.path, knowledge: Samples.knowledge))
            for read in reads { try watch.hand(reads: [read]) }
            #expect(watch.counter("alerts").map { $0 + (watch.counter("repeats") ?? 0) } == watch.counter("breaches"))
            return try other.lines("alerts.jsonl").compactMap { $0["key"] as? String }.sorted()
        }
        let expected = try keys(reads)
        #expect(expected.count > 50 && Set(expected).count == expected.count)
        for i in reads.indices { reads.swapAt(i, random.below(reads.count)) }
        #expect(try keys(reads) == expected)
    }

    @Test func reloadTakesOverBothFilesOrNeither() throws {
        let watch = try watch()
        try folder.write("persons.csv", WrittenRegister.personHeader + "\nP9,Nine,9ZZZ999\n")
        let problems = try #require(throws: InputProblems.self) { try watch.reload() }
        #expect(problems.total == 3)  // every condition has lost its person
        #expect(watch.counter("persons") == 2)
        try watch.hand(reads: [Samples.read("1ABC234")])
        #expect(watch.counter("alerts") == 1)
        try folder.write("conditions.csv", WrittenRegister.conditionHeader + "\nC9,P9,no_driving,,,,,,,x\n")
        try watch.reload()
        #expect(watch.watchedPlates == [WatchedPlate(plate: Samples.plate("9ZZZ999"))])
        try watch.hand(reads: [Samples.read("1ABC234"), Samples.read("9ZZZ999")])
        #expect(watch.counter("unwatched") == 1)
        #expect(watch.counter("alerts") == 2)
    }

    /// What was alerted is known to the next run, and is not alerted again.
    @Test func aSecondRunAlertsNobodyTwice() throws {
        let read = Samples.read("1-ABC-234")
        for run in 0..<3 as Range<UInt32> {
            let watch = try watch()
            try watch.hand(reads: [read, Samples.read("1ABC234", sequence: 20 + run)])
            #expect(watch.counter("repeats") == (run == 0 ? 1 : 2))
        }
        #expect(try out.lines("alerts.jsonl").count == 1)
        var window = RepeatWindow(lengthNs: .hour)
        for i in 0..<50 as Range<UInt32> {
            window.insert(.init(condition: "C\(i % 7)", camera: i), at: Int64(i) * .hour)
        }
        var bytes: [UInt8] = []
        window.write(into: &bytes)
        for cut in 0..<bytes.count {
            var other = RepeatWindow(lengthNs: .hour)
            #expect(
                !bytes.prefix(cut).withUnsafeBytes { raw in
                    var reader = ByteReader(raw)
                    return other.restore(&reader)
                })
        }
        var again = RepeatWindow(lengthNs: .hour)
        #expect(
            bytes.withUnsafeBytes { raw in
                var reader = ByteReader(raw)
                return again.restore(&reader) && reader.isAtEnd
            })
        for i in 0..<50 as Range<UInt32> {
            #expect(again.contains(.init(condition: "C\(i % 7)", camera: i), at: Int64(i) * .hour + 1))
        }
    }

    @Test func aCameraThatNobodyKnowsIsCountedAndNamedByItsNumber() throws {
        let watch = try watch(knowledge: FixedKnowledge())
        try watch.hand(reads: [Samples.read("1ABC234", camera: 7)])
        #expect(watch.counter("camera_unknown") == 1)
        #expect(try out.lines("alerts.jsonl").map { $0["camera"] as? String } == ["7"])
    }

    @Test func optionsAreChecked() throws {
        let problems = try #require(throws: InputProblems.self) {
            try PSCPlugin.factory(options: ["person": "x", "repeat_minutes": "0", "time_zone": "01:00"])
        }
        #expect(problems.total == 3)
        #expect(problems.description.contains("'person' is unknown; known: persons, conditions,"))
        let more = try #require(throws: InputProblems.self) {
            try PSCPlugin.factory(options: ["persons": "x", "islp_url": "ftp://x", "inbox_seconds": "0"])
        }
        #expect(more.total == 3)
        #expect(try watch(["repeat_minutes": "1", "time_zone": "Z"]).counter("conditions") == 3)
    }

    @Test func theRepeatWindowIsBounded() {
        var window = RepeatWindow(lengthNs: 15 * 60 * .second, keysMax: 2)
        func isFirst(_ condition: String, _ hour: Nanoseconds) -> Bool {
            window.insert(.init(condition: condition, camera: 1), at: hour * .hour)
        }
        #expect(isFirst("A", 1) && isFirst("B", 2) && !isFirst("A", 1))
        #expect(isFirst("C", 3))  // the third key: the oldest window is forgotten
        #expect(!isFirst("B", 2) && !isFirst("C", 3))
        #expect(isFirst("A", 1))
        #expect(window.startNs(-1) == -15 * 60 * .second)
    }
}
