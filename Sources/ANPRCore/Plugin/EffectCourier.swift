import Synchronization

/// How effects of one destination leave: on threads of their own, so that a peer that hangs holds up nobody but those
/// who wait for it.
package struct EffectAdapter: Sendable {
    /// One a thread; is given the plugin's own folder.
    package let make: @Sendable (_ directory: String) throws -> any EffectDelivery
    package var threads: Int
    package var settings: EffectSettings

    package init(
        threads: Int = 2, settings: EffectSettings = EffectAdapter.settings,
        make: @escaping @Sendable (_ directory: String) throws -> any EffectDelivery
    ) {
        precondition(threads > 0)
        self.threads = threads
        self.settings = settings
        self.make = make
    }

    /// Of a peer that may be away for weeks.
    package static var settings: EffectSettings {
        var settings = EffectSettings()
        settings.waitingMax = 1 << 17
        settings.waitingBytesMax = 128 << 20
        return settings
    }
}

/// Takes effects of one destination to where they happen. Nothing queues here: what waits is in the outbox.
package protocol EffectCarrier: AnyObject {
    /// How many more it takes now.
    var room: Int { get }
    func submit(_ number: UInt64, _ effect: Effect)
    /// What came of those submitted, since the last time.
    func takeFinished() -> [CarriedEffect]
    /// Takes no more, and waits so long for those under way; they are delivered again after the next start.
    func stop(within ns: Nanoseconds)
}

package struct CarriedEffect: Sendable {
    package let number: UInt64
    package let outcome: Result<DeliveryAnswer?, DeliveryProblem>

    package init(number: UInt64, outcome: Result<DeliveryAnswer?, DeliveryProblem>) {
        self.number = number
        self.outcome = outcome
    }
}

/// A few threads, each with a delivery of its own and at most one effect.
package final class EffectCourier: EffectCarrier {
    private let workers: [CourierWorker]
    private let desk: CourierDesk

    /// `wake`: something has finished. Throws what the adapter throws, before any thread runs.
    package init(
        name: String, _ adapter: EffectAdapter, directory: String, wake: @escaping @Sendable () -> Void
    ) throws {
        let desk = CourierDesk(threads: adapter.threads, wake: wake)
        self.desk = desk
        let workers = try (0..<adapter.threads).map { _ in CourierWorker(try adapter.make(directory), desk) }
        self.workers = workers
        for worker in workers { _ = try ThreadAgent(name: "to-" + name, precedence: .behind) { worker.run() } }
    }

    deinit { tellAll() }

    package var room: Int { desk.isStopping ? 0 : workers.count { $0.isFree } }

    package func submit(_ number: UInt64, _ effect: Effect) {
        guard let worker = workers.first(where: { $0.isFree }) else { preconditionFailure("there was room") }
        worker.hand(number, effect)
    }

    package func takeFinished() -> [CarriedEffect] { desk.take() }

    package func stop(within ns: Nanoseconds) {
        tellAll()
        desk.waitForEnd(within: ns)
    }

    private func tellAll() {
        desk.stop()
        for worker in workers { worker.wake() }
    }
}

/// What the threads of a destination have in common. It outlives its courier while a peer hangs.
private final class CourierDesk: Sendable {
    private struct State {
        var finished: [CarriedEffect] = []
        var running: Int
        var isStopping = false
    }

    private let state: Mutex<State>
    private let wake: @Sendable () -> Void
    private let parker = Parker()

    init(threads: Int, wake: @escaping @Sendable () -> Void) {
        state = Mutex(State(running: threads))
        self.wake = wake
    }

    var isStopping: Bool { state.withLock { $0.isStopping } }
    func stop() { state.withLock { $0.isStopping = true } }

    func finish(_ effect: CarriedEffect) {
        state.withLock { $0.finished.append(effect) }
        wake()
    }

    func take() -> [CarriedEffect] {
        state.withLock { state in
            defer { state.finished = [] }
            return state.finished
        }
    }

    func leave() {
        state.withLock { $0.running -= 1 }
        parker.wake()
    }

    func waitForEnd(within ns: Nanoseconds) {
        let endNs = Clock.monotonicNs() + ns
        while state.withLock({ $0.running > 0 }) {
            let leftNs = endNs - Clock.monotonicNs()
            guard leftNs > 0 else { return }
            parker.park(nanoseconds: leftNs) { state.withLock { $0.running > 0 } }
        }
    }
}

/// One thread of a courier.
private final class CourierWorker: @unchecked Sendable {
    // SAFE: @unchecked Sendable: the delivery is used by the worker's thread alone; the rest is guarded by its lock.
    private let delivery: any EffectDelivery
    private let desk: CourierDesk
    private let job = Mutex<Job?>(nil)
    private let parker = Parker()

    private struct Job: Sendable {
        let number: UInt64
        let effect: Effect
    }

    init(_ delivery: any EffectDelivery, _ desk: CourierDesk) {
        self.delivery = delivery
        self.desk = desk
    }

    var isFree: Bool { job.withLock { $0 == nil } }

    func hand(_ number: UInt64, _ effect: Effect) {
        job.withLock { $0 = Job(number: number, effect: effect) }
        parker.wake()
    }

    func wake() { parker.wake() }

    func run() {
        while true {
            if let job = job.withLock({ $0 }) {
                let outcome = deliver(job.effect)
                // Free first: whoever hears of the end finds room.
                self.job.withLock { $0 = nil }
                desk.finish(CarriedEffect(number: job.number, outcome: outcome))
            } else if desk.isStopping {
                break
            } else {
                parker.park(nanoseconds: .second) { isFree && !desk.isStopping }
            }
        }
        desk.leave()
    }

    private func deliver(_ effect: Effect) -> Result<DeliveryAnswer?, DeliveryProblem> {
        do throws(DeliveryProblem) {
            let answer = try delivery.deliver(effect)
            try delivery.flush()
            return .success(answer)
        } catch { return .failure(error) }
    }
}
