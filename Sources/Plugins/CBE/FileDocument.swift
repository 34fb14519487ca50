import ANPRCore

/// How a file is written: one JSON object, whose fields docs/plugins/CBE.md names one by one.
enum FileDocument {
    /// A line of `fines.jsonl`, or of `verifications.jsonl` while nothing is decided.
    static func line(_ file: FineFile) -> [UInt8] {
        var text = open { head(file, into: &$0) }
        text = joined(text, file.finding)
        return close(joined(text, members { tail(file, into: &$0) }))
    }

    /// What Justice gets: the line, who answers, what a person decided, and the letter.
    static func document(_ file: FineFile, letter: String?) -> [UInt8] {
        let more = members { line in
            if !file.verifiedBy.isEmpty {
                line.field("verified_by", file.verifiedBy)
                line.field("charged_plate", file.offence.plate.description)
                line.field("charged_country", file.offence.country.description)
            }
            line.field("version", file.version + 1)
            if let holder = file.holder {
                line.key("holder")
                holder.write(into: &line)
            }
            if let letter { line.field("letter", letter) }
        }
        return close(joined(Array(line(file).dropLast()), more))
    }

    private static func head(_ file: FineFile, into line: inout JSONLine) {
        line.field("id", file.origin.text)
        guard file.charge != .open else {
            line.field("reasons", list: file.cause.split(separator: " ").map(String.init))
            return
        }
        line.field("number", file.number.digits)
        line.field("decision", file.charge.decision)
        line.field("pv_number", file.pvNumber)
        if case .prosecutor(let cause) = file.charge { line.field("cause", cause.rawValue) }
    }

    private static func tail(_ file: FineFile, into line: inout JSONLine) {
        guard let fine = file.charge.fine else { return }
        money("amount", fine.amountCents, into: &line)
        money("fee", fine.feeCents, into: &line)
        money("total", fine.totalCents, into: &line)
        line.field("tariff_status", fine.tariffStatus)
        line.field("fee_status", fine.feeStatus)
        line.field("structured_communication", file.number.description)
    }

    private static func money(_ name: String, _ cents: Int, into line: inout JSONLine) {
        line.key(named: name + "_cents")
        line.value(cents)
        line.key(named: name + "_eur")
        line.value(Cents.text(cents))
    }

    static func members(_ write: (inout JSONLine) -> Void) -> [UInt8] { Array(open(write).dropFirst()) }

    private static func open(_ write: (inout JSONLine) -> Void) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        write(&line)
        return line.bytes
    }

    private static func joined(_ text: [UInt8], _ more: [UInt8]) -> [UInt8] {
        guard !more.isEmpty else { return text }
        return text.count > 1 ? text + [UInt8(ascii: ",")] + more : text + more
    }

    private static func close(_ text: [UInt8]) -> [UInt8] { text + [UInt8(ascii: "}")] }
}
