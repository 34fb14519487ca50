import ANPRCore

/// Messages of i+Belgium: each is taken, known already, kept as lost, or refused with a cause.
extension ConditionWatch {
    /// As many as i+Belgium sends at once.
    static let messagesAPage = 100

    /// - Parameter after: the number of the last message taken; one that comes again is not taken again.
    func take(_ messages: [JSON5Value], _ after: inout UInt64, into events: inout LedgerEvents) {
        var desk = ChangeDesk(ledger, by: RevisionSource.peer.name, atNs: clockNs)
        var refusals: [(key: String, cause: String)] = []
        for message in messages {
            guard let number = message["number"]?.integer.flatMap({ UInt64(exactly: $0) }), number > after else {
                continue
            }
            after = number
            switch outcome(message["body"], &desk) {
            case .taken: tally.messagesTaken += 1
            case .known: tally.messagesKnown += 1
            case .lost: tally.messagesLost += 1
            case .refused(let cause):
                tally.messagesRefused += 1
                refusals.append(("inbox-message-\(number)", cause))
            }
        }
        desk.append(to: &events)
        for refusal in refusals { refuse(refusal.key, refusal.cause, into: &events) }
    }

    private func outcome(_ body: JSON5Value?, _ desk: inout ChangeDesk) -> ChangeDesk.Outcome {
        guard let body else { return .refused("a message without a body") }
        do throws(TextProblem) { return desk.take(try ExchangeMessage(body, options.text)) } catch {
            return .refused(String(error.message.prefix(200)))
        }
    }
}
