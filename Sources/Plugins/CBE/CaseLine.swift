import ANPRCore

/// How a case is written: one line of JSON, whose fields docs/plugins/CBE.md names one by one.
struct CaseLine {
    let residentTemplate: PVTemplate
    let crossBorderTemplate: PVTemplate
    let localTime: LocalTime
    let knowledge: any EngineKnowledge

    func writeFine(
        _ fine: Fine, number: StructuredCommunication, _ record: SectionRecord, sendBeforeNs: Nanoseconds?,
        into line: inout JSONLine
    ) {
        writeHead(record, number: number, decision: "fine", into: &line)
        writeFinding(record, sendBeforeNs: sendBeforeNs, into: &line)
        writeMoney("amount", fine.amountCents, into: &line)
        writeMoney("fee", fine.feeCents, into: &line)
        writeMoney("total", fine.totalCents, into: &line)
        line.field("tariff_status", fine.tariffStatus)
        line.field("fee_status", fine.feeStatus)
        line.field("structured_communication", number.description)
        line.end()
    }

    func writeProsecutor(
        _ cause: ProsecutorCause, number: StructuredCommunication, _ record: SectionRecord, sendBeforeNs: Nanoseconds?,
        into line: inout JSONLine
    ) {
        writeHead(record, number: number, decision: "prosecutor", into: &line)
        line.field("cause", cause.rawValue)
        writeFinding(record, sendBeforeNs: sendBeforeNs, into: &line)
        line.end()
    }

    func writeVerification(
        _ reasons: [String], _ record: SectionRecord, sendBeforeNs: Nanoseconds?, into line: inout JSONLine
    ) {
        line.removeAll()
        line.begin()
        line.field("id", record.id.description)
        line.field("reasons", list: reasons)
        writeFinding(record, sendBeforeNs: sendBeforeNs, into: &line)
        line.end()
    }

    /// `id` is the effect's key, and comes first.
    private func writeHead(
        _ record: SectionRecord, number: StructuredCommunication, decision: String, into line: inout JSONLine
    ) {
        let template = record.country == CaseJudge.resident ? residentTemplate : crossBorderTemplate
        let year = Instant.date(days: localTime.day(record.exitNs)).year
        line.removeAll()
        line.begin()
        line.field("id", record.id.description)
        line.field("number", number.digits)
        line.field("decision", decision)
        line.field("pv_number", template.filled(number: number.digits, year: year))
    }

    /// What was measured, where, when, on whom, and by which instrument.
    private func writeFinding(_ record: SectionRecord, sendBeforeNs: Nanoseconds?, into line: inout JSONLine) {
        let section = knowledge.section(record.section)
        line.field("plate", record.entryPlate.description)
        if record.exitPlate != record.entryPlate { line.field("exit_plate", record.exitPlate.description) }
        line.field("country", record.country.description)
        if record.exitCountry != record.country { line.field("exit_country", record.exitCountry.description) }
        line.field("resident", record.country == CaseJudge.resident)
        line.field("vehicle_class", record.vehicleClass.name)
        line.field("section", section?.name ?? "")
        line.field("road", section?.road ?? "")
        line.field("place", section?.place ?? "")
        line.field("zone", section?.zone.rawValue ?? "")
        line.field("measured_kmh", milli: record.speedMkmh)
        line.field("corrected_kmh", record.correctedKmh)
        line.field("limit_kmh", record.limitKmh)
        line.field("excess_kmh", record.excessKmh)
        line.field("credited_length_m", milli: record.creditedMm)
        line.field("credited_time_ns", record.creditedNs)
        line.field("entry_at", Instant.format(record.entryNs))
        line.field("exit_at", Instant.format(record.exitNs))
        writeEnd(record.entry, "entry_read", "entry_camera", into: &line)
        line.field("entry_lane", record.entryLane)
        line.field("entry_confidence", record.entryConfidence)
        writeEnd(record.exit, "exit_read", "exit_camera", into: &line)
        line.field("exit_lane", record.exitLane)
        line.field("exit_confidence", record.exitConfidence)
        if let certificate = section?.certificate {
            line.field("instrument_serial", certificate.serial)
            line.field("instrument_approval", certificate.approval)
            line.field("instrument_valid_from", Instant.format(certificate.validFromNs))
            line.field("instrument_valid_to", Instant.format(certificate.validToNs))
        }
        line.field("found_at", Instant.format(record.exitNs))
        if let sendBeforeNs { line.field("send_before", Instant.format(sendBeforeNs)) }
    }

    private func writeEnd(
        _ id: ReadID, _ readField: StaticString, _ cameraField: StaticString, into line: inout JSONLine
    ) {
        line.field(readField, id.description)
        line.field(cameraField, knowledge.camera(id.camera)?.name ?? String(id.camera))
    }

    private func writeMoney(_ name: String, _ cents: Int, into line: inout JSONLine) {
        line.key(named: name + "_cents")
        line.value(cents)
        line.key(named: name + "_eur")
        line.value(Cents.text(cents))
    }
}
