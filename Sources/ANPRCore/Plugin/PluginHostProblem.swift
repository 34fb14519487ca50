/// Why a host takes nothing now.
package enum PluginHostProblem: Error, Equatable, CustomStringConvertible {
    /// Too much waits to be delivered, or for the journal: it is taken later.
    case full(effects: Int, heldBytes: Int)
    /// A part of a batch is taken, and nothing else before the rest of it.
    case inBatch
    /// The end has come in the middle of a batch.
    case interrupted
    /// The plugin refused its own event. Only a restart mends it.
    case broken(String)

    package var description: String {
        switch self {
        case .full(let effects, let heldBytes):
            "\(effects) effects wait for their delivery, and \(heldBytes) bytes for the journal"
        case .inBatch: "the plugin failed in the middle of a batch, which comes again first"
        case .interrupted: "the end came in the middle of a batch"
        case .broken(let reason): "the plugin refuses its own event: \(reason)"
        }
    }
}
