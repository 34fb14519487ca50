import ANPRCore
import Glibc

/// What this plugin has decided already, in this run and in those before it: the identities that were written, and the
/// numbers that were given.
///
/// It is recovered from the outbox files themselves, so a decision and its memory are one line and cannot disagree: a
/// line is either in the file whole, or it never was. A last line that a crash cut short is taken off. The files of one
/// folder therefore belong together; a new folder is a new ledger.
struct CaseLedger {
    private var identities: Set<SectionRecordID> = []
    private(set) var numbers: Set<UInt64> = []

    /// About four years of the country's immediate perceptions. At the bound the plugin stops with an error: to forget
    /// an identity would be to fine twice.
    static let identitiesMax = 1 << 23

    var count: Int { identities.count }

    /// False when the identity is known.
    mutating func insert(_ id: SectionRecordID) throws(LedgerFull) -> Bool {
        if identities.contains(id) { return false }
        guard identities.count < Self.identitiesMax else { throw LedgerFull() }
        identities.insert(id)
        return true
    }

    func contains(_ id: SectionRecordID) -> Bool { identities.contains(id) }

    /// The number of a case that was not there before.
    mutating func number(_ id: SectionRecordID) -> StructuredCommunication {
        let number = CaseNumber.free(id, used: numbers)
        numbers.insert(number)
        return StructuredCommunication(number: number)!  // ten digits by construction
    }

    /// Takes over what an earlier run left at a path; nothing when there is no file.
    mutating func recover(path: String) throws {
        guard access(path, F_OK) == 0 else { return }
        let file = try FileBytes(path: path)
        var start = 0
        var line = 0
        for at in file.bytes.indices where file.bytes[at] == 0x0a {
            line += 1
            let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[start..<at])
            start = at + 1
            guard let (id, number) = LedgerLine.parse(bytes) else {
                throw InputProblem(
                    file: path, line: line,
                    message: "is no line of CBE's; give the plugin a new folder, or put the file back as it was")
            }
            guard try insert(id), number.map({ numbers.insert($0).inserted }) ?? true else {
                throw InputProblem(file: path, line: line, message: "repeats a line's identity or number")
            }
        }
        guard start < file.bytes.count else { return }
        guard truncate(path, off_t(start)) == 0 else { throw SystemError("truncate", code: errno, subject: path) }
    }
}

struct LedgerFull: Error, CustomStringConvertible {
    var description: String {
        "CBE holds \(CaseLedger.identitiesMax) decisions, as many as it may; start it on a new folder"
    }
}

/// The head of each line of an outbox: `{"id":"<section>:<entry>:<exit>","number":"<ten digits>"...`; a verification
/// has no number.
enum LedgerLine {
    static func parse(_ bytes: UnsafeRawBufferPointer) -> (id: SectionRecordID, number: UInt64?)? {
        guard bytes.last == UInt8(ascii: "}") else { return nil }
        // WHY: four quotes or eight are enough for both fields, and none of the two holds an escaped one.
        let quote = UInt8(ascii: "\"")
        let parts = bytes.prefix(128).split(separator: quote, maxSplits: 8, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count > 4, parts[0] == "{", parts[1] == "id", parts[2] == ":", let id = identity(parts[3]) else {
            return nil
        }
        guard parts.count > 8, parts[5] == "number" else { return (id, nil) }
        guard parts[7].utf8.count == 10, let number = UInt64(parts[7]) else { return nil }
        return (id, number)
    }

    /// As `SectionRecordID.description` writes it: `12:3/1/44:7/1/90`.
    private static func identity(_ text: String) -> SectionRecordID? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let section = UInt32(parts[0]), let entry = read(parts[1]), let exit = read(parts[2])
        else { return nil }
        return SectionRecordID(section: section, entry: entry, exit: exit)
    }

    private static func read(_ text: Substring) -> ReadID? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let camera = UInt32(parts[0]), let epoch = UInt32(parts[1]),
            let sequence = UInt32(parts[2])
        else { return nil }
        return ReadID(camera: camera, epoch: epoch, sequence: sequence)
    }
}
