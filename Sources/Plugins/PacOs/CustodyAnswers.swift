import ANPRCore

/// Answers queries from the register.
struct CustodyAnswers {
    let register: CustodyRegister
    let rules: CustodyRules

    /// - Returns: where the next page begins.
    func answer(_ query: PacOsQuery, _ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        switch query {
        case .find(let search):
            let (found, next) = search.run(register, from: try start(call), limit: max(1, call.limit))
            for exhibit in found { write(exhibit, into: &lines) }
            return next.map(String.init)
        case .exhibit(let code): write(try exhibit(code), into: &lines)
        case .custody(let code): writeChain(try exhibit(code), into: &lines)
        case .seizure(let name): try writeSeizure(name, into: &lines)
        case .seizures(let pv, let openOnly): return try writeSeizures(pv, openOnly, call, into: &lines)
        case .deliveries(let openOnly): return try writeDeliveries(openOnly, call, into: &lines)
        case .drafts(let openOnly): return try writeDrafts(openOnly, call, into: &lines)
        case .delivery(let number): write(try delivery(number), number, into: &lines)
        case .receipt(let number, let format, let language):
            let receipt = Receipt(register, try delivery(number), number: number, language: language)
            lines.begin()
            lines.field("delivery", Delivery.name(number))
            lines.field("copies", Receipt.copies)
            lines.field("receipt", receipt.written(format))
            lines.end(newline: true)
        case .inventory(let number): try writeInventory(number, into: &lines)
        case .heads: return try writeHeads(call, into: &lines)
        }
        return nil
    }

    private func start(_ call: PluginCall) throws(Refusal) -> Int {
        guard let from = call.from.isEmpty ? 0 : Int(call.from), from >= 0 else {
            throw Refusal("bad_page", "'\(call.from)' is no page")
        }
        return from
    }

    private func exhibit(_ code: [UInt8]) throws(Refusal) -> Int {
        let number = try rules.forms.number(code)
        guard let exhibit = register.exhibit(number) else {
            throw Refusal("unknown", "\(number) is no exhibit that is registered here")
        }
        return exhibit
    }

    private func delivery(_ number: Int) throws(Refusal) -> Delivery {
        guard number <= register.deliveries.count else {
            throw Refusal("unknown", "there is no delivery \(Delivery.name(number))")
        }
        return register.deliveries[number - 1]
    }

    private func write(_ exhibit: Int, into lines: inout JSONLine) {
        let row = register.exhibits[exhibit]
        let seizure = register.seizures[Int(row.seizure)]
        lines.begin()
        lines.field("number", row.number.description)
        lines.field("state", row.state.name)
        lines.field("place", register.text(row.place))
        lines.field("delivery", row.delivery == 0 ? "" : Delivery.name(Int(row.delivery)))
        lines.field("kind", "\(row.kind)")
        lines.field("description", register.text(row.description))
        lines.field("seal", register.text(row.seal))
        lines.field("seizure", register.text(seizure.name))
        lines.field("pv", register.text(seizure.pv))
        lines.field("seized_at", Instant.format(seizure.seizedNs))
        lines.field("entries", row.entryCount)
        lines.field("hash", register.lastDigest(exhibit).description)
        lines.end(newline: true)
    }

    private func writeChain(_ exhibit: Int, into lines: inout JSONLine) {
        for (i, entry) in register.chain(exhibit).enumerated() {
            lines.begin()
            lines.field("number", register.exhibits[exhibit].number.description)
            lines.field("entry", i + 1)
            lines.field("at", Instant.format(entry.atNs))
            lines.field("did", entry.act?.name ?? "")
            lines.field("by", register.text(entry.by))
            lines.field("subject", register.text(entry.subject))
            lines.field("note", register.text(entry.note))
            lines.field("hash", entry.digest.description)
            lines.end(newline: true)
        }
    }

    private func writeSeizure(_ name: String, into lines: inout JSONLine) throws(Refusal) {
        guard let seizure = register.seizure(name) else { throw Refusal("unknown", "there is no seizure '\(name)'") }
        let row = register.seizures[seizure]
        lines.begin()
        lines.field("seizure", name)
        lines.field("pv", register.text(row.pv))
        lines.field("seized_at", Instant.format(row.seizedNs))
        lines.field("place", register.text(row.place))
        lines.field("service", "\(row.service)")
        lines.field("state", row.isClosed ? "closed" : "open")
        lines.field("draft", row.draft == 0 ? "" : "DR-\(row.draft)")
        lines.field("by", register.text(row.by))
        let exhibits = register.exhibits.filter { $0.seizure == UInt32(seizure) }
        lines.field("exhibits", list: exhibits.prefix(SeizureTold.exhibitsMax).map(\.number.description))
        lines.end(newline: true)
    }

