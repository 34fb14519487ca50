/// The plates of one list, each on at most one vehicle at a time.
struct PlatePool {
    struct Taken {
        var entry: Int32
        var plate: Plate
        var country: Country
    }

    let share: Double
    private let entries: [NaiveEntry]
    /// Entries that no vehicle carries, a ring: taken at the front, given back at the end.
    private var free: [Int32]
    private var first = 0
    private var count: Int

    /// Only entries that are in force at `startNs`, or only those that are not.
    init(_ listed: ListedPlates, share: Double, inForce: Bool, startNs: Nanoseconds, random: inout Random) {
        self.share = share
        let entries = listed.entries
        self.entries = entries
        free = entries.indices.filter { entries[$0].isInForce(atNs: startNs) == inForce }.map { Int32($0) }
        free.shuffle(using: &random)
        count = free.count
    }

    /// Nil when every plate is on the road.
    mutating func take(_ random: inout Random) -> Taken? {
        guard count > 0 else { return nil }
        let entry = free[first]
        let source = entries[Int(entry)]
        let made = source.isPattern ? PlateMaker.plate(matching: source.mark, &random) : try? Plate(source.mark)
        guard let plate = made else { return nil }
        first = first + 1 == free.count ? 0 : first + 1
        count -= 1
        return Taken(entry: entry, plate: plate, country: source.country)
    }

    mutating func giveBack(_ entry: Int32) {
        precondition(count < free.count)
        free[(first + count) % free.count] = entry
        count += 1
    }
}
