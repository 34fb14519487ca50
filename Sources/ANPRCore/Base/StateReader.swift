/// Reads what a `StateWriter` wrote, and looks outside the bytes for nobody: whatever they are, it throws or gives a
/// value.
///
/// The bytes may be damaged. A type of which some bit patterns are no value (`Bool`, an enum) is not to be taken as it
/// is: its byte is looked at first. What is taken is nobody's index before it was checked.
package struct StateReader: ~Copyable {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    /// `bytes` outlive the reader.
    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package var remaining: Int { bytes.count - at }

    /// A value of a type of which every bit pattern is one.
    package mutating func take<T: BitwiseCopyable>(_ type: T.Type) throws(StateProblem) -> T {
        let start = try skip(MemoryLayout<T>.size)
        return bytes.loadUnaligned(fromByteOffset: start, as: T.self)
    }

    /// A number that is only good within some bounds; `what` it is, for the one who reads that it was not.
    package mutating func take<T: FixedWidthInteger & BitwiseCopyable>(
        in range: ClosedRange<T>, _ what: StaticString
    ) throws(StateProblem) -> T {
        let number = try take(T.self)
        guard range.contains(number) else {
            throw StateProblem("\(what) is \(number), not \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// A struct of nothing but counts: each an `Int` that cannot have got out of hand.
    package mutating func takeCounts<T: BitwiseCopyable>(_ type: T.Type) throws(StateProblem) -> T {
        let start = try skip(MemoryLayout<T>.size)
        for offset in stride(from: 0, to: MemoryLayout<T>.size, by: 8) {
            let count = bytes.loadUnaligned(fromByteOffset: start + offset, as: Int.self)
            guard (0...Self.countMax).contains(count) else { throw StateProblem("a count is \(count)") }
        }
        return bytes.loadUnaligned(fromByteOffset: start, as: T.self)
    }

    private static let countMax = 1 << 60

    /// Raw elements, to be looked at where they then lie.
    package mutating func take<T: BitwiseCopyable>(
        into first: UnsafeMutablePointer<T>, count: Int
    ) throws(StateProblem) {
        guard count >= 0, count <= remaining / MemoryLayout<T>.stride else { throw Self.end }
        let start = try skip(count * MemoryLayout<T>.stride)
        guard let base = bytes.baseAddress, count > 0 else { return }
        UnsafeMutableRawPointer(first).copyMemory(from: base + start, byteCount: count * MemoryLayout<T>.stride)
    }

    package mutating func expect(_ tag: StaticString) throws(StateProblem) {
        guard try take(UInt64.self) == StateWriter.word(tag) else { throw StateProblem("'\(tag)' does not begin here") }
    }

    private static var end: StateProblem { StateProblem("the state ends too early") }

    /// Moves on over bytes that are there; where they begin.
    private mutating func skip(_ count: Int) throws(StateProblem) -> Int {
        guard count <= remaining else { throw Self.end }
        at += count
        return at - count
    }
}
