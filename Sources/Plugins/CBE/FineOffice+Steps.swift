import ANPRCore

/// A file's steps: each is an event, what is sent because of it, and what others are told.
extension FineOffice {
    /// Sends a charged file on its way: a new one, or one whose phase allows what comes next.
    func sendOn(_ file: FineFile, isNew: Bool = false, into events: inout LedgerEvents) {
        var file = file
        let nowNs = now(file)
        let from = file.phase
        let way = way(file, nowNs: nowNs)
        (file.phase, file.cause, file.waitNs) = (way.phase, way.cause, way.waitNs)
        if way.phase == .holder { file.asks += 1 }
        if isNew {
            var kept = file
            // WHY: a line holds all of it, and such files are millions.
            if way.phase == .handed { kept.finding = [] }
            send(.opened(kept, day: day(nowNs)), &events)
            tellOpened(file, into: &events)
        } else {
            if way.phase == .holder { send(.asked(file.number.number, waitNs: way.waitNs), &events) }
            move(file, from: from, to: way.phase, cause: way.cause, waitNs: way.waitNs, into: &events)
        }
        switch way.phase {
        case .handed: events.send(key: file.origin.text, to: Destination.fines, FileDocument.line(file))
        case .holder: ask(file, into: &events)
        case .ready: writeLetter(file, into: &events)
        default: break
        }
    }

    private func way(_ file: FineFile, nowNs: Nanoseconds) -> (phase: FilePhase, cause: String, waitNs: Nanoseconds) {
        if options.journeyNs > 0, file.charge.fine != nil, file.phase == .verification {
            return (.journey, "", nowNs + 2 * options.journeyNs)
        }
        guard options.hasExchange else { return (.handed, "", .max) }
        let readyNs = nowNs + options.batchNs
        guard file.charge.fine != nil else { return (.ready, "", readyNs) }
        if file.holder != nil { return (.ready, "", readyNs) }
        guard let row = sources?.row(file.offence.country, day: Int(day(file.offence.foundNs))),
            destination(row.register) != nil
        else { return (.unknown, "no_register", .max) }
        return (.holder, "", nowNs + row.timeoutNs)
    }

    /// Whether a register is set up for its vehicle.
    func canAsk(_ file: FineFile) -> Bool { way(file, nowNs: now(file)).phase == .holder }

    private func destination(_ register: HolderSources.Register) -> String? {
        switch register {
        case .national: options.registerURL == nil ? nil : Destination.register
        case .eucaris: options.eucarisURL == nil ? nil : Destination.eucaris
        case .none: nil
        }
    }

    /// The question goes out once for each count of `asks`.
    private func ask(_ file: FineFile, into events: inout LedgerEvents) {
        guard let row = sources?.row(file.offence.country, day: Int(day(file.offence.foundNs))),
            let destination = destination(row.register)
        else { return }
        let key = "holder-\(file.number.digits)-\(file.asks)"
        events.send(key: key, to: destination, HolderInquiry.question(file, key: key))
    }

    /// Moves a file, and tells it. `file` is as it stands but for the move.
    func move(
        _ file: FineFile, from: FilePhase? = nil, to phase: FilePhase, cause: String = "",
        waitNs: Nanoseconds = .max, into events: inout LedgerEvents
    ) {
        let nowNs = now(file)
        let move = FileEvent.Move(
            number: file.number.number, to: phase, cause: cause, waitNs: waitNs, day: day(nowNs))
        send(.moved(move), &events)
        guard file.charge != .open else { return }
        var line = JSONLine()
        line.begin()
        line.field("pv", file.pvNumber)
        line.field("from", (from ?? file.phase).name)
        line.field("to", phase.name)
        line.field("cause", cause)
        line.field("at", Instant.format(nowNs))
        line.end()
        events.tell("cbe.file.moved/1", id: file.pvNumber, atNs: nowNs, line.bytes)
    }

    func tellOpened(_ file: FineFile, into events: inout LedgerEvents) {
        var line = JSONLine()
        line.begin()
        line.field("pv", file.pvNumber)
        line.field("plate", file.offence.plate.description)
        line.field("country", file.offence.country.description)
        if case .record(let id) = file.origin {
            let section = knowledge.section(id.section)
            line.field("section", section?.name ?? "")
            line.field("place", section?.place ?? "")
        }
        line.field("at", Instant.format(file.offence.foundNs))
        line.field("decision", file.charge.decision)
        line.field("amount_cents", file.charge.fine?.amountCents ?? 0)
        line.end()
        events.tell("cbe.file.opened/1", id: file.pvNumber, atNs: file.offence.foundNs, line.bytes)
    }

    /// The document for Justice, with the letter in it when there is somebody to write to.
    func writeLetter(_ file: FineFile, into events: inout LedgerEvents) {
        var letter: String?
        if let holder = file.holder, file.charge.fine != nil {
            let nowNs = now(file)
            let within = judge.tariffs.period("payment", day: Int(day(nowNs)))
            letter = letters?.letter(file, holder, nowNs: nowNs, payWithinNs: within)
        }
        send(.lettered(file.number.number, FileDocument.document(file, letter: letter)), &events)
        if options.pdfTool != nil, let letter {
            events.send(key: "pdf-\(file.number.digits)-\(file.version + 1)", to: Destination.pdf, Array(letter.utf8))
        }
    }

    /// A holder is known: his file is ready.
    func name(_ holder: Holder, _ file: FineFile, into events: inout LedgerEvents) {
        var named = file
        named.holder = holder
        send(.holderNamed(file.number.number, holder), &events)
        move(named, to: .ready, waitNs: now(file) + options.batchNs, into: &events)
        writeLetter(named, into: &events)
    }

    // MARK: Justice

    /// Closes a batch of files that are ready, and has it signed.
    func closeBatch(_ files: [FineFile], number: UInt32, nowNs: Nanoseconds, into events: inout LedgerEvents) {
        let manifest = SealManifest(batch: number, closedNs: nowNs, files: files).bytes
        let batch = Batch(
            number: number, closedNs: nowNs, files: files.map(\.number.number), manifest: manifest)
        send(.batched(batch), &events)
        for file in files { move(file, to: .batched, into: &events) }
        events.send(key: batch.sealKey, to: Destination.seal, manifest)
    }

    /// Sends a document, or sends it again under the key that it had.
    func post(_ file: FineFile, into events: inout LedgerEvents) {
        move(file, to: .sending, into: &events)
        events.send(key: file.justiceKey, to: Destination.justice, file.document)
    }

    /// Asks Justice whether it still has what it said that it has.
    func askKept(_ file: FineFile, nowNs: Nanoseconds, into events: inout LedgerEvents) {
        send(.asked(file.number.number, waitNs: nowNs + .hour), &events)
        events.send(key: "kept-\(file.justiceKey)-\(file.asks + 1)", to: Destination.kept, [])
    }

    func isPaid(_ file: FineFile, into events: inout LedgerEvents) {
        guard file.isPaidUp, file.phase.canBePaid else { return }
        move(file, to: .paid, into: &events)
    }

    /// A line for people: what they must look at.
    func alarm(_ what: String, _ key: String, _ file: FineFile?, into events: inout LedgerEvents) {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("alarm", what)
        if let file {
            line.field("pv_number", file.pvNumber)
            line.field("number", file.number.digits)
            line.field("phase", file.phase.name)
            if let sendBeforeNs = file.offence.sendBeforeNs {
                line.field("send_before", Instant.format(sendBeforeNs))
            }
        }
        line.end()
        events.send(key: key, to: Destination.alarms, line.bytes)
    }
}
