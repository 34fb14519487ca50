/// The way back to one camera: what it may forget, what it is asked for again, and where answers go. Beside its
/// `CameraState`; written under the camera's claim.
struct CameraReturn: BitwiseCopyable {
    /// Every sequence of the epoch below has come, or was given up by the camera.
    var settled: UInt32 = 0
    /// Where the last authenticated heartbeat came from; a camera that never sent one is never answered.
    var address: UInt32 = 0
    var port: UInt16 = 0
    var keyID: UInt8 = 0
    var asks = false
    /// A heartbeat said with which sequence the epoch begins.
    var isConfirmed = false
    /// A heartbeat came, or reads that had come before: an answer is due though nothing is new.
    var isDue = false
    /// `sent` of the last heartbeat that was taken, and of the last acknowledgement that was sent.
    var heardNs: Nanoseconds = 0
    var answeredNs: Nanoseconds = 0
    /// What the last acknowledgement said.
    var acknowledged: UInt32 = 0
    /// The first missing sequence, since when it has been missing, and when it was last asked for.
    var gapAt: UInt32 = 0
    var gapSinceNs: Nanoseconds = 0
    var gapAskedNs: Nanoseconds = 0
    /// Reads that the camera gave up.
    var givenUp = 0

    /// The camera has sequences from before the first that was heard of it.
    mutating func lower(to sequence: UInt32) {
        settled = min(settled, sequence)
        acknowledged = min(acknowledged, sequence)
    }

    /// A new epoch, or the first that is heard of the camera.
    mutating func begin(at sequence: UInt32) {
        settled = sequence
        acknowledged = sequence
        gapAt = sequence
        gapSinceNs = 0
        gapAskedNs = 0
        isConfirmed = false
    }
}
