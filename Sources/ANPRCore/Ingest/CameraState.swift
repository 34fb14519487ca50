/// What ingest knows of one camera: 64 bytes. Written by the receiver that holds the camera's claim.
struct CameraState: BitwiseCopyable {
    var epoch: UInt32 = 0
    /// One past the highest sequence of the epoch.
    var next: UInt32 = 0
    /// The first sequence of the epoch that is asked for.
    var base: UInt32 = 0
    /// Frames since the offset's window began.
    var offsetFrames: UInt32 = 0
    var lastSeenNs: Nanoseconds = 0
    /// Least (received - sent) of this window of frames and of the one before: clock offset plus the least delay.
    var offsetNs: Nanoseconds = .max
    var offsetBeforeNs: Nanoseconds = .max
    var reads: Int = 0
    var duplicateReads: Int = 0
    /// Reads missing: in no frame that came, below the highest sequence; over all epochs.
    var missing: Int = 0

    /// Frames over which the least offset is taken.
    static let offsetWindow: UInt32 = 64

    /// The camera's clock offset, as well as UDP lets one see it.
    var clockOffsetNs: Nanoseconds { min(offsetNs, offsetBeforeNs) }

    @inline(__always)
    mutating func noteOffset(_ ns: Nanoseconds) {
        if offsetFrames >= Self.offsetWindow {
            offsetBeforeNs = offsetNs
            offsetNs = .max
            offsetFrames = 0
        }
        offsetNs = min(offsetNs, ns)
        offsetFrames &+= 1
    }
}

/// A camera's state as shown to people.
package struct CameraStatus: Sendable, Equatable {
    package let camera: UInt32
    package let lastSeenNs: Nanoseconds
    package let clockOffsetNs: Nanoseconds
    package let epoch: UInt32
    package let reads: Int
    package let duplicateReads: Int
    package let missing: Int
    /// Frames refused, by `FrameRefusal`.
    package let refused: [Int]
}
