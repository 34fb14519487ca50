@testable import ANPRCore

/// The daemon as one camera meets it, in sets: what it heard, what its disk has, what it asks for. The plain twin of
/// what windows and journal do.
struct ModelDaemon {
    private(set) var epoch: UInt32 = 0
    /// Heard of; on disk.
    private(set) var heard: [UInt32: WireRead] = [:]
    private(set) var durable: [UInt32: WireRead] = [:]
    /// Below it everything is durable, or was given up by the camera.
    private(set) var first: UInt32 = 0
    private(set) var next: UInt32 = 0
    /// One past the highest in frames: where the window ends.
    private var windowEnd: UInt32 = 0
    private var isKnown = false
    /// Whether a heartbeat has told where the camera's reads begin.
    private var isConfirmed = false
    /// Whether the camera asked for acknowledgements, and was heard since the last.
    private(set) var isOwed = false
    private var isAsking = false
    private var lastSentNs: Nanoseconds = .min
    private(set) var duplicates = 0
    /// Reads too far behind to tell: a store must never cause one.
    private(set) var replays = 0
    private(set) var refused = 0
    let key: SipKey?

    init(key: SipKey?) { self.key = key }

    mutating func take(_ bytes: [UInt8]) {
        let isTaken = bytes.withUnsafeBytes { bytes in
            ControlFrame.isClaimed(by: bytes) ? takeHeartbeat(bytes) : takeData(bytes)
        }
        if !isTaken { refused += 1 }
    }

    private mutating func takeHeartbeat(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let header = try? ControlFrame.header(of: bytes, taking: .heartbeat),
            key.map({ FrameSeal.holds(bytes, by: $0) }) ?? true, enter(header.epoch, header.first)
        else { return false }
        // The first frame that came may not have been the first that went out.
        first = isConfirmed ? max(first, header.first) : min(first, header.first)
        isConfirmed = true
        next = max(next, header.next, first)
        isAsking = true
        isOwed = true
        return true
    }

    private mutating func takeData(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let header = try? FrameDecoder.header(of: bytes),
            key.map({ FrameSeal.holds(bytes, by: $0) }) ?? true, enter(header.epoch, header.sequence)
        else { return false }
        let end = header.sequence + UInt32(header.count)
        if UInt64(header.sequence) + UInt64(Limits.windowReads) < UInt64(max(windowEnd, end)) {
            replays += 1
            return false
        }
        windowEnd = max(windowEnd, end)
        next = max(next, end)
        for i in 0..<Int(header.count) {
            let sequence = header.sequence + UInt32(i)
            if heard[sequence] != nil { duplicates += 1 }
            heard[sequence] = FrameDecoder.wireRead(bytes, at: i)
        }
        isOwed = isAsking
        return true
    }

    private mutating func enter(_ epoch: UInt32, _ first: UInt32) -> Bool {
        guard !isKnown || epoch >= self.epoch else { return false }
        if isKnown, epoch == self.epoch { return true }
        let isLater = isKnown
        isKnown = true
        self.epoch = epoch
        heard = [:]
        durable = [:]
        self.first = isLater ? 0 : first
        next = self.first
        windowEnd = 0
        return true
    }

    /// What was heard is on disk from now on.
    mutating func synchronise() {
        durable = heard
        while durable[first] != nil { first += 1 }
        next = max(next, first)
    }

    /// Stops and starts again with what its disk has. The camera must ask again.
    mutating func crash() {
        heard = durable
        isAsking = false
        isOwed = false
    }

    /// Ranges of what was not heard, as many as an acknowledgement has room for.
    private var missing: [SequenceRange] {
        var ranges: [SequenceRange] = []
        let end = UInt32(min(UInt64(next), UInt64(first) + UInt64(Limits.windowReads)))
        for sequence in first..<max(first, end) where heard[sequence] == nil {
            if let last = ranges.last, last.end == UInt64(sequence) {
                ranges[ranges.count - 1].count += 1
            } else if ranges.count < ControlLayout.rangesMax {
                ranges.append(SequenceRange(first: sequence, count: 1))
            } else {
                break
            }
        }
        return ranges
    }

    /// The acknowledgement that the camera is owed.
    mutating func answer(camera: UInt32, sentNs: Nanoseconds) -> [UInt8]? {
        guard isOwed else { return nil }
        isOwed = false
        // Strictly newer, whatever the clock.
        lastSentNs = max(sentNs, lastSentNs + 1)
        let header = ControlHeader(
            .acknowledgement, camera: camera, epoch: epoch, first: first, next: next, keyID: key == nil ? 0 : 1,
            sentNs: lastSentNs)
        return ControlSample.frame(header, missing, key: key)
    }
}
