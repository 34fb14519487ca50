/// What cameras make worse: misread texts, vehicles read twice, slow reads, clocks that are off. Seeded apart from the
/// traffic, so that the same vehicles drive with noise and without.
package struct NoisyReads<Source: ObservationSource & ~Copyable>: ~Copyable, ObservationSource {
    package private(set) var counts = ReadNoiseCounts()
    private var source: Source
    private let options: NoiseOptions
    private var random: Random
    private let misreader: Misreader
    /// Reads that are not ready yet.
    private var held = ArrivalHeap()
    private var upcoming: Observation?
    private var isStarted = false

    package init(_ source: consuming Source, options: NoiseOptions) {
        self.source = source
        self.options = options
        random = Random(seed: options.seed ^ 0x6e6f_6973_792d_7264)
        misreader = Misreader()
    }

    package mutating func next() -> Observation? {
        guard options.touchesReads else { return source.next() }
        if !isStarted {
            isStarted = true
            upcoming = source.next()
        }
        // A read is final once nothing that is still to come from the road can be ready before it.
        while let passing = upcoming {
            if let first = held.first, first.arrivalNs <= passing.trueNs { return held.removeFirst() }
            addNoise(to: passing)
            upcoming = source.next()
        }
        return held.first == nil ? nil : held.removeFirst()
    }

    private mutating func addNoise(to passing: Observation) {
        let again = options.twice > 0 && random.chance(options.twice)
        held.insert(noisy(passing))
        guard again else { return }
        counts.twice += 1
        var second = passing
        let laterNs = 50 * Nanoseconds.millisecond + Nanoseconds(random.below(350_000_001))
        second.trueNs += laterNs
        second.read.capturedNs += laterNs
        second.arrivalNs += laterNs
        held.insert(noisy(second))
    }

    private mutating func noisy(_ observation: Observation) -> Observation {
        var o = observation
        if options.misread > 0, random.chance(options.misread) {
            let kind = misreader.misread(&o.read, &random)
            counts.misread[kind.rawValue] += 1
        }
        if options.slow > 0, random.chance(options.slow) {
            counts.slow += 1
            o.arrivalNs += 1 + Nanoseconds(random.below(Int(max(1, options.readDelayMaxNs))))
        }
        o.read.capturedNs += clockOffsetNs(camera: o.camera)
        return o
    }

    /// A camera's constant, from the seed and its id alone.
    package func clockOffsetNs(camera: UInt32) -> Nanoseconds {
        guard options.clockOffsetMaxNs > 0 else { return 0 }
        var random = Random(seed: options.seed ^ spread(UInt64(camera) + 1))
        return Nanoseconds(random.below(Int(2 * options.clockOffsetMaxNs + 1))) - options.clockOffsetMaxNs
    }
}

package struct ReadNoiseCounts: Sendable, Equatable {
    /// By `Misreader.Kind`.
    package var misread = [Int](repeating: 0, count: Misreader.Kind.allCases.count)
    package var twice = 0
    package var slow = 0
    package var misreadTotal: Int { misread.reduce(0, +) }
}

/// Spoils a read's text as OCR does.
package struct Misreader: Sendable {
    package enum Kind: Int, CaseIterable, Sendable {
        /// A character became another of its look-alike group.
        case lookAlike
        case otherCharacter
        case droppedCharacter
        /// No plate at all.
        case unparseable

        package var name: String { ["look_alike", "other_character", "dropped_character", "unparseable"][rawValue] }
    }

    private static let unreadable = ["", "???????", "##", "NO-PLATE*", "@@@@"].map { PlateText($0) }
    private static let characters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
    private let others: [[UInt8]]

    init() {
        var others = [[UInt8]](repeating: [], count: 256)
        for group in Symbol.groups {
            for byte in group.utf8 { others[Int(byte)] = group.utf8.filter { $0 != byte } }
        }
        self.others = others
    }

    /// 70 % look-alikes where the plate has a character of a group, 12 % others, 10 % dropped, 8 % unreadable.
    func misread(_ read: inout WireRead, _ random: inout Random) -> Kind {
        read.confidence = UInt8(40 + random.below(50))
        if random.below(10) == 0 { read.country = .unknown }
        let count = read.text.byteCount
        var bytes = InlineArray<16, UInt8>(repeating: 0)
        for i in 0..<count { bytes[i] = read.text.byte(i) }
        let draw = random.below(100)
        guard draw < 92, count > 0 else {
            read.text = Self.unreadable[random.below(Self.unreadable.count)]
            return .unparseable
        }
        let at = random.below(count)
        if draw < 70 {
            for step in 0..<count {
                let i = (at + step) % count
                let likes = others[Int(bytes[i])]
                guard !likes.isEmpty else { continue }
                bytes[i] = likes[random.below(likes.count)]
                read.text = PlateText(bytes: bytes)
                return .lookAlike
            }
        }
        if draw < 82 {
            let old = bytes[at]
            while bytes[at] == old { bytes[at] = Self.characters[random.below(Self.characters.count)] }
            read.text = PlateText(bytes: bytes)
            return .otherCharacter
        }
        for i in at..<15 { bytes[i] = bytes[i + 1] }
        bytes[15] = 0
        read.text = PlateText(bytes: bytes)
        return .droppedCharacter
    }
}

/// Observations by arrival, then in the order in which they were put in.
struct ArrivalHeap {
    private var items: [(order: Int, observation: Observation)] = []
    private var inserted = 0

    var first: Observation? { items.first?.observation }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        (items[a].observation.arrivalNs, items[a].order) < (items[b].observation.arrivalNs, items[b].order)
    }

    mutating func insert(_ observation: Observation) {
        items.append((inserted, observation))
        inserted += 1
        var i = items.count - 1
        while i > 0, precedes(i, (i - 1) / 2) {
            items.swapAt(i, (i - 1) / 2)
            i = (i - 1) / 2
        }
    }

    mutating func removeFirst() -> Observation {
        items.swapAt(0, items.count - 1)
        let first = items.removeLast().observation
        var i = 0
        while true {
            var least = i
            for child in [2 * i + 1, 2 * i + 2] where child < items.count && precedes(child, least) { least = child }
            if least == i { return first }
            items.swapAt(i, least)
            i = least
        }
    }
}
