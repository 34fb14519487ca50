/// What a domain plugin hears besides the streams: others' events, answers to its effects, the time, calls.
extension PluginHost {
    /// An event, an answer or the time. When it throws, nothing was taken.
    package func take(_ input: PluginInput) throws {
        guard let domain else { return }
        if let failure { throw PluginHostProblem.broken(failure) }
        guard stepped == 0 else { throw PluginHostProblem.inBatch }
        switch input {
        case .event(let event): try take(event, domain)
        case .answer(let answer): try take(answer, domain)
        case .time(let nowNs):
            try checkRoom()
            clockNs = max(clockNs, nowNs)
            events.removeAll()
            try step { try domain.decide(.time(clockNs), into: &$0) }
            if !events.isEmpty { hold() }
        case .hit, .record, .read: preconditionFailure("these come in batches, with a place in their stream")
        }
    }

    /// One that was taken before is not taken again.
    private func take(_ event: DomainEvent, _ domain: any DomainPlugin) throws {
        guard event.place > heard[event.origin] ?? EventPlace() else { return }
        try checkRoom()
        events.removeAll()
        let name = EventName(event)
        let attempt = AttemptPage.Attempt.event(name.mark)
        let isSetAside = isPoison(attempt)
        if isSetAside {
            events.send(SetAsideLine.effect(name, attempt, deaths: attempts.deaths))
        } else {
            try guarded(attempt) { try domain.decide(.event(event), into: &$0) }
        }
        heard[event.origin] = event.place
        inputs.heard += 1
        hold(heard: [event.origin: event.place], clearsSuspect: isSetAside)
    }

    /// There was nothing for this plugin up to there. Taken now and then only: two who hear each other, and note each
    /// time that the other has noted something, would write for ever.
    func pass(_ origin: String, to place: EventPlace) {
        let before = heard[origin] ?? EventPlace()
        guard domain != nil, failure == nil, stepped == 0, place > before,
            place.transaction - before.transaction >= Self.passedMin
        else { return }
        events.removeAll()
        heard[origin] = place
        hold(heard: [origin: place])
    }

    /// What the plugin makes of it is committed together with what became of the effect. It is taken though the outbox
    /// is full: it makes room.
    private func take(_ answer: EffectAnswer, _ domain: any DomainPlugin) throws {
        events.removeAll()
        let attempt = AttemptPage.Attempt.answer(EventName(answer).mark)
        let isSetAside = isPoison(attempt)
        if isSetAside {
            events.bury(answer.key, "the process died of its answer, \(attempts.deaths) times")
        } else {
            // First, so that what the plugin decides may send the same key again.
            switch answer.outcome {
            case .answered: events.add(LedgerEvent.effectDelivered) { $0.append(text: answer.key) }
            case .gaveUp(let reason): events.bury(answer.key, reason)
            }
            try guarded(attempt) { try domain.decide(.answer(answer), into: &$0) }
        }
        hold(clearsSuspect: isSetAside)
    }

    private func guarded(_ attempt: AttemptPage.Attempt, _ decide: (inout LedgerEvents) throws -> Void) throws {
        attempts.begin(attempt)
        defer { attempts.end() }
        try step(decide)
        if attempts.suspect?.identity == attempt.identity { attempts.clearSuspect() }
    }

    // MARK: Calls

    /// Does a command, or answers a query. The reply comes when all that it tells of is on disk, from `commit`; at once
    /// when it is already.
    package func take(_ call: PluginCall, atNs: Nanoseconds, reply: @escaping (PluginReply) -> Void) {
        guard let domain else { return reply(.refused(Refusal("no_verbs", "the plugin takes no calls"))) }
        if let failure { return reply(.notNow("\(PluginHostProblem.broken(failure))")) }
        guard stepped == 0 else { return reply(.notNow("\(PluginHostProblem.inBatch)")) }
        clockNs = max(clockNs, atNs)
        var call = call
        call.atNs = clockNs
        if call.isQuery { answer(call, domain, reply) } else { command(call, domain, reply) }
    }

    private func answer(_ call: PluginCall, _ domain: any DomainPlugin, _ reply: @escaping (PluginReply) -> Void) {
        var lines = JSONLine()
        let answer: PluginReply
        do throws(Refusal) {
            let next = try domain.answer(call, into: &lines)
            answer = .lines(lines.bytes, next: next)
            inputs.calls += 1
        } catch {
            answer = .refused(error)
            inputs.refused += 1
        }
        whenDurable { reply(answer) }
    }

    private func command(_ call: PluginCall, _ domain: any DomainPlugin, _ reply: @escaping (PluginReply) -> Void) {
        guard (1...Self.callIDBytesMax).contains(call.id.utf8.count) else {
            return reply(.refused(Refusal("bad_id", "a call's id has 1 to \(Self.callIDBytesMax) bytes")))
        }
        if let known = freshCalls[call.id] ?? record.answer(to: call.id) { return whenDurable { reply(.done(known)) } }
        do throws(PluginHostProblem) { try checkRoom() } catch { return reply(.notNow("\(error)")) }
        events.removeAll()
        var answer: [UInt8] = []
        do { try step { answer = try domain.decide(call, into: &$0) } } catch let refusal as Refusal {
            inputs.refused += 1
            return whenDurable { reply(.refused(refusal)) }
        } catch { return reply(.notNow("\(error)")) }
        let kept = DoneCalls.kept(answer)
        events.add(LedgerEvent.callDone) {
            $0.append(text: call.id)
            $0 += kept
        }
        freshCalls[call.id] = kept
        inputs.calls += 1
        hold()
        whenDurable { reply(.done(answer)) }
    }

    private static var passedMin: UInt64 { 1024 }
    private static var callIDBytesMax: Int { 256 }

    /// Once everything that was decided so far is on disk: what a reply tells of must not be lost afterwards.
    private func whenDurable(_ reply: @escaping () -> Void) {
        if let last = held.lastIndex(where: { !$0.events.isEmpty }) {
            held[last].replies.append(reply)
        } else if flying != nil {
            flying?.replies.append(reply)
        } else {
            reply()
        }
    }
}
