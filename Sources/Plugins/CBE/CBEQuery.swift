import ANPRCore
import PluginKit

/// What CBE can be asked.
enum CBEQuery: Equatable {
    case file(UInt64)
    /// The letter alone, as HTML.
    case letter(UInt64)
    /// In one phase, or all.
    case files(FilePhase?)
    /// Whose copy must leave within so many days.
    case deadlines(withinNs: Nanoseconds)
    case batches
    /// From a day to another, both included; nil: without an end.
    case report(from: Int?, to: Int?)

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CallFields(call)
        switch call.verb {
        case "file show": self = .file(try fields.file("file"))
        case "file letter": self = .letter(try fields.file("file"))
        case "file list":
            let name = try fields.optionalText("phase")
            let phase = name.flatMap { FilePhase(name: $0) }
            if let name, phase == nil { throw fields.bad("phase", "is none: \(name)") }
            self = .files(phase)
        case "deadlines":
            let days = try fields.optionalWhole("days") ?? 3
            guard (0...365).contains(days) else { throw fields.bad("days", "must be 0 to 365") }
            self = .deadlines(withinNs: Nanoseconds(days) * .day)
        case "batch list": self = .batches
        case "report": self = .report(from: try fields.optionalDay("from"), to: try fields.optionalDay("to"))
        default: throw Refusal("unknown_verb", "'\(call.verb)' is no question to cbe")
        }
    }
}

extension FineOffice {
    func answer(_ call: PluginCall, into lines: inout JSONLine) throws(Refusal) -> String? {
        see(call.atNs)
        switch try CBEQuery(call) {
        case .file(let number):
            FileAnswer.writeWhole(try known(number), into: &lines)
            return nil
        case .letter(let number):
            lines.begin()
            lines.field("file", String(number))
            lines.field("letter", try letter(try known(number)))
            lines.end(newline: true)
            return nil
        case .files(let phase):
            return page(ledger.files.values.filter { phase == nil || $0.phase == phase }, call, into: &lines)
        case .deadlines(let withinNs):
            let endNs = clockNs.addingReportingOverflow(withinNs).partialValue
            return page(
                ledger.files.values.filter { $0.phase.isBeforeSent && ($0.offence.sendBeforeNs ?? .max) <= endNs },
                call, into: &lines)
        case .batches:
            let numbers = ledger.batches.keys.sorted().filter { $0 > UInt32(call.from) ?? 0 }
            for number in numbers.prefix(call.limit) {
                if let batch = ledger.batches[number] { FileAnswer.write(batch, into: &lines) }
            }
            return numbers.count > call.limit ? String(numbers[call.limit - 1]) : nil
        case .report(let from, let to):
            for day in ledger.days.keys.sorted() where Int(day) >= from ?? .min && Int(day) <= to ?? .max {
                if let tally = ledger.days[day] { FileAnswer.write(tally, day: day, into: &lines) }
            }
            return nil
        }
    }

    private func known(_ number: UInt64) throws(Refusal) -> FineFile {
        guard let file = ledger.files[number] else { throw Refusal("unknown", "there is no file \(number)") }
        return file
    }

    /// By number; a page begins after the last one of the page before.
    private func page(_ files: [FineFile], _ call: PluginCall, into lines: inout JSONLine) -> String? {
        let after = UInt64(call.from) ?? 0
        let sorted = files.filter { $0.number.number > after }.sorted { $0.number.number < $1.number.number }
        for file in sorted.prefix(call.limit) { FileAnswer.write(file, into: &lines) }
        return sorted.count > call.limit ? String(sorted[call.limit - 1].number.number) : nil
    }

    /// As it went out, or would go out now.
    private func letter(_ file: FineFile) throws(Refusal) -> String {
        let value = try? JSON5Value(text: String(decoding: file.document, as: UTF8.self))
        if let letter = value?["letter"]?.string { return letter }
        guard let holder = file.holder, file.charge.fine != nil, !file.finding.isEmpty, let letters else {
            throw Refusal("no_letter", "file \(file.number.digits) has no letter, or it is with Justice already")
        }
        let nowNs = now(file)
        return letters.letter(
            file, holder, nowNs: nowNs, payWithinNs: judge.tariffs.period("payment", day: Int(day(nowNs))))
    }
}
