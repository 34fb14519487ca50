import ANPRCore

/// Section control alone: so many sections, so many vehicles inside them, entries and exits in equal parts.
final class PassageStage {
    private let open: Int
    private let sections: Int
    private var correlator: Correlator
    private var sink = RecordCount()
    private var inside: [UInt64] = []
    private var random = Random(seed: 42)
    private var nextPlate: UInt64 = 1
    private var nowNs: Nanoseconds = .hour
    private let batch = Slab<Read>(count: Limits.batchReads)

    init(sections: Int, open: Int) {
        self.sections = sections
        self.open = open
        var settings = CorrelatorSettings()
        settings.latenessNs = .millisecond
        settings.crossingNs = .microsecond
        settings.openPassages = open * 2
        settings.passageMaxNs = .day
        let cameras = CameraRegistry((0..<sections * 2).map(PipelineWorkload.camera))
        let list = (0..<UInt32(sections)).map { i in
            Section(
                id: i, name: "S\(i)", entryCameras: [2 * i], exitCameras: [2 * i + 1], lengthMm: 100_000_000,
                limits: [SpeedLimit(kmh: 120)])
        }
        correlator = Correlator(SectionRegistry(list), cameras: cameras, settings: settings)
        inside.reserveCapacity(open)
        while inside.count < open {
            for i in 0..<Limits.batchReads { enter(at: i) }
            accept()
        }
    }

    private func enter(at i: Int) {
        inside.append(nextPlate)
        write(nextPlate, isEntry: true, at: i)
        nextPlate += 1
    }

    private func leave(at i: Int) {
        let place = random.below(inside.count)
        write(inside[place], isEntry: false, at: i)
        inside[place] = inside[inside.count - 1]
        inside.removeLast()
    }

    private func write(_ number: UInt64, isEntry: Bool, at i: Int) {
        // 12 characters; the section follows from the number.
        let plate = Plate(word: Plate.wordEnd / 37 + spread(number) % (Plate.wordEnd / 37 * 30) / 2 * 2 + 1)
        let section = UInt32(truncatingIfNeeded: number) % UInt32(sections)
        nowNs += .microsecond
        batch.base[i] = Read(
            plate: plate, skeleton: Skeleton(word: plate.word), capturedNs: nowNs,
            camera: section * 2 + (isEntry ? 0 : 1), epoch: 1, sequence: UInt32(truncatingIfNeeded: number),
            text: PlateText(low: 0, high: 0), confidence: 95)
    }

    private func accept() {
        correlator.accept(UnsafeBufferPointer(start: batch.base, count: Limits.batchReads), into: &sink)
    }

    /// Nanoseconds a read.
    func sample(batches: Int) -> Double {
        var ns: Nanoseconds = 0
        for _ in 0..<batches {
            for i in 0..<Limits.batchReads { if i % 2 == 0 { leave(at: i) } else { enter(at: i) } }
            let startNs = Clock.monotonicNs()
            accept()
            ns += Clock.monotonicNs() - startNs
        }
        return Double(ns) / Double(batches * Limits.batchReads)
    }
}
