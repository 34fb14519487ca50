/// Something that happened to a plugin, as its ledger has it. Valid only during the call that hands it over.
package struct LedgerEvent {
    /// The plugin's own, below `hostKindMin`.
    package let kind: UInt16
    package let payload: UnsafeRawBufferPointer

    package init(kind: UInt16, payload: UnsafeRawBufferPointer) {
        self.kind = kind
        self.payload = payload
    }

    /// Kinds from here on are the host's: what becomes of effects.
    package static let hostKindMin: UInt16 = 0xff00
    static let effectEnqueued: UInt16 = 0xff00
    static let effectDelivered: UInt16 = 0xff01
    static let effectDead: UInt16 = 0xff02

    var isOfHost: Bool { kind >= Self.hostKindMin }
}
