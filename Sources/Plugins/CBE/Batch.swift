import ANPRCore

/// Files that are sealed together.
struct Batch: Equatable, Sendable {
    let number: UInt32
    let closedNs: Nanoseconds
    let files: [UInt64]
    /// What is signed. Empty once Justice has it for good; it lies in the folder of batches too, beside its signature.
    var manifest: [UInt8]
    /// Empty before it is sealed.
    var signature: [UInt8] = []

    var isSealed: Bool { !signature.isEmpty }
    /// Under which Justice gets the manifest with its signature.
    var key: String { "batch-\(number)" }
    var sealKey: String { "seal-\(number)" }
    /// Under which Justice is asked whether it still has it.
    var keptKey: String { "kept-\(key)-1" }

    /// What Justice gets.
    var document: [UInt8] {
        var line = JSONLine()
        line.begin()
        line.field("id", key)
        line.field("batch", number)
        line.field("manifest", String(decoding: manifest, as: UTF8.self))
        line.field("signature", Base64.text(signature))
        line.end()
        return line.bytes
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        bytes.append(number: closedNs)
        bytes.append(number: UInt32(files.count))
        for file in files { bytes.append(number: file) }
        bytes.append(blob: manifest)
        bytes.append(blob: signature)
    }
}

extension Batch {
    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self), let closedNs = reader.number(Nanoseconds.self),
            let count = reader.number(UInt32.self)
        else { return nil }
        var files: [UInt64] = []
        for _ in 0..<count {
            guard let file = reader.number(UInt64.self) else { return nil }
            files.append(file)
        }
        guard let manifest = reader.blob(), let signature = reader.blob() else { return nil }
        self.init(number: number, closedNs: closedNs, files: files, manifest: manifest, signature: signature)
    }
}
