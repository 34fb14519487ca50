/// What a camera makes of one vehicle, before it is packed in a frame, and what only the simulator knows of it.
package struct Observation: BitwiseCopyable, Equatable, Sendable {
    /// As it will stand in a frame: the capture time is by the camera's clock.
    package var read: WireRead
    /// The camera's id.
    package var camera: UInt32
    /// Which vehicle it was; a vehicle that leaves the roads and comes back is another.
    package var vehicle: UInt32
    /// The plate that the vehicle carries, whatever was read.
    package var truePlate: Plate
    /// When the vehicle passed, by UTC.
    package var trueNs: Nanoseconds
    /// When the camera has the read ready to send.
    package var arrivalNs: Nanoseconds

    package init(
        read: WireRead, camera: UInt32, vehicle: UInt32 = 0, truePlate: Plate = .none, trueNs: Nanoseconds,
        arrivalNs: Nanoseconds
    ) {
        self.read = read
        self.camera = camera
        self.vehicle = vehicle
        self.truePlate = truePlate
        self.trueNs = trueNs
        self.arrivalNs = arrivalNs
    }
}

/// Observations in order of arrival: simulated, made noisy, or read from a file.
package protocol ObservationSource: ~Copyable {
    /// The next one; nil at the end.
    mutating func next() -> Observation?
}
