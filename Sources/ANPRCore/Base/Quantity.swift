/// Numbers with a unit, as people write them: "15s", "64MiB".
package enum Quantity {
    package static let durationUnits: KeyValuePairs<String, Nanoseconds> = [
        "ms": .millisecond, "s": .second, "min": 60 * .second, "h": .hour, "d": .day,
    ]
    package static let sizeUnits: KeyValuePairs<String, Int> = ["B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]

    /// Nanoseconds; nil when the text is no whole number with a unit, or too large for 64 bits.
    package static func duration(_ text: String) -> Nanoseconds? {
        split(text).flatMap { number, unit in
            durationUnits.first { $0.key == unit }.flatMap { product(number, $0.value) }
        }
    }

    /// Bytes.
    package static func size(_ text: String) -> Int? {
        split(text).flatMap { number, unit in
            sizeUnits.first { $0.key == unit }.flatMap { product(number, Int64($0.value)).map(Int.init) }
        }
    }

    /// With the largest unit that leaves a whole number.
    package static func durationText(_ ns: Nanoseconds) -> String {
        let unit = durationUnits.last { ns % $0.value == 0 && ns != 0 } ?? durationUnits.first!
        return "\(ns / unit.value)\(unit.key)"
    }

    package static func sizeText(_ bytes: Int) -> String {
        let unit = sizeUnits.last { bytes % $0.value == 0 && bytes != 0 } ?? sizeUnits.first!
        return "\(bytes / unit.value)\(unit.key)"
    }

    private static func split(_ text: String) -> (Int64, String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits) else { return nil }
        return (number, text.dropFirst(digits.count).trimmingPrefix { $0 == " " }.description)
    }

    private static func product(_ a: Int64, _ b: Int64) -> Int64? {
        let (value, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? nil : value
    }
}
