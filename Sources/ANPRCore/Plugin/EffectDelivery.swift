/// Takes effects to where they shall happen. Called on the plugin's thread.
package protocol EffectDelivery: AnyObject {
    /// May be called again with the same key, after a crash or when what followed failed.
    func deliver(_ effect: Effect) throws(DeliveryProblem)
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
