/// The bytes of a frame; docs/PROTOCOL.md draws them. All numbers are little endian.
///
/// ```
/// header 32 | read 0 (32) | ... | read count-1 (32) | tag 16
/// ```
package enum FrameLayout {
    package static let magic: UInt32 = 0x5250_4e41  // "ANPR" as bytes
    package static let version: UInt8 = 1
    package static let headerBytes = 32
    package static let readBytes = 32
    package static let tagBytes = 16
    package static let frameBytesMin = frameBytes(reads: 1)
    package static let frameBytesMax = frameBytes(reads: Limits.frameReadsMax)

    /// Offsets in the header.
    package static let versionAt = 4
    package static let flagsAt = 5
    package static let countAt = 6
    package static let keyIDAt = 7
    package static let cameraAt = 8
    package static let epochAt = 12
    package static let sequenceAt = 16
    package static let reservedAt = 20
    package static let sentAt = 24
    /// Offsets in a read.
    static let textAt = 8
    static let marksAt = 24

    package static func frameBytes(reads: Int) -> Int { headerBytes + reads * readBytes + tagBytes }
}

/// What stands before a frame's reads.
package struct FrameHeader: BitwiseCopyable, Equatable, Sendable {
    /// Reserved, 0 in version 1.
    package var flags: UInt8 = 0
    package var count: UInt8
    package var keyID: UInt8
    package var camera: UInt32
    package var epoch: UInt32
    /// Of the frame's first read; the others follow without gaps.
    package var sequence: UInt32
    /// When the camera sent the frame, by its own clock.
    package var sentNs: Nanoseconds

    package init(camera: UInt32, epoch: UInt32, sequence: UInt32, count: UInt8, keyID: UInt8, sentNs: Nanoseconds) {
        self.camera = camera
        self.epoch = epoch
        self.sequence = sequence
        self.count = count
        self.keyID = keyID
        self.sentNs = sentNs
    }

    package var bytes: Int { FrameLayout.frameBytes(reads: Int(count)) }
}

/// A read as it stands in a frame: 32 bytes, in this order, without padding.
package struct WireRead: BitwiseCopyable, Equatable, Sendable {
    package var capturedNs: Nanoseconds
    package var text: PlateText
    package var country: Country
    package var lane: UInt8
    package var confidence: UInt8
    package var vehicleClass: VehicleClass
    package var flags: ReadFlags
    package var speedDecikmh: UInt16

    package init(
        capturedNs: Nanoseconds, text: PlateText, country: Country = .unknown, lane: UInt8 = 0, confidence: UInt8 = 100,
        vehicleClass: VehicleClass = .unknown, flags: ReadFlags = [], speedDecikmh: UInt16 = Read.speedUnknown
    ) {
        self.capturedNs = capturedNs
        self.text = text
        self.country = country
        self.lane = lane
        self.confidence = confidence
        self.vehicleClass = vehicleClass
        self.flags = flags
        self.speedDecikmh = speedDecikmh
    }
}
