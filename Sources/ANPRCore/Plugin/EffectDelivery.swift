/// Takes effects to where they shall happen. One that a courier has is used by that courier's thread alone, others by
/// the plugin's.
package protocol EffectDelivery: AnyObject {
    /// Returns what came back, for the plugin; nil when there is nothing to tell it. May be called again with the same
    /// key, after a crash or when what followed failed.
    @discardableResult
    func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer?
    /// Everything delivered before it stays delivered, come what may. Called before a delivery is noted as done; when
    /// it throws, all that was delivered since the last time is delivered again.
    func flush() throws(DeliveryProblem)
}

extension EffectDelivery {
    package func flush() throws(DeliveryProblem) {}
}

package enum DeliveryProblem: Error, Equatable, CustomStringConvertible {
    /// It may work later.
    case temporary(String)
    /// It never will: straight to the dead letters.
    case permanent(String)

    package var description: String {
        switch self {
        case .temporary(let reason), .permanent(let reason): reason
        }
    }
}
