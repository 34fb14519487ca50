import Testing

@testable import ANPRCore

@Suite struct SpeedRuleTests {
    /// The check values of the field: measured, corrected.
    @Test(arguments: [
        (128, 120), (129, 121), (155, 145), (172, 161), (70, 64), (45, 39), (87, 81), (100, 94), (101, 94), (5, 0),
        (6, 0),
        (7, 1),
    ])
    func technicalTolerance(measured: Int, corrected: Int) {
        let result = SpeedRule.correctedKmh(speedMkmh: UInt32(measured * 1000), tolerance: TechnicalTolerance())
        #expect(Int(result) == corrected)
    }

    @Test func roundingComesOnceAndLast() {
        // 128.723 * 0.94 = 120.99962, 128.724 * 0.94 = 121.00056.
        #expect(SpeedRule.correctedKmh(speedMkmh: 128_723, tolerance: TechnicalTolerance()) == 120)
        #expect(SpeedRule.correctedKmh(speedMkmh: 128_724, tolerance: TechnicalTolerance()) == 121)
    }

    @Test func speedIsLengthOverTime() {
        #expect(SpeedRule.speedMkmh(lengthMm: 1_000_000, timeNs: 30 * .second) == 120_000)
        // One second of error over 1 km at 120 km/h is 3.3 %.
        #expect(SpeedRule.speedMkmh(lengthMm: 1_000_000, timeNs: 31 * .second) == 116_129)
        #expect(SpeedRule.speedMkmh(lengthMm: 100_000_000, timeNs: 1) == .max)
        #expect(SpeedRule.speedMkmh(lengthMm: 1, timeNs: .hour) == 0)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func neverFasterThanTheTruth(seed: UInt64) {
        var random = Random(seed: seed)
        for _ in 0..<1000 {
            let mm = UInt32(50_000 + random.below(20_000_000))
            let ns = Nanoseconds(1_000_000_000 + random.below(1_000_000_000_000))
            let exact = Double(mm) * 3.6e9 / Double(ns)
            let speed = Double(SpeedRule.speedMkmh(lengthMm: mm, timeNs: ns))
            #expect(speed <= exact * (1 + 1e-12) && speed > exact - 1.001)
        }
    }

    @Test func limitsByClassAndTime() {
        let section = Section(
            id: 1, name: "1", entryCameras: [1], exitCameras: [2], lengthMm: 1_000_000,
            limits: [
                SpeedLimit(kmh: 120), SpeedLimit(kmh: 90, classes: [.truck, .bus]),
                SpeedLimit(kmh: 70, fromNs: 100, toNs: 200),
                SpeedLimit(kmh: 50, classes: [.truck], fromNs: 150, toNs: 200),
            ])
        #expect(section.limitKmh(.car, fromNs: 0, toNs: 50) == 120)
        #expect(section.limitKmh(.truck, fromNs: 0, toNs: 50) == 90)
        #expect(section.limitKmh(.car, fromNs: 100, toNs: 199) == 70)
        // The sign ended while the car was on the way, or had not begun: the higher limit counts.
        #expect(section.limitKmh(.car, fromNs: 100, toNs: 200) == 120)
        #expect(section.limitKmh(.car, fromNs: 99, toNs: 150) == 120)
        #expect(section.limitKmh(.truck, fromNs: 150, toNs: 199) == 50)
        #expect(section.limitKmh(.truck, fromNs: 100, toNs: 199) == 70)
        #expect(section.limitKmh(.unknown, fromNs: 0, toNs: 50) == 120)
        #expect(section.limitKmh(.unknown, fromNs: 160, toNs: 170) == 70)
    }

    /// The flat form says what the plain one says, whatever the rules.
    @Test(arguments: 1...20) func flatLimitsAreThePlainOnes(seed: Int) {
        var random = Random(seed: UInt64(seed))
        func instant() -> Nanoseconds { Nanoseconds(random.below(20)) }
        let sections = (0..<8).map { i in
            let limits = (0..<1 + random.below(5)).map { _ in
                let fromNs = random.chance(0.3) ? .min : instant()
                let toNs = random.chance(0.3) ? .max : fromNs == .min ? instant() : fromNs + 1 + instant()
                let classes = VehicleClass.names.indices.filter { _ in random.chance(0.2) }
                return SpeedLimit(
                    kmh: UInt16(30 + 10 * random.below(10)), classes: classes.map { VehicleClass(code: UInt8($0)) },
                    fromNs: fromNs, toNs: toNs)
            }
            return Section(
                id: UInt32(i + 1), name: "\(i)", entryCameras: [1], exitCameras: [2], lengthMm: 1, limits: limits)
        }
        let rules = LimitRules(sections)
        for _ in 0..<500 {
            let i = random.below(sections.count)
            let vehicleClass = VehicleClass(code: UInt8(random.below(VehicleClass.names.count)))
            let fromNs = instant()
            let toNs = fromNs + instant()
            let flat = rules.limitKmh(i, vehicleClass, fromNs: fromNs, toNs: toNs)
            #expect(flat == sections[i].limitKmh(vehicleClass, fromNs: fromNs, toNs: toNs))
        }
    }
}
