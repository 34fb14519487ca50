import ANPRCore
import Glibc

/// One connection to a simulated peer: HTTP/1.1 requests in, answers out. Owned by one thread.
struct PeerConnection: ~Copyable {
    struct Head {
        let method: String
        let target: String
        fileprivate let fields: [String: String]

        /// Nil when there is none.
        func field(_ name: String) -> String? { fields[name] }
        var wantsToClose: Bool { fields["connection"]?.lowercased() == "close" }
    }

    /// Why no request came.
    enum End: Error {
        case closed
        /// What is answered before it is closed.
        case refused(Int)
    }

    private let fd: CInt
    private var buffer: [UInt8] = []

    static let headBytesMax = 16 << 10
    static let bodyBytesMax = 8 << 20
    private static let readBytes = 64 << 10
    /// A caller that says nothing for so long is let go.
    private static let quietSeconds = 10
    /// POLLRDHUP: the caller will say nothing more.
    private static let hangUp: Int16 = 0x2000

    /// The caller closes it.
    init(_ fd: CInt) {
        self.fd = fd
        var time = timeval(tv_sec: Self.quietSeconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(fd, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    // MARK: In

    mutating func head() throws(End) -> Head {
        let blank: [UInt8] = [0x0d, 0x0a, 0x0d, 0x0a]
        var looked = 0
        while true {
            let start = max(0, looked - blank.count)
            if let end = (start..<max(start, buffer.count - 3)).first(where: {
                buffer[$0..<$0 + 4].elementsEqual(blank)
            }) {
                let text = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + blank.count)
                return try Self.head(text)
            }
            looked = buffer.count
            guard buffer.count <= Self.headBytesMax else { throw .refused(431) }
            try readMore()
        }
    }

    private static func head(_ text: String) throws(End) -> Head {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let words = lines[0].split(separator: " ")
        guard words.count == 3, words[2].hasPrefix("HTTP/1."), words[1].hasPrefix("/") else { throw .refused(400) }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw .refused(400) }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields[line[..<colon].lowercased()] = String(value)
        }
        return Head(method: String(words[0]), target: String(words[1]), fields: fields)
    }

    mutating func body(_ head: Head) throws(End) -> [UInt8] {
        if head.field("transfer-encoding") != nil { throw .refused(411) }
        guard let text = head.field("content-length") else { return [] }
        guard let count = Int(text), count >= 0 else { throw .refused(400) }
        guard count <= Self.bodyBytesMax else { throw .refused(413) }
        if head.field("expect")?.lowercased() == "100-continue", buffer.count < count {
            guard send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) else { throw .closed }
        }
        while buffer.count < count { try readMore() }
        let body = Array(buffer[..<count])
        buffer.removeFirst(count)
        return body
    }

    private mutating func readMore() throws(End) {
        var room = [UInt8](repeating: 0, count: Self.readBytes)
        var count = 0
        repeat { count = recv(fd, &room, room.count, 0) } while count < 0 && errno == EINTR
        guard count > 0 else { throw .closed }
        buffer += room[..<count]
    }

    // MARK: Out

    /// - Parameter isHalved: only the first half is sent.
    /// - Returns: false when it does not go out.
    func send(_ reply: PeerReply, isLast: Bool, isHalved: Bool = false) -> Bool {
        var head = "HTTP/1.1 \(reply.status) \(Self.reasons[reply.status] ?? "Answer")\r\n"
        head += "Content-Type: \(reply.type)\r\nContent-Length: \(reply.body.count)\r\n"
        for (name, value) in reply.headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        if isLast { head += "Connection: close\r\n" }
        let whole = Array((head + "\r\n").utf8) + reply.body
        return send(isHalved ? Array(whole.prefix(whole.count / 2)) : whole)
    }

    private static let reasons = [
        200: "OK", 202: "Accepted", 400: "Bad Request", 404: "Not Found", 409: "Conflict", 503: "Service Unavailable",
    ]

    private func send(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(fd, $0.baseAddress! + done, bytes.count - done, CInt(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                return false
            }
            done += count
        }
        return true
    }

    /// Waits so long, less when the caller hangs up.
    func delay(_ ns: Nanoseconds) {
        let untilNs = Clock.monotonicNs() + ns
        while true {
            let leftNs = untilNs - Clock.monotonicNs()
            guard leftNs > 0 else { return }
            var polled = pollfd(fd: fd, events: Self.hangUp, revents: 0)
            if poll(&polled, 1, CInt(leftNs / .millisecond + 1)) > 0 { return }
        }
    }
}
