/// What goes wrong in one simulation, and how often: drawn once from its seed.
struct SimulatedWeather: CustomStringConvertible {
    var loss = 0.0
    var duplicates = 0.0
    var delayMs = 1
    var jitterMs = 1
    /// Of a link, each millisecond.
    var partitionChance = 0.0
    var crashMeanNs = Nanoseconds.max
    var downMs = 1
    var clockJumpChance = 0.0
    var restartChance = 0.0
    var diskFaults = SimulatedDisk.Faults()
    var deliveryFailures = 0.0
    var storeReads = 1 << 12
    var latenessNs = 60 * Nanoseconds.second
    var receivers = 1
    var shards = 1
    var fullDiskFromNs = Nanoseconds.max
    var fullDiskToNs = Nanoseconds.max

    init(_ random: inout Random) {
        func sometimes(_ random: inout Random) -> Bool { random.below(2) == 0 }
        loss = [0, 0, 0.01, 0.1, 0.3][random.below(5)]
        duplicates = [0, 0.05, 0.2][random.below(3)]
        delayMs = 1 + random.below(20)
        jitterMs = [1, 5, 50, 400][random.below(4)]
        if random.below(3) == 0 { partitionChance = 0.0002 }
        crashMeanNs = Nanoseconds([1, 3, 10, 1000][random.below(4)]) * .second
        downMs = [10, 500, 4000][random.below(3)]
        if random.below(4) == 0 { clockJumpChance = 0.0003 }
        if random.below(4) == 0 { restartChance = 0.0001 }
        if sometimes(&random) { diskFaults.syncError = [0, 0.01, 0.1][random.below(3)] }
        if sometimes(&random) { diskFaults.writeError = [0, 0.01, 0.1][random.below(3)] }
        if random.below(3) == 0 { diskFaults.createError = 0.1 }
        deliveryFailures = [0, 0.2, 0.5][random.below(3)]
        storeReads = random.below(8) == 0 ? 64 : 1 << 12
        latenessNs = Nanoseconds([30, 60, 120][random.below(3)]) * .second
        receivers = 1 + random.below(2)
        shards = 1 + random.below(3)
        if random.below(4) == 0 {
            fullDiskFromNs = Nanoseconds(random.below(40)) * .second
            fullDiskToNs = fullDiskFromNs + Nanoseconds(1 + random.below(20)) * .second
        }
    }

    /// While the disk is full nothing new fits.
    func diskCapacity(atNs ns: Nanoseconds, used: Int) -> Int {
        ns >= fullDiskFromNs && ns < fullDiskToNs ? used : .max
    }

    var description: String {
        "loss \(loss) duplicates \(duplicates) delay \(delayMs)+\(jitterMs) ms partitions \(partitionChance) "
            + "crash each \(crashMeanNs / .second) s down \(downMs) ms clock jumps \(clockJumpChance) "
            + "restarts \(restartChance) disk \(diskFaults) store \(storeReads) lateness \(latenessNs / .second) s "
            + "receivers \(receivers) shards \(shards) full disk \(fullDiskFromNs / .second)"
    }
}
