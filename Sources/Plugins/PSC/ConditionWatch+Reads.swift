import ANPRCore
import PluginKit

/// Reads of watched plates: what they break alone, and whom they meet.
extension ConditionWatch {
    func decide(_ read: Read, into events: inout LedgerEvents) {
        tally.reads += 1
        guard register.bears(on: read.plate) else {
            tally.unwatched += 1  // asked for before a change, handed over after it
            return
        }
        let camera = knowledge.camera(read.camera)
        if camera == nil { tally.cameraUnknown += 1 }
        let sighting = Sighting(read, at: camera)
        var alerts: [Alert] = []
        for condition in judge.broken(by: read, at: camera, in: register) {
            guard let person = register.persons[condition.person] else { continue }
            alerts.append(
                Alert(
                    condition: condition, priority: judge.priority(condition, at: read.capturedNs), person: person,
                    sighting: sighting, atNs: read.capturedNs,
                    key: RepeatWindow.Key(condition: condition.id, camera: read.camera),
                    windowNs: ledger.repeats.startNs(read.capturedNs)))
        }
        for owner in register.owners(read.plate, at: read.capturedNs) {
            meet(owner, sighting, &alerts, into: &events)
        }
        alerts.sort { ($0.priority, $0.condition.id, $0.atNs, $0.id) < ($1.priority, $1.condition.id, $1.atNs, $1.id) }
        if alerts.isEmpty { tally.harmless += 1 } else { tally.breaking += 1 }
        raise(alerts, into: &events)
    }

    /// One alert for each key and window, also of those at hand.
    private func raise(_ alerts: [Alert], into events: inout LedgerEvents) {
        var fresh: Set<WindowedKey> = []
        for alert in alerts {
            tally.breaches += 1
            guard !ledger.repeats.contains(alert.key, at: alert.atNs),
                fresh.insert(WindowedKey(key: alert.key, windowNs: alert.windowNs)).inserted
            else {
                tally.repeats += 1
                continue
            }
            raise(alert, into: &events)
        }
    }

    private struct WindowedKey: Hashable {
        let key: RepeatWindow.Key
        let windowNs: Nanoseconds
    }

    /// An alert: a line, a message to the ISLP, a breach that a person looks at, and what the other plugins hear.
    func raise(_ alert: Alert, into events: inout LedgerEvents) {
        let line = alert.line(judge.localTime)
        let breach = alert.breach(line)
        PSCEvent.breached(breach, alert.key).append(to: &events)
        events.send(key: alert.id, to: Destination.alerts, line)
        if judge.goesToISLP(alert.condition, at: alert.atNs) ?? (options.islpURL != nil) {
            let key = "islp-" + PercentText.encode(alert.id)
            var message = JSONLine()
            message.begin()
            message.field("id", key)
            message.key("alert")
            message.value(raw: line)
            message.end()
            events.send(key: key, to: Destination.islp, message.bytes)
        }
        events.tell(Breach.told, id: breach.id, atNs: breach.atNs, breach.tiding)
        tally.alerts += 1
    }

    // MARK: Two persons together

    /// Whom a person meets there, whichever of the two came first and whichever read comes first. All is decided by
    /// capture times: they are together when the later comes, and then the ban must be in force.
    private func meet(
        _ person: String, _ sighting: Sighting, _ alerts: inout [Alert], into events: inout LedgerEvents
    ) {
        let bans = register.contacts(of: person)
        guard !bans.isEmpty else { return }
        for ban in bans {
            guard let other = ban.person == person ? ban.other : ban.person else { continue }
            let met = ledger.passages.near(
                other, sighting.place, at: sighting.capturedNs, withinNs: options.togetherNs)
            // A car that is both persons' is one car.
            for passage in met where passage.plate != sighting.plate {
                let atNs = max(sighting.capturedNs, passage.capturedNs)
                guard register.isInForce(ban, at: atNs), judge.binds(ban, at: atNs),
                    let alert = alert(ban, ban.person == person ? (sighting, passage) : (passage, sighting), atNs)
                else { continue }
                alerts.append(alert)
            }
        }
        if bans.contains(where: { mayMatter($0, at: sighting.capturedNs) }),
            !ledger.passages.contains(sighting, of: person)
        {
            PSCEvent.passed(person: person, sighting).append(to: &events)
        }
    }

    /// Whether somebody who came then can be met while the ban is in force.
    private func mayMatter(_ ban: Condition, at ns: Nanoseconds) -> Bool {
        let (fromNs, toNs) = register.inForce(ban)
        let (latestNs, isPast) = ns.addingReportingOverflow(options.togetherNs)
        return (isPast || fromNs <= latestNs) && ns < toNs
    }

    private func alert(_ ban: Condition, _ seen: (mine: Sighting, others: Sighting), _ atNs: Nanoseconds) -> Alert? {
        guard let person = register.persons[ban.person], let other = ban.other.flatMap({ register.persons[$0] }) else {
            return nil
        }
        return Alert(
            condition: ban, priority: judge.priority(ban, at: atNs), person: person, sighting: seen.mine,
            other: (other, seen.others), atNs: atNs,
            key: RepeatWindow.Key(condition: ban.id, site: seen.mine.place),
            windowNs: ledger.repeats.startNs(atNs))
    }
}