    /// A page of rows that lie in their order.
    private func page<Row>(
        _ rows: [Row], _ call: PluginCall, into lines: inout JSONLine, where isListed: (Row) -> Bool,
        fields: (Int, Row, inout JSONLine) -> Void
    ) throws(Refusal) -> String? {
        var written = 0
        let from = try start(call)
        for at in from..<max(rows.count, from) where isListed(rows[at]) {
            if written == max(1, call.limit) { return String(at) }
            written += 1
            lines.begin()
            fields(at, rows[at], &lines)
            lines.end(newline: true)
        }
        return nil
    }

    /// Without their exhibits.
    private func writeSeizures(
        _ pv: String, _ openOnly: Bool, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        try page(register.seizures, call, into: &lines) { row in
            !(openOnly && row.isClosed) && (pv.isEmpty || register.text(row.pv) == pv)
        } fields: { _, row, line in
            line.field("seizure", register.text(row.name))
            line.field("pv", register.text(row.pv))
            line.field("seized_at", Instant.format(row.seizedNs))
            line.field("place", register.text(row.place))
            line.field("service", "\(row.service)")
            line.field("state", row.isClosed ? "closed" : "open")
        }
    }

    private func writeDeliveries(
        _ openOnly: Bool, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        try page(register.deliveries, call, into: &lines) { delivery in
            !openOnly || (delivery.state != .received && delivery.state != .refused)
        } fields: { at, delivery, line in
            line.field("delivery", Delivery.name(at + 1))
            line.field("state", delivery.state.name)
            line.field("from", register.text(delivery.from))
            line.field("to", register.text(delivery.to))
            line.field("pieces", delivery.pieces.count)
        }
    }

    private func writeDrafts(
        _ openOnly: Bool, _ call: PluginCall, into lines: inout JSONLine
    ) throws(Refusal) -> String? {
        try page(register.drafts, call, into: &lines) {
            !openOnly || $0.isOpen
        } fields: { at, row, line in
            line.field("draft", "DR-\(at + 1)")
            line.field("state", row.state)
            line.field("plate", register.text(row.plate))
            line.field("camera", register.text(row.camera))
            line.field("captured_at", Instant.format(row.capturedNs))
            line.field("list", register.text(row.list))
            line.field("case", register.text(row.caseNumber))
            line.field("reason", register.text(row.reason))
            line.field("hit", register.text(row.hit))
            line.field("seizure", row.seizure == 0 ? "" : register.text(register.seizures[Int(row.seizure) - 1].name))
            line.field("note", register.text(row.note))
        }
    }

    private func write(_ delivery: Delivery, _ number: Int, into lines: inout JSONLine) {
        func waits(_ piece: UInt32) -> Bool { register.exhibits[Int(piece)].state == .underway }
        lines.begin()
        lines.field("delivery", Delivery.name(number))
        lines.field("state", delivery.state.name)
        lines.field("from", register.text(delivery.from))
        lines.field("to", register.text(delivery.to))
        lines.field("pieces", delivery.pieces.count)
        lines.field("not_scanned", delivery.pieces.count { waits($0) })
        lines.field("note", register.text(delivery.note))
        lines.field("numbers", list: delivery.pieces.map { register.exhibits[Int($0)].number.description })
        lines.end(newline: true)
    }

    private func writeInventory(_ number: Int, into lines: inout JSONLine) throws(Refusal) {
        guard number <= register.inventories.count else {
            throw Refusal("unknown", "there is no count \(Inventory.name(number))")
        }
        let row = register.inventories[number - 1]
        lines.begin()
        lines.field("inventory", Inventory.name(number))
        lines.field("place", register.text(row.place))
        lines.field("state", row.isOpen ? "open" : "closed")
        lines.field("started_at", Instant.format(row.startedNs))
        lines.field("scanned", row.scanned.count)
        if row.isOpen {
            lines.field("not_scanned", register.held(at: row.place).count { !row.holds($0) })
            lines.field("unexpected", row.scanned.count { !register.isHeld($0, at: row.place) })
        } else {
            lines.field("missing", row.missing)
            lines.field("unexpected", row.unexpected)
        }
        lines.end(newline: true)
    }

    /// The last hash of each exhibit: to be kept elsewhere, and held against the chains later (`verify`).
    private func writeHeads(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        let from = try start(call)
        let end = min(register.exhibits.count, from + max(1, call.limit))
        for exhibit in from..<max(from, end) {
            lines.begin()
            lines.field("number", register.exhibits[exhibit].number.description)
            lines.field("entry", register.exhibits[exhibit].entryCount)
            lines.field("hash", register.lastDigest(exhibit).description)
            lines.end(newline: true)
        }
        return end < register.exhibits.count ? String(end) : nil
    }
}
