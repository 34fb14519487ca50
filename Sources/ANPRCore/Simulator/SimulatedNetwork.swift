/// Datagrams on their way: lost, repeated, delayed, overtaken, cut off. Seeded.
struct SimulatedNetwork {
    enum Packet {
        case toDaemon([UInt8], camera: Int)
        case toCamera([UInt8], camera: Int)

        var camera: Int {
            switch self {
            case .toDaemon(_, let camera), .toCamera(_, let camera): camera
            }
        }
    }

    private struct Flight {
        var atNs: Nanoseconds
        var packet: Packet
    }

    private var random: Random
    private let weather: SimulatedWeather
    private var flights: [Flight] = []
    /// Until when a camera is cut off.
    private var cutUntilNs: [Int: Nanoseconds] = [:]

    init(seed: UInt64, _ weather: SimulatedWeather) {
        random = Random(seed: seed)
        self.weather = weather
    }

    var isEmpty: Bool { flights.isEmpty }

    /// False when it is lost.
    mutating func send(_ packet: Packet, nowNs: Nanoseconds, isFair: Bool) -> Bool {
        guard !isFair else {
            flights.append(Flight(atNs: nowNs + .millisecond, packet: packet))
            return true
        }
        if weather.partitionChance > 0, random.chance(weather.partitionChance * 10) {
            cutUntilNs[packet.camera] = nowNs + Nanoseconds(random.below(8000)) * .millisecond
        }
        if let until = cutUntilNs[packet.camera], nowNs < until { return false }
        if random.chance(weather.loss) { return false }
        let copies = random.chance(weather.duplicates) ? 2 : 1
        for _ in 0..<copies {
            let delayMs = weather.delayMs + random.below(weather.jitterMs)
            flights.append(Flight(atNs: nowNs + Nanoseconds(delayMs) * .millisecond, packet: packet))
        }
        return true
    }

    /// What arrives now, in the order of its times.
    mutating func due(_ nowNs: Nanoseconds) -> [Packet] {
        guard flights.contains(where: { $0.atNs <= nowNs }) else { return [] }
        let arrived = flights.filter { $0.atNs <= nowNs }
        flights.removeAll { $0.atNs <= nowNs }
        return arrived.sorted { $0.atNs < $1.atNs }.map(\.packet)
    }

    /// What was in the daemon's socket is gone with it; what is under way may still find the next one.
    mutating func forgetDaemon() {}
}
