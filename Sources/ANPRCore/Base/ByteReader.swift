/// Takes little-endian numbers and runs of bytes off the front of a buffer; nil when it holds too few.
package struct ByteReader {
    @usableFromInline let bytes: UnsafeRawBufferPointer
    @usableFromInline var at = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var isAtEnd: Bool { at == bytes.count }

    /// WHY inlinable: what is not is called unspecialised by other modules, at 30 ns a number.
    @inlinable
    package mutating func number<T: FixedWidthInteger>(_: T.Type = T.self) -> T? {
        guard bytes.count - at >= MemoryLayout<T>.size else { return nil }
        defer { at += MemoryLayout<T>.size }
        return T(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: T.self))
    }

    package mutating func run(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, bytes.count - at >= count else { return nil }
        defer { at += count }
        return UnsafeRawBufferPointer(rebasing: bytes[at..<at + count])
    }

    /// As `append(text:)` wrote it.
    package mutating func text() -> String? {
        guard let count = number(UInt32.self), let run = run(Int(count)) else { return nil }
        return String(validating: run, as: UTF8.self)
    }

    package mutating func rest() -> UnsafeRawBufferPointer {
        defer { at = bytes.count }
        return UnsafeRawBufferPointer(rebasing: bytes[at...])
    }
}

extension [UInt8] {
    /// Little endian, for `ByteReader`.
    @inlinable
    package mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    /// Its length (32 bits) and its UTF-8.
    package mutating func append(text: String) {
        append(number: UInt32(text.utf8.count))
        append(contentsOf: text.utf8)
    }
}
