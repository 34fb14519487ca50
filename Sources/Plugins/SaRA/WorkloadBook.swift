import ANPRCore
import PluginKit

/// What came to each zone, by day and shift, and the hits that nobody has followed up yet.
struct WorkloadBook {
    struct Key: Hashable, Comparable {
        let day: Int32
        let zone: UInt16
        let shift: Shift

        static func < (a: Key, b: Key) -> Bool { (a.day, a.zone, a.shift) < (b.day, b.zone, b.shift) }
    }

    /// hits = followed + late + those that are open.
    struct Count: Equatable {
        var hits: UInt32 = 0
        var followed: UInt32 = 0
        var late: UInt32 = 0
        var breaches: UInt32 = 0
    }

    struct OpenHit: Equatable {
        let key: Key
        /// Followed up by then, it is in time.
        let dueNs: Nanoseconds
        /// What is not reported by then is late.
        let closeNs: Nanoseconds
    }

    /// Codes of zones, in the order in which they were first met.
    private(set) var zones: [String] = []
    private var zoneNumbers: [String: UInt16] = [:]
    private(set) var counts: [Key: Count] = [:]
    private(set) var open: [ReadID: OpenHit] = [:]
    private(set) var queue = DueQueue<ReadID>()
    private(set) var oldestDay = Int.max
    private(set) var newestDay = Int.min

    static let zonesMax = 4096
    static let countsMax = 1 << 20
    static let openMax = 1 << 17
    /// Days that are kept.
    static let daysKept = 400

    /// Whether there is room for one more in a zone.
    func hasRoom(zone: String, day: Int, shift: Shift) -> Bool {
        guard let number = zoneNumbers[zone] else {
            return zones.count < Self.zonesMax && counts.count < Self.countsMax
        }
        return counts.count < Self.countsMax || counts[Key(day: Int32(day), zone: number, shift: shift)] != nil
    }

    func count(zone: String, day: Int, shift: Shift) -> Count {
        guard let number = zoneNumbers[zone] else { return Count() }
        return counts[Key(day: Int32(day), zone: number, shift: shift)] ?? Count()
    }

    func zone(_ key: Key) -> String { zones[Int(key.zone)] }

    /// Hits that are late by now, at most so many.
    func late(_ nowNs: Nanoseconds, max: Int) -> [ReadID] {
        queue.due(nowNs, max: max) { open[$0.subject]?.closeNs == $0.atNs }
    }

    private mutating func key(_ zone: String, day: Int, _ shift: Shift) -> Key {
        let number: UInt16
        if let known = zoneNumbers[zone] {
            number = known
        } else {
            number = UInt16(zones.count)
            zones.append(zone)
            zoneNumbers[zone] = number
        }
        oldestDay = min(oldestDay, day)
        newestDay = max(newestDay, day)
        return Key(day: Int32(day), zone: number, shift: shift)
    }

    /// False when it is open already.
    mutating func take(_ hit: HitOpened) -> Bool {
        guard open[hit.read] == nil else { return false }
        let key = key(hit.zone, day: hit.day, hit.shift)
        counts[key, default: Count()].hits += 1
        open[hit.read] = OpenHit(key: key, dueNs: hit.dueNs, closeNs: hit.closeNs)
        queue.push(hit.read, atNs: hit.closeNs)
        return true
    }

    /// False when it is not open.
    mutating func close(_ read: ReadID, inTime: Bool) -> Bool {
        guard let hit = open.removeValue(forKey: read) else { return false }
        if inTime {
            counts[hit.key, default: Count()].followed += 1
        } else {
            counts[hit.key, default: Count()].late += 1
        }
        // WHY: taken out meanwhile, or looking at the rest would copy it.
        var queue = queue
        self.queue = DueQueue()
        queue.clean { open[$0.subject]?.closeNs == $0.atNs }
        self.queue = queue
        return true
    }

    mutating func breach(zone: String, day: Int, shift: Shift) {
        counts[key(zone, day: day, shift), default: Count()].breaches += 1
    }

    /// Days before that are gone, but for those of hits that are open.
    mutating func prune(before day: Int) {
        let kept = Set(open.values.map(\.key))
        counts = counts.filter { $0.key.day >= day || kept.contains($0.key) }
        oldestDay = counts.keys.map { Int($0.day) }.min() ?? .max
    }
}

extension WorkloadBook: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(zones.count))
        for zone in zones { bytes.append(text: zone) }
        bytes.append(number: UInt32(counts.count))
        for (key, count) in counts.sorted(by: { $0.key < $1.key }) {
            key.write(into: &bytes)
            for number in [count.hits, count.followed, count.late, count.breaches] { bytes.append(number: number) }
        }
        bytes.append(number: UInt32(open.count))
        for (read, hit) in open.sorted(by: { $0.key < $1.key }) {
            read.write(into: &bytes)
            hit.key.write(into: &bytes)
            bytes.append(number: hit.dueNs)
            bytes.append(number: hit.closeNs)
        }
        bytes.append(number: Int64(newestDay))
    }

    init?(_ reader: inout ByteReader) {
        guard let zoneCount = reader.number(UInt32.self), zoneCount <= Self.zonesMax else { return nil }
        for number in 0..<zoneCount {
            guard let zone = reader.text() else { return nil }
            zones.append(zone)
            zoneNumbers[zone] = UInt16(number)
        }
        guard let count = reader.number(UInt32.self) else { return nil }
        for _ in 0..<count {
            guard let key = Key(&reader), key.zone < zoneCount, let hits = reader.number(UInt32.self),
                let followed = reader.number(UInt32.self), let late = reader.number(UInt32.self),
                let breaches = reader.number(UInt32.self)
            else { return nil }
            counts[key] = Count(hits: hits, followed: followed, late: late, breaches: breaches)
            oldestDay = min(oldestDay, Int(key.day))
        }
        guard let openCount = reader.number(UInt32.self) else { return nil }
        for _ in 0..<openCount {
            guard let read = ReadID(&reader), let key = Key(&reader), key.zone < zoneCount,
                let dueNs = reader.number(Nanoseconds.self), let closeNs = reader.number(Nanoseconds.self)
            else { return nil }
            open[read] = OpenHit(key: key, dueNs: dueNs, closeNs: closeNs)
            queue.push(read, atNs: closeNs)
        }
        guard let newest = reader.number(Int64.self) else { return nil }
        newestDay = Int(newest)
    }
}

extension WorkloadBook.Key: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: day)
        bytes.append(number: zone)
        bytes.append(number: shift.rawValue)
    }

    init?(_ reader: inout ByteReader) {
        guard let day = reader.number(Int32.self), let zone = reader.number(UInt16.self),
            let shift = reader.number(UInt8.self).flatMap(Shift.init)
        else { return nil }
        self.init(day: day, zone: zone, shift: shift)
    }
}
