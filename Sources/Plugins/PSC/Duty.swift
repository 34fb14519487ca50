import ANPRCore

/// How a duty to report stands: its periods follow one another from the day on which it was first seen in force here.
struct Duty: Equatable, Sendable {
    /// The local day on which the current period began; all before are judged.
    var sinceDay: Int32
    /// In ascending order.
    private(set) var reports: [Nanoseconds] = []

    /// Kept, to be shown and judged.
    static let reportsMax = 16

    init(sinceDay: Int32) { self.sinceDay = sinceDay }

    mutating func note(_ atNs: Nanoseconds) {
        guard !reports.contains(atNs) else { return }
        reports.insert(atNs, at: reports.firstIndex { $0 > atNs } ?? reports.endIndex)
        if reports.count > Self.reportsMax { reports.removeFirst() }
    }

    func hasReport(from fromNs: Nanoseconds, to toNs: Nanoseconds) -> Bool {
        reports.contains { fromNs <= $0 && $0 < toNs }
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: sinceDay)
        bytes.append(number: UInt32(reports.count))
        for report in reports { bytes.append(number: report) }
    }

    init?(_ reader: inout ByteReader) {
        guard let day = reader.number(Int32.self), let count = reader.number(UInt32.self) else { return nil }
        sinceDay = day
        for _ in 0..<count {
            guard let atNs = reader.number(Nanoseconds.self) else { return nil }
            note(atNs)
        }
    }
}
