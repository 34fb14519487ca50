/// Why a host takes nothing now.
package enum PluginHostProblem: Error, Equatable, CustomStringConvertible {
    /// Too much waits to be delivered, or for the journal: it is taken later.
    case full(effects: Int, heldBytes: Int)
    /// The plugin refused its own event. Only a restart mends it.
    case broken(String)

    package var description: String {
        switch self {
        case .full(let effects, let heldBytes):
            "\(effects) effects wait for their delivery, and \(heldBytes) bytes for the journal"
        case .broken(let reason): "the plugin refuses its own event: \(reason)"
        }
    }
}
