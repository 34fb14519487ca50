/// The last commands that were done, by their ids, with what was answered: who asks again gets the same.
/// `DoneRows` goes back further.
struct DoneCalls {
    static let countMax = 1 << 14
    /// Of an answer; a longer one is not kept, and `again` stands for it.
    static let replyBytesMax = 1024
    static let again = Array(#"{"done_before":true}"#.utf8)

    private var replies: [String: [UInt8]] = [:]
    /// Ids in the order in which they were done; the oldest one is at `oldest`.
    private var ids: [String] = []
    private var oldest = 0

    subscript(_ id: String) -> [UInt8]? { replies[id] }

    static func kept(_ reply: [UInt8]) -> [UInt8] { reply.count <= replyBytesMax ? reply : again }

    mutating func note(_ id: String, _ reply: [UInt8]) {
        guard replies.updateValue(reply, forKey: id) == nil else { return }
        guard ids.count == Self.countMax else { return ids.append(id) }
        replies[ids[oldest]] = nil
        ids[oldest] = id
        oldest = (oldest + 1) % Self.countMax
    }

    func write(into bytes: inout [UInt8]) {
        bytes.append(number: UInt32(ids.count))
        for id in ids[oldest...] + ids[..<oldest] {
            bytes.append(text: id)
            bytes.append(number: UInt32(replies[id]?.count ?? 0))
            bytes += replies[id] ?? []
        }
    }

    init() {}

    init?(_ reader: inout ByteReader) {
        guard let count = reader.number(UInt32.self) else { return nil }
        for _ in 0..<count {
            guard let id = reader.text(), let length = reader.number(UInt32.self), let reply = reader.run(Int(length))
            else { return nil }
            note(id, Array(reply))
        }
    }
}
