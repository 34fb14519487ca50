@testable import ANPRCore

/// One camera's door as sets: what each frame is, and what the books must say afterwards.
struct IntakeModel {
    private var epoch: UInt32?
    private var seen: Set<UInt32> = []
    private var lowest: UInt32 = 0
    private var end: UInt32 = 0
    /// Missing in epochs that are over.
    private var missingBefore = 0
    private(set) var reads = 0
    private(set) var duplicateReads = 0
    private(set) var refused: [FrameRefusal: Int] = [:]

    /// The sequences that go on, or why none does.
    mutating func take(epoch: UInt32, first: UInt32, count: Int) -> Result<[UInt32], FrameRefusal> {
        if epoch != self.epoch {
            if let mine = self.epoch, epoch < mine { return refuse(.staleEpoch) }
            missingBefore = missing
            // Asked for from the first that was heard; a later epoch from 0 on.
            lowest = self.epoch == nil ? first : 0
            end = lowest
            seen = []
            self.epoch = epoch
        }
        let sequences = (0..<UInt32(count)).map { first + $0 }
        if Int(first) < max(Int(end), Int(first) + count) - Limits.windowReads { return refuse(.replay) }
        let fresh = sequences.filter { !seen.contains($0) }
        duplicateReads += count - fresh.count
        if fresh.isEmpty { return refuse(.duplicate) }
        reads += fresh.count
        seen.formUnion(fresh)
        lowest = min(lowest, first)
        end = max(end, first + UInt32(count))
        return .success(fresh)
    }

    mutating func refuse(_ cause: FrameRefusal) -> Result<[UInt32], FrameRefusal> {
        refused[cause, default: 0] += 1
        return .failure(cause)
    }

    var missing: Int { missingBefore + Int(end - lowest) - seen.count }
}
