/// Works out, from what the cameras sent and by the plainest means, what the engine must find. Cold; not for the way
/// of a read.
package final class Truth {
    package struct Setup {
        package var entries: [NaiveEntry] = []
        package var suppressionNs: Nanoseconds = 15 * .second
        package var watched: [WatchedPlate] = []
        package var cameras = CameraRegistry([])
        package var sections = SectionRegistry([])
        package var correlation = CorrelatorSettings()
        package var journeys: JourneyLog?
        package var writer: TruthWriter?
        package init() {}
    }

    /// A read that entries in force match.
    package struct Hit {
        package var read: Read
        /// Best first.
        package var sources: [NaiveMatcher.Source]
        package var isRepeat = false
        package var countryDiffers = false
        package var best: NaiveMatcher.Source { sources[0] }
    }

    package private(set) var summary = TruthSummary()
    package private(set) var hits: [Hit] = []
    package private(set) var records: [SectionRecord] = []
    /// Those of watched plates, while they are watched.
    package private(set) var watchedReads: [Read] = []
    /// When the latest frame was sent that was not lost: what the engine's clock says when frames tell the time.
    package private(set) var latestSentNs = Nanoseconds.min
    private let setup: Setup
    private var matcher: NaiveMatcher
    private let watched: [Plate: [WatchedPlate]]
    private let sectionCameras: Set<UInt32>
    private var sectionReads: [Read] = []

    package init(_ setup: Setup) {
        self.setup = setup
        matcher = NaiveMatcher(setup.entries)
        watched = Dictionary(grouping: setup.watched, by: \.plate)
        sectionCameras = Set(setup.sections.sections.flatMap { $0.entryCameras + $0.exitCameras })
    }

    package var entries: [NaiveEntry] { setup.entries }
    package var sections: SectionRegistry { setup.sections }
    package var cameras: CameraRegistry { setup.cameras }

    /// The reads of one frame, as they went out. `origins` has one for each.
    func note(
        _ reads: UnsafeBufferPointer<WireRead>, header: FrameHeader, origins: UnsafePointer<ReadOrigin>, fate: FrameFate
    ) {
        let isLost = fate == .lost
        if !isLost { latestSentNs = max(latestSentNs, header.sentNs) }
        summary.frames += 1
        summary.reads += reads.count
        if isLost {
            summary.framesLost += 1
            summary.readsLost += reads.count
        }
        for (i, wire) in reads.enumerated() {
            let read = Self.read(wire, header: header, index: i)
            setup.writer?.read(read, origin: origins[i], isLost: isLost)
            if !isLost { note(read) }
        }
    }

    /// One read of a camera that repeats until it is heard: whatever becomes of frames, it is not lost.
    func note(_ wire: WireRead, camera: UInt32, epoch: UInt32, sequence: UInt32, origin: ReadOrigin) {
        let header = FrameHeader(camera: camera, epoch: epoch, sequence: sequence, count: 1, keyID: 0, sentNs: 0)
        let read = Self.read(wire, header: header, index: 0)
        summary.reads += 1
        setup.writer?.read(read, origin: origin, isLost: false)
        note(read)
    }

    private static func read(_ wire: WireRead, header: FrameHeader, index: Int) -> Read {
        let plate = wire.flags.contains(.textCut) ? .none : (try? Plate(wire.text.string)) ?? .none
        var flags = wire.flags
        if plate.isNone { flags.insert(.unparseable) }
        return Read(
            plate: plate, skeleton: plate.isNone ? Skeleton(word: 0) : plate.skeleton, capturedNs: wire.capturedNs,
            camera: header.camera, epoch: header.epoch, sequence: header.sequence + UInt32(index), text: wire.text,
            country: wire.country, speedDecikmh: wire.speedDecikmh, lane: wire.lane, confidence: wire.confidence,
            vehicleClass: wire.vehicleClass, flags: flags)
    }

    private func note(_ read: Read) {
        guard !read.plate.isNone else {
            summary.unparseable += 1
            return
        }
        let sources = matcher.match(read.plate, atNs: read.capturedNs)
        if !sources.isEmpty {
            let country = setup.entries[sources[0].entry].country
            hits.append(
                Hit(read: read, sources: sources, countryDiffers: country != .unknown && country != read.country))
        }
        if let windows = watched[read.plate] {
            let count = windows.count { read.capturedNs >= $0.fromNs && read.capturedNs < $0.toNs }
            summary.watchedReads += count
            if count > 0 { watchedReads.append(read) }
        }
        if sectionCameras.contains(read.camera) { sectionReads.append(read) }
    }

    /// Everything has been sent: counts what needs the whole, and writes it out. Once.
    package func finish() throws(SystemError) -> TruthSummary {
        hits.sort { ($0.read.capturedNs, $0.read.id) < ($1.read.capturedNs, $1.read.id) }
        markRepeats()
        for hit in hits {
            switch hit.best.kind {
            case .exact: summary.hitsExact += 1
            case .lookAlike: summary.hitsLookAlike += 1
            case .pattern: summary.hitsPattern += 1
            }
            summary.sources += hit.sources.count
            summary.repeats += hit.isRepeat ? 1 : 0
            summary.countryDiffers += hit.countryDiffers ? 1 : 0
        }
        records = NaiveCorrelator.records(
            of: sectionReads, sections: setup.sections, cameras: setup.cameras, settings: setup.correlation)
        for record in records {
            summary.records += 1
            summary.offences += record.isOffence ? 1 : 0
            summary.automaticOffences += record.isAutomatic ? 1 : 0
            for i in summary.reviews.indices where record.review.rawValue & 1 << i != 0 { summary.reviews[i] += 1 }
        }
        summary.passages = setup.journeys?.passages.count
        try setup.writer?.finish(self)
        return summary
    }

    /// A repeat comes less than the window after the last hit of its plate, camera and best entry that was none.
    private func markRepeats() {
        struct Key: Hashable {
            var plate: Plate
            var camera: UInt32
            var entry: Int
        }
        var alertedNs: [Key: Nanoseconds] = [:]
        for i in hits.indices {
            let read = hits[i].read
            let key = Key(plate: read.plate, camera: read.camera, entry: hits[i].best.entry)
            if let beforeNs = alertedNs[key], read.capturedNs - beforeNs < setup.suppressionNs {
                hits[i].isRepeat = true
            } else {
                alertedNs[key] = read.capturedNs
            }
        }
    }
}
