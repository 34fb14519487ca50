import ANPRCore
import CLinux

extension Benchmark {
    static let ring = Benchmark(
        name: "ring", purpose: "64-byte reads from one pinned thread to another, by batches of 1, 64 and 256"
    ) { options in
        [1, 64, 256].map { batch in
            let total = options.small ? 1 << 16 : (batch == 1 ? 10 : 40) << 20
            return BenchmarkCase("hop, batch \(batch)", unit: "items", expected: "sum \(total / 2 * (total - 1))") {
                try hop(total, batch: batch, cores: options.cores)
            }
        }
    }

    /// Each item carries its number; the sum shows that each came once.
    private static func hop(_ total: Int, batch: Int, cores: (Int, Int)) throws -> Outcome {
        let memory = RingMemory<Read>(capacity: 1 << 16)
        let producer = try ThreadAgent(name: "producer", core: cores.0) { [end = Handover(memory.producer())] in
            var end = end.take()
            var read = PipelineWorkload.read(Plate(number: 1), camera: 1, number: 0)
            var sent = 0
            while sent < total {
                let slots = end.claim(min(batch, total - sent))
                if slots.isEmpty { clinux_pause() }
                for i in 0..<slots.count {
                    read.capturedNs = Nanoseconds(sent &+ i)
                    (slots.baseAddress! + i).initialize(to: read)
                }
                sent &+= slots.count
                end.publish()
            }
        }
        let result = Handover(Outcome(items: 0, ns: 0, result: ""))
        let consumer = try ThreadAgent(name: "consumer", core: cores.1) { [end = Handover(memory.consumer())] in
            var end = end.take()
            result.put(
                measure(items: total) {
                    var sum = 0
                    var done = 0
                    while done < total {
                        let reads = end.poll(batch)
                        if reads.isEmpty { clinux_pause() }
                        for i in 0..<reads.count { sum &+= Int(reads[i].capturedNs) }
                        end.release(reads.count)
                        done &+= reads.count
                    }
                    return "sum \(sum)"
                })
        }
        producer.join()
        consumer.join()
        return result.take()
    }
}
