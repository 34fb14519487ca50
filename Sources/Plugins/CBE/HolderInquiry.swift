import ANPRCore
import PluginKit

/// The question to a register, and what its answer says. As EUCARIS asks: plate, state, time, offence.
enum HolderInquiry {
    static func question(_ file: FineFile, key: String) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("plate", file.offence.plate.description)
        line.field("country", file.offence.country.description)
        line.field("at", Instant.format(file.offence.foundNs))
        line.field("offence", "speeding")
        line.field("reference", file.pvNumber)
        line.end()
        return line.bytes
    }

    enum Answer: Equatable {
        case holder(Holder)
        /// Nobody, and why.
        case unknown(String)
    }

    /// `{"holder":{"name":..,"street":..,"postcode":..,"town":..,"country":..,"language":..,`
    /// `"valid_from":..,"valid_to":..}}`
    /// or `{"cause":"..."}`. The owner counts as of the day of the offence, whoever owns the vehicle now.
    static func answer(
        _ body: [UInt8], status: Int, foundNs: Nanoseconds, source: String, language: Language
    ) -> Answer {
        let value = try? JSON5Value(text: String(decoding: body, as: UTF8.self))
        guard (200..<300).contains(status) else {
            return .unknown(cause(value?["cause"]?.string) ?? (status == 404 ? "not_registered" : "refused_\(status)"))
        }
        guard let row = value?["holder"] else { return .unknown("not_understood") }
        func text(_ name: String) -> String {
            String((row[name]?.string ?? "").prefix(Holder.textMax))
        }
        let fromNs = Instant.parse(text("valid_from")) ?? .min
        let toNs = Instant.parse(text("valid_to")) ?? .max
        guard fromNs <= foundNs, foundNs < toNs else { return .unknown("not_on_that_day") }
        let holder = Holder(
            name: text("name"), street: text("street"), postcode: text("postcode"), town: text("town"),
            country: text("country"), language: Language(code: text("language").lowercased()) ?? language,
            source: source)
        let missing = holder.missing
        return missing.isEmpty ? .holder(holder) : .unknown("without_" + missing.joined(separator: "_"))
    }

    /// A peer's cause is a word of ours: lower case, digits, `_`; short.
    static func cause(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let word = text.lowercased().prefix(40).map { character in
            character.isASCII && (character.isLetter || character.isNumber) ? character : "_"
        }
        return String(word)
    }
}
