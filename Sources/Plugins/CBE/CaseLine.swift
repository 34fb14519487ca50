import ANPRCore

/// What is written of a finding, in JSON, whose fields docs/plugins/CBE.md names one by one.
struct CaseLine {
    let residentTemplate: PVTemplate
    let crossBorderTemplate: PVTemplate
    let localTime: LocalTime
    let knowledge: any EngineKnowledge

    /// JSON members, without braces: what was measured, where, when, on whom, and by which instrument.
    func finding(_ record: SectionRecord, sendBeforeNs: Nanoseconds?) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        writeFinding(record, sendBeforeNs: sendBeforeNs, into: &line)
        line.end()
        return Array(line.bytes.dropFirst().dropLast())
    }

    func pvNumber(_ number: StructuredCommunication, _ offence: Offence) -> String {
        let template = offence.isResident ? residentTemplate : crossBorderTemplate
        return template.filled(
            number: number.digits, year: Instant.date(days: localTime.day(offence.foundNs)).year)
    }

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
}
