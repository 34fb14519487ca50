/// How one driver keeps to the limit of one road; drawn anew when the road or its limit changes, so that the speed
/// over a chain of links is the speed over each.
struct DrivingStyle: BitwiseCopyable {
    /// Corrected speed above the limit, km/h; 0 for a driver who is no offender.
    var excessKmh: UInt16 = 0
    /// Of an offender: where in the range of speeds that are corrected to the same km/h. Of others: the share of the
    /// limit. Both in thousandths.
    var milli: UInt16 = 900

    /// Excesses by row of the published table; the last is open, and drawn up to 70.
    static let excessRanges = [1...10, 11...20, 21...30, 31...40, 41...70]

    /// Others drive at 80 to 100 % of the limit, most at 90: never an offence, whatever the camera's clocks are.
    static func drawn(
        limitKmh: UInt16, vehicleClass: VehicleClass, options: TrafficOptions, _ random: inout Random
    ) -> DrivingStyle {
        let maySpeed = vehicleClass != .truck || limitKmh < truckMaxKmh
        guard maySpeed, random.chance(options.offenceShare) else {
            return DrivingStyle(excessKmh: 0, milli: UInt16(800 + random.below(101) + random.below(101)))
        }
        var at = random.below(options.excessPermille.reduce(0, +))
        var row = 0
        while at >= options.excessPermille[row] {
            at -= options.excessPermille[row]
            row += 1
        }
        let range = excessRanges[row]
        return DrivingStyle(
            excessKmh: UInt16(range.lowerBound + random.below(range.count)), milli: UInt16(300 + random.below(401)))
    }

    static let truckMaxKmh: UInt16 = 90

    /// Speed on a link, in 0.001 km/h.
    func speedMkmh(limitKmh: UInt16, vehicleClass: VehicleClass) -> Int64 {
        if excessKmh == 0 {
            let kept = Int64(limitKmh) * Int64(milli)
            return vehicleClass == .truck ? min(kept, Int64(Self.truckMaxKmh) * Int64(milli)) : kept
        }
        let range = Self.measuredMkmh(correctedKmh: Int64(limitKmh) + Int64(excessKmh))
        return range.lowerBound + (range.upperBound - range.lowerBound) * Int64(milli) / 1000
    }

    /// Measured speeds that the technical tolerance (6 km/h off up to 100 km/h, 6 % off above, rounded down to a
    /// whole km/h) makes `correctedKmh` of.
    static func measuredMkmh(correctedKmh: Int64) -> ClosedRange<Int64> {
        correctedKmh < 94
            ? (correctedKmh + 6) * 1000...(correctedKmh + 7) * 1000 - 1
            : correctedKmh * 100_000 / 94 + 1...(correctedKmh + 1) * 100_000 / 94 - 1
    }

    /// How long a vehicle takes for a length, rounded to a nanosecond.
    static func travelNs(lengthMm: Int64, speedMkmh: Int64) -> Nanoseconds {
        // 1 km/h is 1e6 mm in 3.6e12 ns. SAFE: 1,000 km is 1e9 mm, times 3.6e9 fits 2^63.
        (lengthMm * 3_600_000_000 + speedMkmh / 2) / speedMkmh
    }
}
