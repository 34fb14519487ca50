import ANPRCore
import PluginKit

/// Writes letters, each in its holder's language, from the templates of a folder: `fr.html`, `nl.html`, `de.html` and
/// `en.html`.
struct LetterDesk: Sendable {
    private let templates: [Language: LetterTemplate]
    let localTime: LocalTime
    /// Who writes, and where to pay.
    let office: String
    let account: String

    init(folder: String, localTime: LocalTime, office: String, account: String) throws(InputProblems) {
        var problems = InputProblems()
        var templates: [Language: LetterTemplate] = [:]
        for language in Language.allCases {
            do throws(InputProblems) {
                templates[language] = try Self.read("\(folder)/\(language.code).html")
            } catch { problems.add(error) }
        }
        guard problems.isEmpty else { throw problems }
        self.templates = templates
        self.localTime = localTime
        self.office = office
        self.account = account
    }

    private static func read(_ path: String) throws(InputProblems) -> LetterTemplate {
        let file: FileBytes
        do throws(SystemError) { file = try FileBytes(path: path) } catch {
            throw InputProblems(file: path, "cannot be read: \(error)")
        }
        guard let text = String(validating: file.bytes, as: UTF8.self) else {
            throw InputProblems(file: path, "is no UTF-8")
        }
        return try LetterTemplate(text, file: path)
    }

    /// - Parameter payWithinNs: how long the holder has to pay.
    func letter(_ file: FineFile, _ holder: Holder, nowNs: Nanoseconds, payWithinNs: Nanoseconds) -> String {
        var values = Self.members(of: FileDocument.line(file))
        values["plate"] = file.offence.plate.description
        values["country"] = file.offence.country.description
        for (name, value) in [
            ("holder_name", holder.name), ("holder_street", holder.street), ("holder_postcode", holder.postcode),
            ("holder_town", holder.town), ("holder_country", holder.country), ("office", office),
            ("account", account), ("pay_within_days", String(payWithinNs / .day)),
            ("letter_date", date(nowNs, holder.language)),
        ] {
            values[name] = value
        }
        for (name, field) in [("entry_time", "entry_at"), ("exit_time", "exit_at"), ("found_time", "found_at")] {
            values[name] = values[field].flatMap { Instant.parse($0) }.map { time($0, holder.language) }
        }
        for name in ["instrument_valid_from", "instrument_valid_to", "send_before"] {
            values[name] = values[name].flatMap { Instant.parse($0) }.map { date($0, holder.language) }
        }
        values["credited_time_s"] = values["credited_time_ns"].flatMap { Int($0) }.map {
            Decimal3.text(($0 + 999_999) / 1_000_000)  // up: the longest time
        }
        // Checked by the desk's making: there is a template of every language.
        return templates[holder.language]?.filled(values) ?? ""
    }

    /// `23/11/2026`, or `23.11.2026` in German.
    func date(_ ns: Nanoseconds, _ language: Language) -> String {
        let day = Instant.date(days: localTime.day(ns))
        let mark = language == .german ? "." : "/"
        return Self.two(day.day) + mark + Self.two(day.month) + mark + String(day.year)
    }

    /// With milliseconds, rounded down, and how far the clock is ahead of UTC.
    func time(_ ns: Nanoseconds, _ language: Language) -> String {
        let offsetNs = localTime.offsetNs(at: ns)
        // The text of a local instant, as if it were UTC: `...T09:15:30.000Z`.
        let milliseconds = Int(((ns % .second) + .second) % .second / 1_000_000)
        let clock = Instant.format(ns + offsetNs).split(separator: "T").last.map { String($0.prefix(8)) } ?? ""
        let fraction = String(repeating: "0", count: 3 - String(milliseconds).count) + String(milliseconds)
        let hours = offsetNs / .hour
        return "\(date(ns, language)) \(clock).\(fraction) (UTC\(hours < 0 ? "" : "+")\(hours))"
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// Texts and numbers of a JSON object, as they stand.
    private static func members(of object: [UInt8]) -> [String: String] {
        let text = String(decoding: object, as: UTF8.self)
        guard let value = try? JSON5Value(text: text), case .object(let members) = value.kind else { return [:] }
        var values: [String: String] = [:]
        for member in members {
            switch member.value.kind {
            case .string(let text), .number(let text, _): values[member.name] = text
            default: continue
            }
        }
        return values
    }
}
