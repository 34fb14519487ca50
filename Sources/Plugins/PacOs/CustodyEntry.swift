import ANPRCore

/// What was done to an exhibit, by whom, when, and the hash that ties it to all that was done before: 64 flat bytes.
/// Texts are numbers of `TextTable`, 0 is none.
struct CustodyEntry: BitwiseCopyable {
    let atNs: Nanoseconds
    let exhibit: UInt32
    /// The exhibit's entry before this one; itself when it is the first.
    let previous: UInt32
    let by: UInt32
    /// A place, a delivery, a seal: what the act is about.
    let subject: UInt32
    /// A reason, a reference of a decision.
    let note: UInt32
    let actCode: UInt32
    let digest: Digest

    var act: CustodyAct? { UInt8(exactly: actCode).flatMap(CustodyAct.init(rawValue:)) }
}

/// The bytes that are hashed, which another program can make as well (docs/plugins/PacOs.md).
///
/// ```
/// digest of the entry before (32 bytes, zeros for the first)
/// sequence (8 bytes, big endian, from 1), at (8, nanoseconds since 1970-01-01)
/// number, act, by, subject, note: each as UTF-8 with its length before it (4 bytes)
/// ```
struct CustodyLink {
    let previous: Digest
    let sequence: UInt32
    let atNs: Nanoseconds
    let number: ExhibitNumber
    let act: CustodyAct
    let by: String
    let subject: String
    let note: String

    var digest: Digest {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(192)
        Self.write(previous, sequence, atNs, number, act, into: &bytes)
        for text in [by, subject, note] { Self.append(text.utf8, to: &bytes) }
        return Digest(of: bytes)
    }

    /// All but the texts.
    static func write(
        _ previous: Digest, _ sequence: UInt32, _ atNs: Nanoseconds, _ number: ExhibitNumber, _ act: CustodyAct,
        into bytes: inout [UInt8]
    ) {
        previous.append(to: &bytes)
        append(big: UInt64(sequence), to: &bytes)
        append(big: UInt64(bitPattern: atNs), to: &bytes)
        append(number.characters, to: &bytes)
        append(act.name.utf8, to: &bytes)
    }

    static func append(_ text: some Collection<UInt8>, to bytes: inout [UInt8]) {
        append(big: UInt32(text.count), to: &bytes)
        bytes.append(contentsOf: text)
    }

    private static func append(big number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
