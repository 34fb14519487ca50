/// The effects of a plugin's ledger, as anybody can read them beside a running daemon: what waits, and the dead
/// letters; and how a dead letter is sent again.
package struct EffectArchive {
    package struct Letter: Equatable, Sendable {
        package let effect: Effect
        /// Why it was given up; nil: it waits.
        package let reason: String?
    }

    /// By key; the dead ones last.
    package let letters: [Letter]

    /// Reads the ledger and changes nothing.
    package init(_ storage: any LedgerStorage, shards: Int) throws {
        var outbox = EffectOutbox(Nobody())
        var recovery = try LedgerRecovery(storage, shards: shards, changesNothing: true)
        try recovery.run { snapshot in
            try snapshot.host.withUnsafeBytes {
                var reader = ByteReader($0)
                try outbox.restore(&reader)
            }
        } apply: { _, event in
            if event.isOfOutbox { _ = try outbox.apply(event) }
        }
        letters =
            outbox.waitingEffects.map { Letter(effect: $0, reason: nil) }
            + outbox.deadEffects.map { Letter(effect: $0.effect, reason: $0.reason) }
    }

    // MARK: Sending again

    /// The file in a ledger's folder that asks for it: a key a line, or `*` for all.
    static let requestName = "retry"
    static let all = "*"

    /// Asks the plugin's host, which looks each second while it runs and at its start, to send dead letters again.
    package static func request(_ keys: [String], in storage: any LedgerStorage) throws(SystemError) {
        let text = keys.map { $0 + "\n" }.joined()
        storage.close(try storage.replace(requestName, with: Array(text.utf8)))
    }

    package static func requestAll(in storage: any LedgerStorage) throws(SystemError) {
        try request([all], in: storage)
    }

    /// Takes the request, if there is one, and removes it.
    static func takeRequest(_ storage: any LedgerStorage) throws(SystemError) -> [String] {
        guard try storage.list().contains(requestName) else { return [] }
        let text = String(decoding: try storage.read(requestName), as: UTF8.self)
        try storage.remove(requestName)
        return text.split(separator: "\n").map(String.init)
    }

    private final class Nobody: EffectDelivery {
        func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
            throw .temporary("nothing is delivered here")
        }
    }
}
