/// The parts of the engine, as the configuration wants them.
extension KeyRing {
    package init(_ configuration: EngineConfiguration, cameras: CameraRegistry) throws {
        switch configuration.keys {
        case .none:
            guard configuration.authentication == .noneLabOnly else {
                throw InputProblems(
                    file: "configuration",
                    "frames must be authenticated, but no keys are given: set keys.file or keys.master, or, in a "
                        + "laboratory, authentication: \"none-lab-only\"")
            }
            self = .none
        case .file(let path): try self.init(path: path, cameras: cameras)
        case .master(let path): try self.init(masterPath: path)
        }
    }
}

extension SectionRegistry {
    package init(_ configuration: EngineConfiguration, cameras: CameraRegistry) throws {
        if configuration.sectionsPath.isEmpty {
            self.init([])
        } else {
            try self.init(path: configuration.sectionsPath, cameras: cameras)
        }
    }
}

extension CorrelatorSettings {
    package init(_ configuration: SectionConfiguration) {
        self.init()
        latenessNs = configuration.latenessNs
        crossingNs = configuration.crossingNs
        passageMaxNs = configuration.passageMaxNs
        speedMinKmh = configuration.speedMinKmh
        speedMaxKmh = configuration.speedMaxKmh
        tolerance.kmh = configuration.toleranceKmh
        tolerance.percent = configuration.tolerancePercent
        tolerance.percentAboveKmh = configuration.toleranceFromKmh
        pendingReads = configuration.pendingReads
        openPassages = configuration.openPassages
    }
}
