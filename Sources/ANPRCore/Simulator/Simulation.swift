/// What `simulate` and `demo` have in common: traffic, noise, cameras, and the truth beside them.
package enum Simulation {
    package struct Setup: Sendable {
        package var traffic = TrafficOptions()
        package var noise = NoiseOptions()
        package var bank = CameraBank.Options()
        package init() {}
    }

    /// What was sent, and what was done to it on the way.
    package struct Report: Sendable, Equatable {
        package var reads = 0
        package var frames = 0
        package var bytes = 0
        package var vehicles = 0
        package var readNoise = ReadNoiseCounts()
    }

    /// Makes the traffic and hands its frames to `sink`, which may be a socket or memory. `truth` hears of each read,
    /// `journeys` of each passage. Ends early when `goesOn` says no; what was sent until then is whole.
    package static func run<Sink: FrameSink & ~Copyable>(
        _ network: RoadNetwork, _ setup: Setup, truth: Truth? = nil, journeys: JourneyLog? = nil,
        keys: (Camera) -> CameraBank.Key? = { _ in nil }, into sink: inout Sink,
        while goesOn: (CameraBank.Progress) -> Bool = { _ in true }
    ) throws -> Report {
        let traffic = try Traffic(network, options: setup.traffic, journeys: journeys)
        let vehicles = traffic.vehiclesOnRoad
        var source = NoisyReads(traffic, options: setup.noise)
        var bank = CameraBank(network.registry, options: setup.bank, truth: truth, keys: keys)
        try bank.run(&source, into: &sink, while: goesOn)
        return Report(
            reads: bank.reads, frames: bank.frames, bytes: bank.bytes, vehicles: vehicles, readNoise: source.counts)
    }
}
