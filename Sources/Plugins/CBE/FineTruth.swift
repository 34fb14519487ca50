import ANPRCore
import PluginKit

/// What CBE must come to, from what was on the road: by the figures as they are published (docs/plugins/CBE.md), apart
/// from `CaseJudge` and its tables.
enum FineTruth {
    static func counters(_ truth: Truth) -> [PluginCounter] {
        var bands: [FineBand: Int] = [:]
        var prosecutor = 0
        var amountCents = 0
        for record in truth.records where record.isAutomatic && record.country != .unknown {
            let isProtected = truth.sections[record.section]?.zone.isProtected ?? false
            if let cents = cents(excessKmh: Int(record.excessKmh), isProtected, isResident: record.country == resident)
            {
                bands[FineBand(amountCents: cents), default: 0] += 1
                amountCents += cents
            } else {
                prosecutor += 1
            }
        }
        return [
            PluginCounter("fines", bands.values.reduce(0, +)), PluginCounter("prosecutor", prosecutor),
            PluginCounter("amount_cents", amountCents),
        ] + FineBand.allCases.map { PluginCounter($0.rawValue, bands[$0] ?? 0) }
    }

    private static let resident = Country("BE")

    /// Nil: to the prosecutor.
    private static func cents(excessKmh: Int, _ isProtected: Bool, isResident: Bool) -> Int? {
        guard excessKmh <= (isProtected ? 30 : 40) else { return nil }
        let cents = 53_00 + max(0, excessKmh - 10) * (isProtected ? 11_00 : 6_00)
        return cents <= (isResident ? 347_00 : 866_00) ? cents : nil
    }
}
