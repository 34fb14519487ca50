/// What a plugin is in the middle of, and what it died of: 64 bytes that outlive the process.
///
/// ```
///  0 "ANPRATT1"   8 under way 2, shard 2   12 events   16 position   24 event   32 identity of a single event
/// 40 deaths 2, shard 2   44 event   48 position   56 identity
/// ```
struct AttemptPage {
    /// A batch by where it ends, and by which event it is when it is a single one.
    struct Attempt: Equatable {
        var shard: Int
        var cursor: StreamCursor
        /// 0 when there are several.
        var identity: UInt64

        /// What is no part of a stream stands in the place of a shard.
        static func event(_ identity: UInt64) -> Attempt {
            Attempt(shard: 0xfffe, cursor: StreamCursor(), identity: identity)
        }

        static func answer(_ identity: UInt64) -> Attempt {
            Attempt(shard: 0xffff, cursor: StreamCursor(), identity: identity)
        }

        var isInput: Bool { shard >= 0xfffe }
    }

    private let bytes: UnsafeMutableRawBufferPointer
    private static let magic = UInt64(littleEndian: 0x3154_5441_5250_4e41)

    init(_ bytes: UnsafeMutableRawBufferPointer) {
        precondition(bytes.count >= 64)
        self.bytes = bytes
        if bytes.load(as: UInt64.self) != Self.magic {
            bytes.initializeMemory(as: UInt8.self, repeating: 0)
            bytes.storeBytes(of: Self.magic, as: UInt64.self)
        }
    }

    func begin(_ attempt: Attempt) {
        store(attempt, shardAt: 10, eventAt: 24, positionAt: 16, identityAt: 32)
        bytes.storeBytes(of: 1, toByteOffset: 8, as: UInt16.self)
    }

    func end() { bytes.storeBytes(of: 0, toByteOffset: 8, as: UInt16.self) }

    /// At the start: what the process died in, if it did, becomes the suspect, or dies once more.
    func countDeath() {
        guard bytes.load(fromByteOffset: 8, as: UInt16.self) != 0 else { return }
        let attempt = load(shardAt: 10, eventAt: 24, positionAt: 16, identityAt: 32)
        let isSame = attempt.identity != 0 && attempt.identity == suspect?.identity
        setSuspect(attempt, deaths: isSame ? deaths + 1 : 1)
        end()
    }

    var deaths: Int { Int(bytes.load(fromByteOffset: 40, as: UInt16.self)) }

    var suspect: Attempt? {
        deaths == 0 ? nil : load(shardAt: 42, eventAt: 44, positionAt: 48, identityAt: 56)
    }

    func clearSuspect() { bytes.storeBytes(of: 0, toByteOffset: 40, as: UInt16.self) }

    private func setSuspect(_ attempt: Attempt, deaths: Int) {
        store(attempt, shardAt: 42, eventAt: 44, positionAt: 48, identityAt: 56)
        bytes.storeBytes(of: UInt16(clamping: deaths), toByteOffset: 40, as: UInt16.self)
    }

    private func store(_ attempt: Attempt, shardAt: Int, eventAt: Int, positionAt: Int, identityAt: Int) {
        bytes.storeBytes(of: UInt16(attempt.shard), toByteOffset: shardAt, as: UInt16.self)
        bytes.storeBytes(of: attempt.cursor.event, toByteOffset: eventAt, as: UInt32.self)
        bytes.storeBytes(of: attempt.cursor.position, toByteOffset: positionAt, as: UInt64.self)
        bytes.storeBytes(of: attempt.identity, toByteOffset: identityAt, as: UInt64.self)
    }

    private func load(shardAt: Int, eventAt: Int, positionAt: Int, identityAt: Int) -> Attempt {
        Attempt(
            shard: Int(bytes.load(fromByteOffset: shardAt, as: UInt16.self)),
            cursor: StreamCursor(
                position: bytes.load(fromByteOffset: positionAt, as: UInt64.self),
                event: bytes.load(fromByteOffset: eventAt, as: UInt32.self)),
            identity: bytes.load(fromByteOffset: identityAt, as: UInt64.self))
    }
}
