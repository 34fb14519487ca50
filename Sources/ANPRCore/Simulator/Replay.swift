/// Reads that were recorded elsewhere, from `camera,plate,country,captured_ns,lane,confidence,arrival_ns`, in order of
/// arrival.
///
/// The file is mapped, not held: its lines are parsed once to judge them all, and once more as they are replayed. Where
/// they do not stand in order of arrival, an index of 16 bytes a line is made and sorted (by arrival, then line).
/// A line without `arrival_ns` arrives when it was captured; one without a lane has its camera's.
package struct Replay: ~Copyable, ObservationSource {
    /// Lines that hold a read, good or bad.
    package private(set) var lines = 0
    /// Lines that are replayed.
    package private(set) var reads = 0
    /// Lines that are not replayed, each with its number and the reason.
    package private(set) var problems = InputProblems()
    /// Lines that are replayed although a field was odd: no read is lost for that.
    package private(set) var remarks = InputProblems()
    package private(set) var isSorted = true
    package private(set) var firstArrivalNs = Nanoseconds.max
    package private(set) var lastArrivalNs = Nanoseconds.min

    private let file: FileBytes
    private let parser: ReplayLine
    /// Where the lines begin that hold reads.
    private let bodyStart: Int
    private var at: Int
    private var index: [Place] = []
    private var nextPlace = 0

    struct Place {
        var arrivalNs: Nanoseconds
        var at: Int
    }

    package init(path: String, cameras: CameraRegistry) throws {
        let file = try FileBytes(path: path)
        try self.init(path: path, file: file, cameras: cameras)
    }

    private init(path: String, file: consuming FileBytes, cameras: CameraRegistry) throws(InputProblems) {
        let header = try CSVReader(
            file: path, bytes: file.bytes, required: ReplayLine.required, optional: ReplayLine.optional)
        parser = ReplayLine(header: header.header, cameras: cameras)
        var start = 0
        var line = 1
        while line <= header.line {
            start = Self.lineEnd(file.bytes, from: start) + 1
            line += 1
        }
        self.file = file
        bodyStart = start
        at = start
        judge(path: path, firstLine: line)
        if !isSorted { sortIndex() }
    }

    private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != 0x0a { end += 1 }
        return end
    }

    /// Bytes of the line at `start` without its end; nil for an empty line or a remark.
    private func line(at start: Int, end: Int) -> UnsafeRawBufferPointer? {
        var end = end
        if end > start, file.bytes[end - 1] == 0x0d { end -= 1 }
        guard end > start, file.bytes[start] != 0x23 else { return nil }
        return UnsafeRawBufferPointer(rebasing: file.bytes[start..<end])
    }

    private mutating func judge(path: String, firstLine: Int) {
        var start = bodyStart
        var number = firstLine
        while start < file.bytes.count {
            let end = Self.lineEnd(file.bytes, from: start)
            if let bytes = line(at: start, end: end) {
                lines += 1
                switch parser.parse(bytes) {
                case .failure(let fault): problems.add(InputProblem(file: path, line: number, message: fault.message))
                case .success(let read):
                    reads += 1
                    if let odd = read.remark { remarks.add(InputProblem(file: path, line: number, message: odd)) }
                    if read.observation.arrivalNs < lastArrivalNs { isSorted = false }
                    firstArrivalNs = min(firstArrivalNs, read.observation.arrivalNs)
                    lastArrivalNs = max(lastArrivalNs, read.observation.arrivalNs)
                }
            }
            start = end + 1
            number += 1
        }
    }

    private mutating func sortIndex() {
        index.reserveCapacity(reads)
        while let (observation, start) = nextInFile() {
            index.append(Place(arrivalNs: observation.arrivalNs, at: start))
        }
        index.sort { ($0.arrivalNs, $0.at) < ($1.arrivalNs, $1.at) }
    }

    private mutating func nextInFile() -> (Observation, Int)? {
        while at < file.bytes.count {
            let start = at
            let end = Self.lineEnd(file.bytes, from: start)
            at = end + 1
            if let bytes = line(at: start, end: end), case .success(let read) = parser.parse(bytes) {
                return (read.observation, start)
            }
        }
        return nil
    }

    package mutating func next() -> Observation? {
        if isSorted { return nextInFile()?.0 }
        guard nextPlace < index.count else { return nil }
        at = index[nextPlace].at
        nextPlace += 1
        return nextInFile()?.0
    }
}
