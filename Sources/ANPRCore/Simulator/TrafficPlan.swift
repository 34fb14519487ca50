/// Traffic for one configuration, and what is needed to work out the truth about it: made from the same files as the
/// engine that will receive it, and apart from it.
package struct TrafficPlan {
    package let configuration: EngineConfiguration
    package private(set) var network: RoadNetwork
    package private(set) var sections: SectionRegistry
    private let keys: KeyRing
    package var setup = Simulation.Setup()
    private let lists: [[NaiveEntry]]
    private let watched: [WatchedPlate]

    /// `watched`: the plates that the configuration's plugins ask for at first.
    package init(_ configuration: EngineConfiguration, watched: [WatchedPlate], linksPath: String) throws {
        self.configuration = configuration
        network = try RoadNetwork(camerasPath: configuration.camerasPath, linksPath: linksPath)
        keys = try KeyRing(configuration, cameras: network.registry)
        sections = try SectionRegistry(configuration, cameras: network.registry)
        lists = try NaiveEntry.entries(of: configuration.blacklists)
        self.watched = watched
        setup.traffic.listed = listedPlates()
    }

    /// Makes the network one of copies, and writes the files that the daemon needs of it.
    package mutating func resize(cameras: Int, directory: String) throws {
        let size = NetworkSize(network, cameras: cameras)
        try Directory.make(directory)
        try TextFile.write(size.camerasCSV, path: directory + "/cameras.csv")
        network = size.network
        guard !configuration.sectionsPath.isEmpty else { return }
        let file = try FileBytes(path: configuration.sectionsPath)
        let text = try size.sectionsCSV(file: configuration.sectionsPath, bytes: file.bytes)
        let path = directory + "/sections.csv"
        try TextFile.write(text, path: path)
        sections = try SectionRegistry(path: path, cameras: network.registry)
    }

    /// Plates of each list on its share of the vehicles, and those of persons under conditions.
    private func listedPlates() -> [ListedPlates] {
        var listed = zip(configuration.blacklists, lists).map { list, entries in
            ListedPlates(name: list.name, share: ListedPlates.shareDefault(list: list.name), entries: entries)
        }
        if !watched.isEmpty {
            let plates = watched.map {
                NaiveEntry(list: 0, tolerance: .exact, mark: $0.plate.description, fromNs: $0.fromNs, toNs: $0.toNs)
            }
            listed.append(
                ListedPlates(name: "watched", share: ListedPlates.shareDefault(list: "watched"), entries: plates))
        }
        return listed
    }

    /// - Parameter writer: where the truth goes line by line; nil: only counted.
    package func truth(_ journeys: JourneyLog?, writer: TruthWriter? = nil) -> Truth {
        var truth = Truth.Setup()
        truth.entries = lists.flatMap { $0 }
        truth.suppressionNs = configuration.suppressionNs
        truth.watched = watched
        truth.cameras = network.registry
        truth.sections = sections
        truth.correlation = CorrelatorSettings(configuration.sections)
        truth.journeys = journeys
        truth.writer = writer
        return Truth(truth)
    }

    package func journeys() -> JourneyLog {
        JourneyLog(network, sections: sections.sections, settings: CorrelatorSettings(configuration.sections))
    }

    package var cameraKeys: (Camera) -> CameraBank.Key? {
        configuration.authentication == .required ? CameraBank.keys(of: keys) : { _ in nil }
    }
}
