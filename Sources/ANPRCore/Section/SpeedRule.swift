/// The arithmetic of section control: integers only, each rounding in the driver's favour.
package enum SpeedRule {
    /// Average speed in 0.001 km/h, rounded down. Saturates.
    ///
    /// 1 mm/ns is 3.6e6 km/h, so the result is mm * 3.6e9 / ns; 100 km (1e8 mm) times 3.6e9 fits in 64 bits.
    @inline(__always)
    package static func speedMkmh(lengthMm: UInt32, timeNs: Nanoseconds) -> UInt32 {
        precondition(timeNs > 0)
        // SAFE: below 2^32 * 2^32.
        return UInt32(clamping: UInt64(lengthMm) &* 3_600_000_000 / UInt64(bitPattern: timeNs))
    }

    /// The speed less the technical tolerance, in whole km/h: the one rounding, down, comes last.
    @inline(__always)
    package static func correctedKmh(speedMkmh: UInt32, tolerance: TechnicalTolerance) -> UInt16 {
        // SAFE: a speed is below 2^32, a tolerance below 2^16 (its settings' ranges).
        let speed = Int(speedMkmh)
        let corrected =
            speed <= tolerance.percentAboveKmh &* 1000
            ? speed &- tolerance.kmh &* 1000 : speed &* (100 &- tolerance.percent) / 100
        return UInt16(truncatingIfNeeded: min(max(0, corrected) / 1000, Int(UInt16.max)))
    }

    /// The longest time over a length that is still one passage.
    package static func credibleNs(lengthMm: UInt32, speedMinKmh: Int) -> Nanoseconds {
        precondition(speedMinKmh > 0)
        return Nanoseconds(UInt64(lengthMm) * 3_600_000 / UInt64(speedMinKmh))
    }
}

extension Section {
    /// What the driver is credited with: the shortest length that the survey allows.
    package var creditedMm: UInt32 { lengthMm - min(lengthMm, lengthUncertaintyMm) }

    /// The highest limit in force for a class at any instant from entry to exit, both included.
    ///
    /// At an instant, the last rule of the list that covers class and time is in force. A vehicle of unknown class
    /// has the highest limit that any class would have.
    package func limitKmh(_ vehicleClass: VehicleClass, fromNs: Nanoseconds, toNs: Nanoseconds) -> UInt16 {
        if limits.count == 1, limits[0].classes.isEmpty, limits[0].fromNs == .min, limits[0].toNs == .max {
            return limits[0].kmh
        }
        let classes =
            vehicleClass == .unknown ? VehicleClass.names.indices.map { VehicleClass(code: UInt8($0)) } : [vehicleClass]
        // Between two of these instants no rule begins or ends.
        var instants = [fromNs]
        for limit in limits {
            instants += [limit.fromNs, limit.toNs].filter { $0 > fromNs && $0 <= toNs }
        }
        var highest: UInt16 = 0
        for instant in instants {
            for c in classes { highest = max(highest, limitKmh(c, atNs: instant)) }
        }
        return highest
    }

    private func limitKmh(_ vehicleClass: VehicleClass, atNs ns: Nanoseconds) -> UInt16 {
        limits.last { $0.covers(vehicleClass) && $0.fromNs <= ns && ns < $0.toNs }?.kmh ?? limits[0].kmh
    }
}

extension SpeedLimit {
    fileprivate func covers(_ vehicleClass: VehicleClass) -> Bool {
        classes.isEmpty || classes.contains(vehicleClass)
    }
}
