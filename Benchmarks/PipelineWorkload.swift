import ANPRCore

/// The reads that a composite in C++ was measured with, number for number, so that its counts are the expected ones.
///
/// 4 Mi reads of 1,531 cameras: a quarter at the two cameras of 200 sections, with up to 65,536 vehicles inside them;
/// the rest anywhere, one in a thousand from a list of 1,000,000 plates. They are passed over again and again.
struct PipelineWorkload: ~Copyable {
    static let sections = 200
    static let cameras = 1531
    static let inside = 65_536
    static let readsPerPass = 4 << 20
    static let entries = 1_000_000
    /// Reads of a full run, and what the C++ composite counts in them.
    static let readsFull = 50_000_000
    static let expectedFull = "38045 hits, 6064849 records"

    /// The plates of the list.
    let keys: [Plate]
    let reads: Slab<Read>

    init() {
        var random = Random(seed: 42)
        // Plates are any 64-bit words there. Here each becomes a plate of 12 characters, in the list and in the reads
        // alike, which changes no hit and no pair.
        keys = (0..<Self.entries).map { _ in Plate(number: random.next() | 1) }
        reads = Slab(count: Self.readsPerPass)
        var open = [(plate: UInt64, section: UInt32)](repeating: (0, 0), count: Self.inside)
        func modulo(_ n: Int) -> UInt64 { random.next() % UInt64(n) }
        for i in 0..<Self.readsPerPass {
            var plate: UInt64
            let camera: UInt32
            var isListed = false
            if modulo(4) == 0 {
                let slot = Int(modulo(Self.inside))
                plate = open[slot].plate
                if plate != 0 {
                    camera = open[slot].section * 2 + 1
                    open[slot].plate = 0
                } else {
                    plate = modulo(8_000_000) * 2_654_435_761 + 12_345
                    open[slot] = (plate, UInt32(modulo(Self.sections)))
                    camera = open[slot].section * 2
                }
            } else {
                isListed = modulo(1000) == 0
                plate = isListed ? modulo(Self.entries) : modulo(8_000_000) * 2_654_435_761 + 12_345
                camera = 400 + UInt32(modulo(Self.cameras - 400))
            }
            reads.base[i] = Self.read(isListed ? keys[Int(plate)] : Plate(number: plate), camera: camera, number: i)
        }
    }

    static func read(_ plate: Plate, camera: UInt32, number: Int) -> Read {
        Read(
            plate: plate, skeleton: plate.skeleton, capturedNs: Nanoseconds(number) * .microsecond, camera: camera,
            epoch: 1, sequence: UInt32(number), text: PlateText(plate.description), confidence: 95)
    }

    /// Sets the captured times of a pass: a microsecond a read, from a time of its own.
    func stamp(pass: Int, everyNs: Nanoseconds) {
        let startNs = Nanoseconds(pass) * everyNs
        for i in 0..<Self.readsPerPass { reads.base[i].capturedNs = startNs + Nanoseconds(i) * .microsecond }
    }

    /// What the composite counts in the first reads of the first pass, computed as it does.
    func expected(reads count: Int) -> String {
        let listed = Set(keys)
        let hits = (0..<count).count { listed.contains(reads.base[$0].plate) }
        return "\(hits) hits, \(records(reads: count)) records"
    }

    /// Exits that find their entry, in the first reads of the first pass.
    func records(reads count: Int) -> Int {
        struct Passage: Hashable { let plate: Plate, section: UInt32 }
        var open: Set<Passage> = []
        return (0..<count).count { i in
            let read = reads.base[i]
            guard read.camera < 2 * Self.sections else { return false }
            let passage = Passage(plate: read.plate, section: read.camera / 2)
            if read.camera % 2 == 1 { return open.remove(passage) != nil }
            open.insert(passage)
            return false
        }
    }

    static func camera(_ id: Int) -> Camera {
        Camera(id: UInt32(id), name: String(id), site: String(id), lane: 1, xM: 0, yM: 0, clockToleranceNs: 0)
    }

    /// 2 km each, limit 120.
    static let sectionList: [Section] = (0..<UInt32(sections)).map { i in
        Section(
            id: i, name: "S\(i)", entryCameras: [2 * i], exitCameras: [2 * i + 1], lengthMm: 2_000_000,
            limits: [SpeedLimit(kmh: 120)])
    }
}
