/// The speed limits of all sections, flat: what `Section.limitKmh` says, without touching anything that is counted.
struct LimitRules: ~Copyable {
    struct Rule: BitwiseCopyable {
        var fromNs: Nanoseconds
        var toNs: Nanoseconds
        var kmh: UInt16
        /// A bit for each class code.
        var classes: UInt16
    }

    /// Where a section's rules stand.
    struct Span: BitwiseCopyable {
        var start: UInt32
        var count: UInt32
    }

    private let rules: Slab<Rule>
    private let spans: Slab<Span>

    private static let classCount = UInt16(VehicleClass.names.count)

    init(_ sections: [Section]) {
        rules = Slab(count: max(1, sections.reduce(0) { $0 + $1.limits.count }))
        spans = Slab(count: max(1, sections.count))
        precondition(Self.classCount <= 16)
        var at = 0
        for (i, section) in sections.enumerated() {
            spans.base[i] = Span(start: UInt32(at), count: UInt32(section.limits.count))
            for limit in section.limits {
                let named = limit.classes.reduce(into: UInt16(0)) { $0 |= 1 << UInt16($1.code) }
                rules.base[at] = Rule(
                    fromNs: limit.fromNs, toNs: limit.toNs, kmh: limit.kmh,
                    classes: limit.classes.isEmpty ? .max : named)
                at += 1
            }
        }
    }

    /// The highest limit in force for a class at any instant from entry to exit, both included.
    func limitKmh(_ section: Int, _ vehicleClass: VehicleClass, fromNs: Nanoseconds, toNs: Nanoseconds) -> UInt16 {
        let span = spans.base[section]
        // Between these instants no rule begins or ends: the entry, and each rule's own between entry and exit.
        var highest = highestKmh(span, vehicleClass, atNs: fromNs)
        for i in Int(span.start)..<Int(span.start &+ span.count) {
            let rule = rules.base[i]
            if rule.fromNs > fromNs, rule.fromNs <= toNs {
                highest = max(highest, highestKmh(span, vehicleClass, atNs: rule.fromNs))
            }
            if rule.toNs > fromNs, rule.toNs <= toNs {
                highest = max(highest, highestKmh(span, vehicleClass, atNs: rule.toNs))
            }
        }
        return highest
    }

    /// A vehicle of unknown class has the highest limit that any class would have.
    private func highestKmh(_ span: Span, _ vehicleClass: VehicleClass, atNs ns: Nanoseconds) -> UInt16 {
        guard vehicleClass == .unknown else { return kmh(span, UInt16(vehicleClass.code), atNs: ns) }
        var highest: UInt16 = 0
        for code in 0..<Self.classCount { highest = max(highest, kmh(span, code, atNs: ns)) }
        return highest
    }

    /// The last rule that covers class and instant; without one, the first.
    private func kmh(_ span: Span, _ code: UInt16, atNs ns: Nanoseconds) -> UInt16 {
        var at = Int(span.start &+ span.count)
        while at > Int(span.start) {
            at &-= 1
            let rule = rules.base[at]
            if rule.classes & 1 << code != 0, rule.fromNs <= ns, ns < rule.toNs { return rule.kmh }
        }
        return rules.base[Int(span.start)].kmh
    }
}
