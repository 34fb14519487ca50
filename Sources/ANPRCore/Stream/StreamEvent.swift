/// An event on its way to a subscription: what it is, where it stands in its shard's log, and itself. 144 bytes.
package struct StreamEvent: BitwiseCopyable {
    /// Zero without a journal.
    var cursor: StreamCursor
    var kind: EventKind
    /// A hit, a record or (of a watched plate) a read, whose layout is plain memory.
    private var payload: InlineArray<16, UInt64>

    @inline(__always)
    static func write(_ hit: borrowing Hit, _ cursor: StreamCursor, to slot: UnsafeMutablePointer<StreamEvent>) {
        slot.pointee.cursor = cursor
        slot.pointee.kind = .hit
        payload(slot).storeBytes(of: copy hit, as: Hit.self)
    }

    @inline(__always)
    static func write(
        _ record: borrowing SectionRecord, _ cursor: StreamCursor, to slot: UnsafeMutablePointer<StreamEvent>
    ) {
        slot.pointee.cursor = cursor
        slot.pointee.kind = .record
        payload(slot).storeBytes(of: copy record, as: SectionRecord.self)
    }

    @inline(__always)
    static func write(_ read: Read, _ cursor: StreamCursor, to slot: UnsafeMutablePointer<StreamEvent>) {
        slot.pointee.cursor = cursor
        slot.pointee.kind = .watched
        payload(slot).storeBytes(of: read, as: Read.self)
    }

    private static func payload(_ slot: UnsafeMutablePointer<StreamEvent>) -> UnsafeMutableRawPointer {
        UnsafeMutableRawPointer(slot) + MemoryLayout<StreamEvent>.offset(of: \.payload)!
    }

    /// SAFE: the kind says what was stored; all three are plain memory of at most 128 bytes.
    static func hit(_ event: UnsafePointer<StreamEvent>) -> Hit { payload(event).loadUnaligned(as: Hit.self) }
    static func record(_ event: UnsafePointer<StreamEvent>) -> SectionRecord {
        payload(event).loadUnaligned(as: SectionRecord.self)
    }
    static func read(_ event: UnsafePointer<StreamEvent>) -> Read { payload(event).loadUnaligned(as: Read.self) }

    private static func payload(_ event: UnsafePointer<StreamEvent>) -> UnsafeRawPointer {
        UnsafeRawPointer(event) + MemoryLayout<StreamEvent>.offset(of: \.payload)!
    }
}
