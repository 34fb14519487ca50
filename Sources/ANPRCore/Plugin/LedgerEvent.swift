/// Something that happened to a plugin, as its ledger has it. Valid only during the call that hands it over.
package struct LedgerEvent {
    /// The plugin's own, below `hostKindMin`.
    package let kind: UInt16
    package let payload: UnsafeRawBufferPointer

    package init(kind: UInt16, payload: UnsafeRawBufferPointer) {
        self.kind = kind
        self.payload = payload
    }

    /// Kinds from here on are the host's: what becomes of effects, what others are told and heard, calls.
    package static let hostKindMin: UInt16 = 0xff00
    static let effectEnqueued: UInt16 = 0xff00
    static let effectDelivered: UInt16 = 0xff01
    static let effectDead: UInt16 = 0xff02
    /// A domain event: kind, id, instant, body to the end.
    static let told: UInt16 = 0xff03
    /// How far another plugin's events were heard: origin, transaction, index.
    static let heard: UInt16 = 0xff04
    /// A command was done: its id, what was answered.
    static let callDone: UInt16 = 0xff06
    /// What earlier transactions say must not stay on disk.
    static let historyForgotten: UInt16 = 0xff07

    var isOfHost: Bool { kind >= Self.hostKindMin }
    var isOfOutbox: Bool { (Self.effectEnqueued...Self.effectDead).contains(kind) }
}
