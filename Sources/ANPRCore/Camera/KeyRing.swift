/// The keys of all cameras: two at most for each, so that a camera can change over without a gap.
package struct KeyRing: Sendable {
    /// A key and the number by which frames name it.
    package struct Named: BitwiseCopyable, Sendable {
        package let id: UInt8
        package let key: SipKey
    }

    private let byCamera: [UInt32: [Named]]
    private let master: SipKey?

    /// The key number of derived keys.
    package static let derivedID: UInt8 = 1

    package static let none = KeyRing(byCamera: [:], master: nil)

    private init(byCamera: [UInt32: [Named]], master: SipKey?) {
        self.byCamera = byCamera
        self.master = master
    }

    /// Each camera's key is derived from one master key: the 128-bit SipHash-2-4, keyed with the master, of the 16
    /// bytes
    /// `anprd key` (9), key number (1), two zero bytes, camera number (4, little endian).
    package init(master: SipKey) { self.init(byCamera: [:], master: master) }

    /// Whether the master key is the one of seeds/config/lab-master.key, which everyone knows.
    package var isPublished: Bool { master == SipKey(hexadecimal: "000102030405060708090a0b0c0d0e0f") }

    package func keys(of camera: UInt32) -> [Named] {
        if let master {
            return [Named(id: Self.derivedID, key: Self.derive(master, camera: camera, id: Self.derivedID))]
        }
        return byCamera[camera] ?? []
    }

    package static func derive(_ master: SipKey, camera: UInt32, id: UInt8) -> SipKey {
        var bytes = Array("anprd key".utf8)
        bytes += [id, 0, 0]
        for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: camera >> shift)) }
        let seal = bytes.withUnsafeBytes { SipHash.seal($0, key: master) }
        return SipKey(low: seal.low, high: seal.high)
    }
}

extension KeyRing {
    /// From `camera,key_id,key`: key_id 0 to 255, key 32 hexadecimal digits. Problems name lines, never keys.
    package init(path: String, cameras: CameraRegistry) throws {
        let file = try FileBytes(path: path)
        try self.init(file: path, bytes: file.bytes, cameras: cameras)
    }

    package init(file: String, bytes: UnsafeRawBufferPointer, cameras: CameraRegistry) throws(InputProblems) {
        var rows: CSVReader
        do {
            rows = try CSVReader(file: file, bytes: bytes, required: ["camera", "key_id", "key"], optional: [])
        } catch {
            // WHY: not the reader's own words: a file without a header shows it a key where a column's name should be.
            throw InputProblems(file: file, "the header must be 'camera,key_id,key'")
        }
        var problems = InputProblems()
        var keys: [UInt32: [Named]] = [:]
        while rows.nextRow() {
            do throws(InputProblem) {
                guard rows.isComplete else { throw rows.problem("three fields are expected") }
                let name = rows.text(rows.column("camera")!)
                // WHY: the name is not repeated: in a row whose fields were mixed up it is the key.
                guard let camera = cameras[name: name] else {
                    throw rows.problem("the camera named there is not in the registry")
                }
                guard let id = UInt8(rows.text(rows.column("key_id")!)) else {
                    throw rows.problem("'key_id' must be 0 to 255")
                }
                guard let key = SipKey(hexadecimal: rows.text(rows.column("key")!)) else {
                    throw rows.problem("'key' must be 32 hexadecimal digits")
                }
                let known = keys[camera.id] ?? []
                guard !known.contains(where: { $0.id == id }) else {
                    throw rows.problem("key \(id) of '\(name)' stands twice")
                }
                guard known.count < 2 else { throw rows.problem("'\(name)' has two keys already") }
                keys[camera.id] = known + [Named(id: id, key: key)]
            } catch {
                problems.add(error)
            }
        }
        if !problems.isEmpty { throw problems }
        self.init(byCamera: keys, master: nil)
    }

    /// From a file that holds 32 hexadecimal digits.
    package init(masterPath path: String) throws {
        let text = try FileBytes(path: path).string
        let digits = text.filter { !$0.isWhitespace }
        guard let key = SipKey(hexadecimal: digits) else {
            throw InputProblems(file: path, line: 1, "a master key is 32 hexadecimal digits")
        }
        self.init(master: key)
    }
}
