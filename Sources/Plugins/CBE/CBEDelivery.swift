import ANPRCore

/// A courier's hand: takes an effect of CBE to whoever it is for.
final class CBEDelivery: EffectDelivery {
    private let adapters: CBEAdapters

    init(_ adapters: CBEAdapters) { self.adapters = adapters }

    func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? { try adapters.ask(effect) }
}
