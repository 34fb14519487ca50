/// Where a host's effects go: events that were set aside into its own folder, the rest where the plugin's go.
final class HostDelivery: EffectDelivery {
    static let setAside = "set-aside"

    private let spool: FileSpool
    private let other: (any EffectDelivery)?

    init(_ spool: FileSpool, other: (any EffectDelivery)?) {
        self.spool = spool
        self.other = other
    }

    func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
        if let other, effect.destination != Self.setAside {
            try other.deliver(effect)
        } else {
            try spool.deliver(effect)
        }
    }

    func flush() throws(DeliveryProblem) {
        try spool.flush()
        try other?.flush()
    }
}
