/// One camera's reading of one plate at one instant: 64 bytes, one cache line, as it travels through the engine.
///
/// ```
///  0 plate     8 skeleton   16 capturedNs   24 camera  28 epoch   32 sequence  36 transitUs
/// 40 text (16, as the camera sent it)       56 country 58 speed   60 lane 61 confidence 62 class 63 flags
/// ```
package struct Read: BitwiseCopyable, Equatable, Sendable {
    package var plate: Plate
    package var skeleton: Skeleton
    package var capturedNs: Nanoseconds
    package var camera: UInt32
    package var epoch: UInt32
    package var sequence: UInt32
    /// Received minus captured, in microseconds, saturating at 35 minutes either way: clock offset plus delay.
    package var transitUs: Int32
    package var text: PlateText
    package var country: Country
    /// Spot speed in 0.1 km/h; `speedUnknown` when the camera has none.
    package var speedDecikmh: UInt16
    package var lane: UInt8
    /// Percent, 0...100.
    package var confidence: UInt8
    package var vehicleClass: VehicleClass
    package var flags: ReadFlags

    package static let speedUnknown: UInt16 = .max

    package init(
        plate: Plate, skeleton: Skeleton, capturedNs: Nanoseconds, camera: UInt32, epoch: UInt32,
        sequence: UInt32, transitUs: Int32 = 0, text: PlateText, country: Country = .unknown,
        speedDecikmh: UInt16 = Read.speedUnknown, lane: UInt8 = 0, confidence: UInt8 = 100,
        vehicleClass: VehicleClass = .unknown, flags: ReadFlags = []
    ) {
        self.plate = plate
        self.skeleton = skeleton
        self.capturedNs = capturedNs
        self.camera = camera
        self.epoch = epoch
        self.sequence = sequence
        self.transitUs = transitUs
        self.text = text
        self.country = country
        self.speedDecikmh = speedDecikmh
        self.lane = lane
        self.confidence = confidence
        self.vehicleClass = vehicleClass
        self.flags = flags
    }

    package var id: ReadID { ReadID(camera: camera, epoch: epoch, sequence: sequence) }
}

/// A read's identity, for ever: a camera numbers its reads without gaps within an epoch.
package struct ReadID: BitwiseCopyable, Hashable, Sendable, Comparable, CustomStringConvertible {
    package var camera: UInt32
    package var epoch: UInt32
    package var sequence: UInt32

    package init(camera: UInt32, epoch: UInt32, sequence: UInt32) {
        self.camera = camera
        self.epoch = epoch
        self.sequence = sequence
    }

    package static func < (a: ReadID, b: ReadID) -> Bool {
        (a.camera, a.epoch, a.sequence) < (b.camera, b.epoch, b.sequence)
    }

    package var description: String { "\(camera)/\(epoch)/\(sequence)" }
}

/// What kind of vehicle the camera saw; limits may differ by it.
package struct VehicleClass: BitwiseCopyable, Hashable, Sendable {
    package let code: UInt8
    @inline(__always)
    package init(code: UInt8) { self.code = code }

    package static let unknown = VehicleClass(code: 0)
    package static let car = VehicleClass(code: 1)
    package static let van = VehicleClass(code: 2)
    package static let truck = VehicleClass(code: 3)
    package static let bus = VehicleClass(code: 4)
    package static let motorcycle = VehicleClass(code: 5)

    /// In code order; the words used in files.
    package static let names = ["unknown", "car", "van", "truck", "bus", "motorcycle"]
    package init?(name: some StringProtocol) {
        guard let code = Self.names.firstIndex(of: name.lowercased()) else { return nil }
        self.init(code: UInt8(code))
    }
    package var name: String { Int(code) < Self.names.count ? Self.names[Int(code)] : "unknown" }
}

/// Bits 0-2 travel on the wire, bit 3 is kept for it; bits 4-7 are the engine's remarks.
package struct ReadFlags: OptionSet, BitwiseCopyable, Hashable, Sendable {
    package let rawValue: UInt8
    @inline(__always)
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The vehicle came towards the camera.
    package static let approaching = ReadFlags(rawValue: 1 << 0)
    /// The vehicle went away from the camera.
    package static let receding = ReadFlags(rawValue: 1 << 1)
    /// The camera's text was longer than the 16 bytes that travel.
    package static let textCut = ReadFlags(rawValue: 1 << 2)
    /// The text is no plate: kept, counted, neither matched nor paired.
    package static let unparseable = ReadFlags(rawValue: 1 << 4)
    /// The capture time is further from the daemon's clock than the camera's tolerance: kept, matched, not paired.
    package static let clockSuspect = ReadFlags(rawValue: 1 << 5)
    /// A field holds a value that the protocol does not define.
    package static let oddField = ReadFlags(rawValue: 1 << 6)

    /// The bits that a camera may set.
    package static let wireMask: UInt8 = 0x07

    /// In bit order; the words used in files.
    package static let names = [
        "approaching", "receding", "text_cut", "reserved", "unparseable", "clock_suspect", "odd_field",
    ]
    package var words: [String] { Self.names.indices.filter { rawValue & 1 << $0 != 0 }.map { Self.names[$0] } }
}

extension Read {
    /// Nothing yet; to be written over.
    @inline(__always)
    package static var blank: Read {
        Read(
            plate: .none, skeleton: Skeleton(word: 0), capturedNs: 0, camera: 0, epoch: 0, sequence: 0,
            text: PlateText(low: 0, high: 0))
    }
}
