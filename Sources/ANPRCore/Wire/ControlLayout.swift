/// The bytes of a control frame; docs/PROTOCOL.md draws them. All numbers are little endian.
///
/// ```
/// header 32 | range 0 (8) | ... | range count-1 (8) | tag 16
/// ```
package enum ControlLayout {
    package static let magic: UInt32 = 0x4350_4e41  // "ANPC" as bytes
    package static let version: UInt8 = 1
    package static let headerBytes = 32
    package static let rangeBytes = 8
    package static let tagBytes = FrameLayout.tagBytes
    /// Ranges that one acknowledgement asks for at most.
    package static let rangesMax = 16
    package static let frameBytesMin = frameBytes(ranges: 0)
    package static let frameBytesMax = frameBytes(ranges: rangesMax)

    /// Offsets in the header. The camera stands where a data frame has it: the kernel steers by that word.
    package static let versionAt = 4
    package static let kindAt = 5
    package static let countAt = 6
    package static let keyIDAt = 7
    package static let cameraAt = FrameLayout.cameraAt
    package static let epochAt = 12
    package static let firstAt = 16
    package static let nextAt = 20
    package static let sentAt = 24

    package static func frameBytes(ranges: Int) -> Int { headerBytes + ranges * rangeBytes + tagBytes }
}

/// Which way a control frame goes. Each side takes the other's kind only, so that nothing can be sent back at its
/// sender: both seal with the same key.
package enum ControlKind: UInt8, BitwiseCopyable, Sendable {
    /// Camera to daemon: what the camera keeps, and that it wants to be answered.
    case heartbeat = 1
    /// Daemon to camera: what may be forgotten, and what is asked for again.
    case acknowledgement = 2
}

/// What stands before a control frame's ranges.
package struct ControlHeader: BitwiseCopyable, Equatable, Sendable {
    package var kind: ControlKind
    /// Ranges that follow; 0 in a heartbeat.
    package var count: UInt8 = 0
    package var keyID: UInt8
    package var camera: UInt32
    package var epoch: UInt32
    /// Heartbeat: the lowest sequence that the camera still keeps. Acknowledgement: all below may be forgotten.
    package var first: UInt32
    /// Heartbeat: one past the last that was given to a read. Acknowledgement: one past the highest heard of.
    package var next: UInt32
    /// By the sender's clock.
    package var sentNs: Nanoseconds

    package init(
        _ kind: ControlKind, camera: UInt32, epoch: UInt32, first: UInt32, next: UInt32, keyID: UInt8,
        sentNs: Nanoseconds
    ) {
        self.kind = kind
        self.keyID = keyID
        self.camera = camera
        self.epoch = epoch
        self.first = first
        self.next = next
        self.sentNs = sentNs
    }

    package var bytes: Int { ControlLayout.frameBytes(ranges: Int(count)) }
}

/// Sequences first ..< first + count, as they stand in an acknowledgement: 8 bytes.
package struct SequenceRange: BitwiseCopyable, Equatable, Sendable {
    package var first: UInt32
    package var count: UInt32

    package init(first: UInt32, count: UInt32) {
        self.first = first
        self.count = count
    }

    /// One past the last; more than 32 bits where the range is none.
    @inline(__always)
    package var end: UInt64 { UInt64(first) &+ UInt64(count) }
}
