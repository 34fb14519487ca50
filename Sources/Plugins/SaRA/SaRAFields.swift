import ANPRCore
import PluginKit

/// Fields that SaRA's calls have, beyond those of all plugins.
struct SaRAFields {
    let fields: CallFields
    private let call: PluginCall

    init(_ call: PluginCall) {
        self.call = call
        fields = CallFields(call)
    }

    /// A text without control characters; lines where they are allowed.
    func clean(_ name: String, max: Int = CallFields.textBytesMax, lines: Bool = false) throws(Refusal) -> String? {
        guard let text = try fields.optionalText(name, max: max) else { return nil }
        guard text.unicodeScalars.allSatisfy({ ($0.value >= 0x20 && $0.value != 0x7f) || (lines && $0 == "\n") })
        else { throw fields.bad(name, "holds control characters") }
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard parts.contains(where: { $0.contains { !$0.isWhitespace } }) else { throw fields.bad(name, "is empty") }
        return text
    }

    func needed<Value>(_ name: String, _ value: Value?) throws(Refusal) -> Value {
        guard let value else { throw Refusal("missing", "'\(name)' is missing") }
        return value
    }

    func cleanNeeded(_ name: String, max: Int = CallFields.textBytesMax, lines: Bool = false) throws(Refusal) -> String
    {
        try needed(name, try clean(name, max: max, lines: lines))
    }

    /// The number of `V-12`, also of `12`.
    func optionalNumber(_ name: String, _ prefix: String) throws(Refusal) -> UInt32? {
        guard let text = try fields.optionalText(name) else { return nil }
        let digits = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text[...]
        guard let number = UInt32(digits), number > 0 else { throw fields.bad(name, "must be such as \(prefix)12") }
        return number
    }

    func number(_ name: String, _ prefix: String) throws(Refusal) -> UInt32 {
        try needed(name, try optionalNumber(name, prefix))
    }

    func word<Word>(_ name: String, _ words: [Word], _ text: (Word) -> String) throws(Refusal) -> Word? {
        guard let given = try fields.optionalText(name) else { return nil }
        guard let word = words.first(where: { text($0) == given }) else {
            throw fields.bad(name, "must be one of \(words.map(text).joined(separator: ", "))")
        }
        return word
    }

    func optionalWhole(_ name: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int? {
        guard let value = try fields.optionalWhole(name) else { return nil }
        guard range.contains(value) else {
            throw fields.bad(name, "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func optionalInstant(_ name: String) -> Nanoseconds? {
        if case .instant(let ns) = call.fields[name] { ns } else { nil }
    }

    /// A day that fits what is kept.
    func optionalDay(_ name: String) throws(Refusal) -> Int? {
        guard let day = try fields.optionalDay(name) else { return nil }
        guard (0...80_000).contains(day) else { throw fields.bad(name, "must be a day of 1970 to 2188") }
        return day
    }

    /// Numbers such as `A-3`, each once.
    func numbers(_ name: String, _ prefix: String, max: Int) throws(Refusal) -> [UInt32] {
        guard case .list(let texts) = call.fields[name] else { throw Refusal("missing", "'\(name)' is missing") }
        var numbers: [UInt32] = []
        for text in texts {
            guard text.hasPrefix(prefix), let number = UInt32(text.dropFirst(prefix.count)) else {
                throw fields.bad(name, "must be such as \(prefix)12,\(prefix)7, not '\(text.prefix(40))'")
            }
            numbers.append(number)
        }
        guard !numbers.isEmpty, numbers.count <= max, Set(numbers).count == numbers.count else {
            throw fields.bad(name, "must name 1 to \(max), each once")
        }
        return numbers
    }
}
