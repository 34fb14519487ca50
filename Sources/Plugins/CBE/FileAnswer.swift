import ANPRCore

/// How files, batches and days are shown to whoever asks.
enum FileAnswer {
    static func object(_ write: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        write(&line)
        line.end()
        return line.bytes
    }

    static func write(_ file: FineFile, into line: inout JSONLine) {
        line.begin()
        line.field("file", file.number.digits)
        line.field("pv_number", file.pvNumber)
        line.field("phase", file.phase.name)
        line.field("cause", file.cause)
        line.field("decision", file.charge.decision)
        line.field("plate", file.offence.plate.description)
        line.field("country", file.offence.country.description)
        line.field("excess_kmh", file.offence.excessKmh)
        line.field("found_at", Instant.format(file.offence.foundNs))
        if let sendBeforeNs = file.offence.sendBeforeNs { line.field("send_before", Instant.format(sendBeforeNs)) }
        if let fine = file.charge.fine {
            line.field("total_cents", fine.totalCents)
            line.field("paid_cents", file.paidCents)
        }
        line.field("offence", file.origin.text)
        line.field("batch", file.batch)
        line.end(newline: true)
    }

    /// One file with all that there is of it.
    static func writeWhole(_ file: FineFile, into line: inout JSONLine) {
        line.begin()
        line.field("file", file.number.digits)
        line.field("pv_number", file.pvNumber)
        line.field("structured_communication", file.number.description)
        line.field("phase", file.phase.name)
        line.field("cause", file.cause)
        line.field("next", list: file.phase.next.map(\.name).sorted())
        line.field("decision", file.charge.decision)
        line.field("plate", file.offence.plate.description)
        line.field("country", file.offence.country.description)
        line.field("excess_kmh", file.offence.excessKmh)
        line.field("found_at", Instant.format(file.offence.foundNs))
        line.field("verified_by", file.verifiedBy)
        if let holder = file.holder {
            line.key("holder")
            holder.write(into: &line)
        }
        line.field("payments", list: file.payments)
        line.field("justice_key", file.version == 0 ? "" : file.justiceKey)
        line.field("batch", file.batch)
        let written = file.document.isEmpty ? FileDocument.line(file) : file.document
        line.field("document", String(decoding: written, as: UTF8.self))
        line.end(newline: true)
    }

    static func write(_ batch: Batch, into line: inout JSONLine) {
        line.begin()
        line.field("batch", batch.number)
        line.field("closed_at", Instant.format(batch.closedNs))
        line.field("files", batch.files.count)
        line.field("sealed", batch.isSealed)
        line.field("signature", Base64.text(batch.signature))
        line.end(newline: true)
    }

    /// - Parameter day: days from 1970-01-01.
    static func write(_ tally: DayTally, day: Int32, into line: inout JSONLine) {
        line.begin()
        line.field("day", Instant.date(Nanoseconds(day) * .day))
        line.field("created", tally.created)
        line.field("fines", tally.fines)
        line.field("prosecutor", tally.prosecutor)
        line.field("verifications", tally.verifications)
        line.field("sent", tally.sent)
        line.field("acknowledged", tally.acknowledged)
        line.field("forgotten", tally.forgotten)
        line.field("refused", tally.refusedAll)
        line.field("refused_by_cause", list: tally.refused.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
        let answered = tally.acknowledged + tally.refusedAll
        // In thousandths of a percent, rounded down.
        line.field("success_percent", milli: answered == 0 ? 0 : tally.acknowledged * 100_000 / answered)
        line.field("paid", tally.paid)
        line.field("paid_cents", tally.paidCents)
        line.field("closed", tally.closed)
        line.end(newline: true)
    }
}
