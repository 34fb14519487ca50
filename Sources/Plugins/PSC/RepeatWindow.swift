import ANPRCore

/// One alert for each condition, camera and window of time.
///
/// Windows are fixed stretches of capture time (a quarter of an hour: each quarter from the full hour, UTC), not time
/// since the last alert: so whether there is an alert does not depend on the order in which reads come, and its key
/// is the same in every run.
struct RepeatWindow {
    let lengthNs: Nanoseconds
    /// By window, so that the oldest can be forgotten together.
    private var seen: [Nanoseconds: Set<Key>] = [:]
    private var count = 0
    private let keysMax: Int

    /// Keys kept; past them the oldest window is forgotten, and a very late read there would alert again.
    static let keysMaxDefault = 1 << 20

    /// A condition, and where it was broken: a camera, or (two persons together) a site.
    struct Key: Hashable {
        let condition: String
        let camera: UInt32
        let site: String

        func write(into bytes: inout [UInt8]) {
            bytes.append(texts: [condition, site])
            bytes.append(number: camera)
        }

        init(condition: String, camera: UInt32 = 0, site: String = "") {
            self.condition = condition
            self.camera = camera
            self.site = site
        }

        init?(_ reader: inout ByteReader) {
            guard let texts = reader.texts(2), let camera = reader.number(UInt32.self) else { return nil }
            self.init(condition: texts[0], camera: camera, site: texts[1])
        }

        /// As the first version wrote it.
        init?(first reader: inout ByteReader) {
            guard let condition = reader.text(), let camera = reader.number(UInt32.self) else { return nil }
            self.init(condition: condition, camera: camera)
        }

        static func < (a: Key, b: Key) -> Bool {
            (a.condition, a.camera, a.site) < (b.condition, b.camera, b.site)
        }
    }

    init(lengthNs: Nanoseconds, keysMax: Int = RepeatWindow.keysMaxDefault) {
        precondition(lengthNs > 0 && keysMax > 0)
        self.lengthNs = lengthNs
        self.keysMax = keysMax
    }

    /// When the window of an instant began.
    func startNs(_ capturedNs: Nanoseconds) -> Nanoseconds {
        let past = capturedNs % lengthNs
        // The first window of all may begin before there are instants.
        let (startNs, isBefore) = capturedNs.subtractingReportingOverflow(past < 0 ? past + lengthNs : past)
        return isBefore ? .min : startNs
    }

    func contains(_ key: Key, at capturedNs: Nanoseconds) -> Bool {
        seen[startNs(capturedNs)]?.contains(key) ?? false
    }

    /// True for the first of its window.
    @discardableResult
    mutating func insert(_ key: Key, at capturedNs: Nanoseconds) -> Bool {
        guard seen[startNs(capturedNs), default: []].insert(key).inserted else { return false }
        count += 1
        while count > keysMax, seen.count > 1, let oldest = seen.keys.min() {
            count -= seen.removeValue(forKey: oldest)?.count ?? 0
        }
        return true
    }

    /// Each key with the beginning of its window.
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(count))
        for (startNs, keys) in seen.sorted(by: { $0.key < $1.key }) {
            for key in keys.sorted(by: <) {
                bytes.append(number: startNs)
                key.write(into: &bytes)
            }
        }
    }

    /// Windows of the length of today: one that began within another one's time counts as that. False when the bytes
    /// are not what `write` wrote.
    /// - Parameter isFirstVersion: keys are as the first version wrote them.
    mutating func restore(_ reader: inout ByteReader, isFirstVersion: Bool = false) -> Bool {
        guard let count = reader.number(UInt32.self) else { return false }
        for _ in 0..<count {
            guard let startNs = reader.number(Nanoseconds.self),
                let key = isFirstVersion ? Key(first: &reader) : Key(&reader)
            else { return false }
            insert(key, at: startNs)
        }
        return true
    }
}
