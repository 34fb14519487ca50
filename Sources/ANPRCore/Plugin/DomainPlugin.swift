/// A plugin with a domain: all that it hears comes one by one, and is applied before the next comes.
///
/// Nothing but its own events changes its state, whatever they were decided from: an element of a stream, another
/// plugin's event, the answer to an effect, the time, a call.
package protocol DomainPlugin: Plugin {
    /// As `Plugin.decide`, for one input. Changes nothing; when it throws, nothing has happened. Total for `.time`.
    func decide(_ input: PluginInput, into events: inout LedgerEvents) throws
    /// A command: events, and what is answered once they are durable, one JSON object. A refusal is an answer:
    /// nothing has happened.
    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8]
    /// A query, which only looks: at most `call.limit` lines, and where the next page begins.
    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String?
    /// Whose events it hears: kinds by origin. An origin that is not attached tells nothing.
    var hears: [String: Set<String>] { get }
    /// Counts up when `watchedPlates` would answer differently.
    var watchVersion: Int { get }
}

extension DomainPlugin {
    package var hears: [String: Set<String>] { [:] }
    package var watchVersion: Int { 0 }
    package func decide(_ batch: PluginBatch, into events: inout LedgerEvents) throws {
        preconditionFailure("the host hands a domain plugin its inputs one by one")
    }
}

/// What comes to a domain plugin by itself.
package enum PluginInput {
    case hit(Hit)
    case record(SectionRecord)
    /// Of a plate that it watches.
    case read(Read)
    case event(DomainEvent)
    case answer(EffectAnswer)
    /// The engine's clock, once a second; never goes back.
    case time(Nanoseconds)
}
