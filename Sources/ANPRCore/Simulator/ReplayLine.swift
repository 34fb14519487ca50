/// One line of a file of reads.
struct ReplayLine {
    static let required = ["camera", "plate", "captured_ns"]
    static let optional = ["country", "lane", "confidence", "arrival_ns"]

    struct Parsed {
        var observation: Observation
        /// A field that was not understood, in a read that is good otherwise.
        var remark: String?
    }

    struct Fault: Error {
        var message: String
    }

    private struct Known {
        var id: UInt32
        var lane: UInt8
    }

    private let cameras: [String: Known]
    private let columns: Int
    private let cameraColumn, plateColumn, capturedColumn: Int
    private let countryColumn, laneColumn, confidenceColumn, arrivalColumn: Int?

    init(header: [String], cameras: CameraRegistry) {
        self.cameras = Dictionary(
            uniqueKeysWithValues: cameras.cameras.map { ($0.name, Known(id: $0.id, lane: $0.lane)) })
        columns = header.count
        cameraColumn = header.firstIndex(of: "camera")!
        plateColumn = header.firstIndex(of: "plate")!
        capturedColumn = header.firstIndex(of: "captured_ns")!
        countryColumn = header.firstIndex(of: "country")
        laneColumn = header.firstIndex(of: "lane")
        confidenceColumn = header.firstIndex(of: "confidence")
        arrivalColumn = header.firstIndex(of: "arrival_ns")
    }

    func parse(_ line: UnsafeRawBufferPointer) -> Result<Parsed, Fault> {
        var fields = InlineArray<8, Range<Int>>(repeating: 0..<0)
        let count = Self.split(line, into: &fields)
        guard count == columns else {
            return .failure(Fault(message: "\(count) fields where the header has \(columns)"))
        }
        func field(_ column: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: line[fields[column]]) }
        let name = String(decoding: field(cameraColumn), as: UTF8.self)
        guard let camera = cameras[name] else {
            return .failure(Fault(message: "camera '\(name)' is not in the cameras' file"))
        }
        guard let capturedNs = Self.number(field(capturedColumn)) else {
            return .failure(Fault(message: "'captured_ns' must be nanoseconds since 1970"))
        }
        var arrivalNs = capturedNs
        if let column = arrivalColumn, !fields[column].isEmpty {
            guard let ns = Self.number(field(column)) else {
                return .failure(Fault(message: "'arrival_ns' must be nanoseconds since 1970, or empty"))
            }
            arrivalNs = ns
        }
        var parsed = Parsed(
            observation: Observation(
                read: WireRead(capturedNs: capturedNs, text: PlateText(low: 0, high: 0), lane: camera.lane),
                camera: camera.id, trueNs: capturedNs, arrivalNs: arrivalNs))
        var wasCut = false
        parsed.observation.read.text = PlateText(
            String(decoding: field(plateColumn), as: UTF8.self), wasCut: &wasCut)
        if wasCut { parsed.observation.read.flags.insert(.textCut) }
        if let column = countryColumn { readCountry(field(column), &parsed) }
        if let column = laneColumn, !fields[column].isEmpty { readLane(field(column), &parsed) }
        if let column = confidenceColumn, !fields[column].isEmpty { readConfidence(field(column), &parsed) }
        return .success(parsed)
    }

    private func readCountry(_ field: UnsafeRawBufferPointer, _ parsed: inout Parsed) {
        let text = String(decoding: field, as: UTF8.self)
        if let country = Country(text) {
            parsed.observation.read.country = country
        } else {
            parsed.remark = "country '\(text)' is not two letters: replayed as unknown"
        }
    }

    private func readLane(_ field: UnsafeRawBufferPointer, _ parsed: inout Parsed) {
        if let lane = Self.number(field).flatMap({ UInt8(exactly: $0) }) {
            parsed.observation.read.lane = lane
        } else {
            parsed.remark = "lane is not 0 to 255: replayed with the camera's"
        }
    }

    /// Percent, or a share below or equal to 1 with a decimal point.
    private func readConfidence(_ field: UnsafeRawBufferPointer, _ parsed: inout Parsed) {
        if let percent = Self.number(field), percent <= 100 {
            parsed.observation.read.confidence = UInt8(percent)
        } else if let value = Double(String(decoding: field, as: UTF8.self)), value >= 0, value <= 100 {
            parsed.observation.read.confidence = UInt8((value <= 1 ? value * 100 : value).rounded())
        } else {
            parsed.observation.read.confidence = 0
            parsed.remark = "confidence is not 0 to 100: replayed as 0"
        }
    }

    /// Fields without quotes and outer blanks; returns how many, of which at most eight are kept. A quoted field may
    /// hold commas, no quotes.
    private static func split(_ line: UnsafeRawBufferPointer, into fields: inout InlineArray<8, Range<Int>>) -> Int {
        var count = 0
        var start = 0
        while true {
            var end = start
            var isQuoted = false
            while end < line.count, isQuoted || line[end] != 0x2c {
                if line[end] == 0x22 { isQuoted.toggle() }
                end += 1
            }
            if count < 8 { fields[count] = trimmed(line, start..<end) }
            count += 1
            guard end < line.count else { return count }
            start = end + 1
        }
    }

    private static func trimmed(_ line: UnsafeRawBufferPointer, _ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, line[low] == 0x20 { low += 1 }
        while high > low, line[high - 1] == 0x20 { high -= 1 }
        if high - low >= 2, line[low] == 0x22, line[high - 1] == 0x22 {
            low += 1
            high -= 1
        }
        return low..<high
    }

    /// Digits only; nil when there are none, others, or too many for nanoseconds.
    private static func number(_ field: UnsafeRawBufferPointer) -> Int64? {
        guard (1...19).contains(field.count) else { return nil }
        var value: Int64 = 0
        for byte in field {
            guard (0x30...0x39).contains(byte) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow else { return nil }
            let (sum, overflowed) = product.addingReportingOverflow(Int64(byte - 0x30))
            guard !overflowed else { return nil }
            value = sum
        }
        return value
    }
}
