/// Gives vehicles their plates: of a list, or of a national series. Cold: once for each vehicle.
struct Fleet {
    private var maker: PlateMaker
    private var pools: [PlatePool]
    /// Words of all listed plates: no ordinary vehicle carries one by chance.
    private let avoided: Set<UInt64>
    private var vehicles: UInt32 = 0

    /// Of a list's vehicles, the share that carries an entry that is not in force: it must not hit.
    static let staleShare = 0.05

    init(options: TrafficOptions, random: inout Random) {
        maker = PlateMaker(mix: options.countries, random: &random)
        pools = []
        var avoided: Set<UInt64> = []
        for listed in options.listed {
            for inForce in [true, false] {
                let share = inForce ? listed.share : listed.share * Self.staleShare
                pools.append(
                    PlatePool(listed, share: share, inForce: inForce, startNs: options.startNs, random: &random))
            }
            for entry in listed.entries where !entry.isPattern {
                if let plate = try? Plate(entry.mark) { avoided.insert(plate.word) }
            }
        }
        self.avoided = avoided
    }

    /// A plate for a vehicle that comes on the road.
    mutating func register(_ vehicle: inout Vehicle, _ random: inout Random) {
        vehicle.number = vehicles
        vehicles += 1
        if takeListed(&vehicle, random.unit(), &random) { return }
        var made = maker.next(&random)
        while !avoided.isEmpty, avoided.contains(made.plate.word) { made = maker.next(&random) }
        vehicle.plate = made.plate
        vehicle.country = made.country
        vehicle.text = Self.text(made.plate, separators: 0)
        vehicle.spacedText = Self.text(made.plate, separators: made.separators)
    }

    private mutating func takeListed(_ vehicle: inout Vehicle, _ draw: Double, _ random: inout Random) -> Bool {
        var at = draw
        for i in pools.indices {
            guard at >= pools[i].share else {
                guard let taken = pools[i].take(&random) else { return false }
                vehicle.list = Int32(i)
                vehicle.entry = taken.entry
                vehicle.plate = taken.plate
                vehicle.country = taken.country == .unknown ? Self.home : taken.country
                vehicle.text = Self.text(taken.plate, separators: 0)
                vehicle.spacedText = vehicle.text
                return true
            }
            at -= pools[i].share
        }
        return false
    }

    private static let home = Country("BE")!

    /// The vehicle leaves the road; its listed plate may come again.
    mutating func dismiss(_ vehicle: Vehicle) {
        if vehicle.list >= 0 { pools[Int(vehicle.list)].giveBack(vehicle.entry) }
    }

    static func text(_ plate: Plate, separators: UInt16) -> PlateText {
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        let symbols = plate.symbols
        var n = 0
        for i in 0..<12 where symbols[i] != 0 {
            if separators & 1 << UInt16(i) != 0 {
                bytes[n] = 0x2d
                n += 1
            }
            bytes[n] = Symbol.ascii(symbols[i])
            n += 1
        }
        return PlateText(bytes: bytes)
    }
}
