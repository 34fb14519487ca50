import ANPRCore

/// Several texts, and runs of bytes, as the ledger has them.
extension [UInt8] {
    package mutating func append(texts: [String]) { for text in texts { append(text: text) } }

    package mutating func append(blob: [UInt8]) {
        append(number: UInt32(blob.count))
        self += blob
    }
}

extension ByteReader {
    package mutating func texts(_ count: Int) -> [String]? {
        var texts: [String] = []
        for _ in 0..<count {
            guard let text = text() else { return nil }
            texts.append(text)
        }
        return texts
    }

    package mutating func blob() -> [UInt8]? {
        guard let count = number(UInt32.self), let run = run(Int(count)) else { return nil }
        return Array(run)
    }
}
