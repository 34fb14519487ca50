import ANPRCore

/// What people do to files. A refusal is an answer, with a stable word: nothing has happened.
extension FineOffice {
    func decide(_ call: PluginCall, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        see(call.atNs)
        switch try CBECommand(call) {
        case .accept(let number, let plate, let country):
            return try accept(try file(number), plate, country, by: call.by, into: &events)
        case .reject(let number, let cause): return try close(number, from: [.verification], cause, into: &events)
        case .enter(let offence): return try enter(offence, call, into: &events)
        case .holder(let number, let holder):
            let file = try file(number, in: [.holder, .unknown, .refused])
            guard file.charge.fine != nil else { throw Refusal("no_fine", "a letter goes out for a fine only") }
            name(holder, file, into: &events)
            return done(file, .ready)
        case .ask(let number): return try ask(try file(number, in: [.unknown, .refused]), into: &events)
        case .prosecute(let number): return try prosecute(number, into: &events)
        case .again(let number):
            let file = try file(number, in: [.refused])
            sendOn(file, into: &events)
            return done(file, .ready)
        case .close(let number, let cause):
            return try close(number, from: Set(FilePhase.allCases.filter(\.canClose)), cause, into: &events)
        case .pay(let number, let cents, let reference):
            return try pay(try file(number), cents, reference, into: &events)
        case .closeBatch:
            let count = min(ledger.ready.count, Self.batchesATurn * options.batchFiles)
            closeBatches(nowNs: clockNs, into: &events)
            return FileAnswer.object { $0.field("files", count) }
        }
    }

    private func file(_ number: UInt64, in phases: Set<FilePhase>? = nil) throws(Refusal) -> FineFile {
        guard let file = ledger.files[number] else { throw Refusal("unknown", "there is no file \(number)") }
        if let phases, !phases.contains(file.phase) {
            let names = phases.map(\.name).sorted().joined(separator: ", ")
            throw Refusal(
                "not_in_state", "file \(file.number.digits) is \(file.phase.name); it must be one of \(names)")
        }
        return file
    }

    private func done(_ file: FineFile, _ phase: FilePhase) -> [UInt8] {
        FileAnswer.object {
            $0.field("file", file.number.digits)
            $0.field("pv_number", file.pvNumber)
            $0.field("phase", phase.name)
        }
    }

    // MARK: Verification

    /// Reasons that no person can mend: what was measured proves nothing.
    private static let unmendable: Set<Substring> = ["instrument_unknown", "certificate_expired", "uncertified"]

    private func accept(
        _ file: FineFile, _ plate: Plate?, _ country: Country?, by: String, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        var file = try self.file(file.number.number, in: [.verification])
        if let reason = file.cause.split(separator: " ").first(where: Self.unmendable.contains) {
            throw Refusal("no_instrument", "the measurement proves nothing (\(reason)): it can only be rejected")
        }
        if let plate { file.offence.plate = plate }
        if let country { file.offence.country = country }
        guard file.offence.country != .unknown else {
            throw Refusal("country_unknown", "say the vehicle's country with --country")
        }
        try CountryList.check(file.offence.country)
        guard let charge = judge.charge(file.offence) else {
            throw Refusal("no_tariff", "the tables of law have no row for the day of the offence")
        }
        file.charge = charge
        file.verifiedBy = by
        send(.charged(file.number.number, file.offence, charge, by: by), &events)
        tellOpened(file, into: &events)
        sendOn(file, into: &events)
        return FileAnswer.object {
            $0.field("file", file.number.digits)
            $0.field("pv_number", file.pvNumber)
            $0.field("decision", charge.decision)
            if let fine = charge.fine { $0.field("total_cents", fine.totalCents) }
        }
    }

