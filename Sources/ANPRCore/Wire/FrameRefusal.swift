/// Why a frame was not taken. The raw value indexes counters; the name is the one in status, logs and docs.
package enum FrameRefusal: UInt8, CaseIterable, BitwiseCopyable, Sendable, Error {
    case tooShort, tooLong, badMagic, badVersion, badFlags, badCount, badLength
    case unknownCamera, unknownKey, badTag
    case timeOutOfRange, staleEpoch, replay, duplicate
    case overQuota, busy

    /// Comes of how many frames there are, and not of what stands in one.
    package var isOfLoad: Bool { self == .overQuota || self == .busy }

    package var name: String {
        switch self {
        case .tooShort: "too_short"
        case .tooLong: "too_long"
        case .badMagic: "bad_magic"
        case .badVersion: "bad_version"
        case .badFlags: "bad_flags"
        case .badCount: "bad_count"
        case .badLength: "bad_length"
        case .unknownCamera: "unknown_camera"
        case .unknownKey: "unknown_key"
        case .badTag: "bad_tag"
        case .timeOutOfRange: "time_out_of_range"
        case .staleEpoch: "stale_epoch"
        case .replay: "replay"
        case .duplicate: "duplicate"
        case .overQuota: "over_quota"
        case .busy: "busy"
        }
    }
}
