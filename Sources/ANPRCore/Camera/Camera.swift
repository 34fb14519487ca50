/// One lane-covering reader: who it is, where it stands, how far its clock is trusted.
package struct Camera: Equatable, Sendable {
    /// On the wire and in the engine; below `Limits.cameraIDEnd`.
    package let id: UInt32
    /// As the registry's file names it.
    package let name: String
    package let site: String
    package let lane: UInt8
    /// Metres east and north in a plane of the deployer's choice.
    package let xM: Double
    package let yM: Double
    package let road: String
    /// How far its clock may be from UTC, either way: goes into each section time in the driver's favour.
    package let clockToleranceNs: Nanoseconds

    package init(
        id: UInt32, name: String, site: String, lane: UInt8, xM: Double, yM: Double, road: String = "",
        clockToleranceNs: Nanoseconds = Camera.clockToleranceDefaultNs
    ) {
        self.id = id
        self.name = name
        self.site = site
        self.lane = lane
        self.xM = xM
        self.yM = yM
        self.road = road
        self.clockToleranceNs = clockToleranceNs
    }

    /// "Clocks within about 10 ms" is the custom of section control.
    package static let clockToleranceDefaultNs: Nanoseconds = 10 * .millisecond
}
