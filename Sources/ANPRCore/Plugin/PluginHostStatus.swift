/// A plugin's host as shown to people.
package struct PluginHostStatus: Sendable, Equatable {
    /// Of its ledger, since its beginning.
    package let transactions: UInt64
    /// Decided, not committed.
    package let held: Int
    /// Effects that are committed and have not happened.
    package let waiting: Int
    package let dead: Int
    /// Events that the plugin never took, because it died of each too often.
    package let setAside: Int
    /// Above 0 while events are handed over one by one, because the process died of one.
    package let suspectDeaths: Int
    package let effects: EffectCounts
    /// Since the start: commands done and queries answered; refused; other plugins' events heard.
    package let calls: Int
    package let callsRefused: Int
    package let eventsHeard: Int
    package let lanes: [LaneStatus]
    /// Why its ledger takes nothing any more.
    package let failure: String?
    /// Why the last attempt of a delivery failed, until one succeeds. It is made again: nothing is lost.
    package let deliveryProblem: String?
}