    private func enter(
        _ entered: EnteredOffence, _ call: PluginCall, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        guard !ledger.isKnown(.entered(entered.reference)) else {
            throw Refusal("exists", "an offence with the reference \(entered.reference) is there already")
        }
        try CountryList.check(entered.country)
        guard ledger.count < CaseLedger.identitiesMax else { throw Refusal("full", LedgerFull().description) }
        guard entered.atNs <= call.atNs else { throw Refusal("in_future", "the offence would be in the future") }
        guard entered.atNs <= entered.validToNs else {
            throw Refusal("no_instrument", "the instrument's check was out of date: no offence")
        }
        guard entered.correctedKmh > entered.limitKmh else {
            throw Refusal("no_offence", "\(entered.correctedKmh) km/h with the tolerance off is within the limit")
        }
        let offence = Offence(
            plate: entered.plate, country: entered.country, excessKmh: entered.correctedKmh - entered.limitKmh,
            isProtectedZone: entered.zone.isProtected, foundNs: entered.atNs,
            sendBeforeNs: judge.sendBeforeNs(foundNs: entered.atNs))
        guard let charge = judge.charge(offence) else {
            throw Refusal("no_tariff", "the tables of law have no row for the day of the offence")
        }
        var file = newFile(.entered(entered.reference), CaseNumber.preferred(entered.reference), offence)
        file.finding = entered.finding(sendBeforeNs: offence.sendBeforeNs, by: call.by)
        file.charge = charge
        file.verifiedBy = call.by
        tally.entered += 1
        tally.opened += 1
        sendOn(file, isNew: true, into: &events)
        return FileAnswer.object {
            $0.field("file", file.number.digits)
            $0.field("pv_number", file.pvNumber)
            $0.field("decision", charge.decision)
            if let fine = charge.fine { $0.field("total_cents", fine.totalCents) }
        }
    }

    // MARK: On the way

    private func ask(_ file: FineFile, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        guard file.charge.fine != nil else { throw Refusal("no_fine", "a holder is asked for a fine only") }
        var open = file
        open.holder = nil
        guard canAsk(open) else {
            throw Refusal("no_register", "no register is set up for \(file.offence.country.description) vehicles")
        }
        sendOn(open, into: &events)
        return done(file, .holder)
    }

    private func prosecute(_ number: UInt64, into events: inout LedgerEvents) throws(Refusal) -> [UInt8] {
        var file = try file(number, in: [.unknown, .refused])
        file.charge = .prosecutor(.holder)
        send(.charged(number, file.offence, file.charge, by: file.verifiedBy), &events)
        sendOn(file, into: &events)
        return done(file, .ready)
    }

    private func close(
        _ number: UInt64, from phases: Set<FilePhase>, _ cause: String, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        let file = try file(number, in: phases)
        move(file, to: .closed, cause: cause, into: &events)
        return done(file, .closed)
    }

    // MARK: Payment

    /// Before Justice has acknowledged a file its money only counts; afterwards the full amount ends it.
    private static let payable: Set<FilePhase> = [.sent, .acknowledged, .reminded, .ordered, .handed]

    private func pay(
        _ file: FineFile, _ cents: Int, _ reference: String, into events: inout LedgerEvents
    ) throws(Refusal) -> [UInt8] {
        guard !file.payments.contains(reference) else {
            throw Refusal("exists", "payment \(reference) is counted already")
        }
        var file = try self.file(file.number.number, in: Self.payable)
        guard let fine = file.charge.fine else { throw Refusal("no_fine", "nothing is to be paid") }
        guard file.payments.count < FineFile.paymentsMax else {
            throw Refusal("full", "a file holds at most \(FineFile.paymentsMax) payments")
        }
        file.paidCents += cents
        send(.paid(file.number.number, cents: Int64(cents), reference: reference), &events)
        isPaid(file, into: &events)
        let phase = file.isPaidUp && file.phase.canBePaid ? FilePhase.paid : file.phase
        return FileAnswer.object {
            $0.field("file", file.number.digits)
            $0.field("phase", phase.name)
            $0.field("paid_cents", file.paidCents)
            $0.field("owed_cents", max(0, fine.totalCents - file.paidCents))
            let overCents = file.paidCents - fine.totalCents
            if overCents > 0 { $0.field("overpaid_cents", overCents) }
        }
    }
}
