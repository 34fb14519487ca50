import ANPRCore
import Glibc

/// One request on a connection of its own, and one deadline for all of it. Owned by one thread, which waits.
final class HTTPCall {
    private let socket: Descriptor
    private let withinNs: Nanoseconds
    private let untilNs: Nanoseconds
    private var buffer: [UInt8] = []
    /// The other side has said all that it will.
    private var isAtEnd = false

    static let headBytesMax = 16 << 10
    private static let readBytes = 64 << 10

    init(_ socket: Descriptor, withinNs: Nanoseconds) {
        self.socket = socket
        self.withinNs = withinNs
        untilNs = Clock.monotonicNs() + withinNs
    }

    /// Connects.
    init(_ address: HTTPAddress, withinNs: Nanoseconds) throws(DeliveryProblem) {
        let untilNs = Clock.monotonicNs() + withinNs
        var hints = addrinfo()
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(address.host, String(address.port), &hints, &found)
        guard result == 0, let first = found else {
            throw .temporary("\(address.host): \(String(cString: gai_strerror(result)))")
        }
        defer { freeaddrinfo(first) }
        var problem = DeliveryProblem.temporary("\(address.host) has no address")
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let place = next {
            do throws(DeliveryProblem) {
                socket = try Self.connect(place.pointee, address, untilNs: untilNs, withinNs: withinNs)
                self.withinNs = withinNs
                self.untilNs = untilNs
                return
            } catch { problem = error }
            next = place.pointee.ai_next
        }
        throw problem
    }

    private static func connect(
        _ place: addrinfo, _ address: HTTPAddress, untilNs: Nanoseconds, withinNs: Nanoseconds
    ) throws(DeliveryProblem) -> Descriptor {
        func failure(_ code: CInt) -> DeliveryProblem {
            .temporary("\(SystemError("connect", code: code, subject: address.authority))")
        }
        let kind = place.ai_socktype | CInt(SOCK_NONBLOCK.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        let number = Glibc.socket(place.ai_family, kind, place.ai_protocol)
        guard number >= 0 else { throw failure(errno) }
        let socket = Descriptor(number)
        if Glibc.connect(number, place.ai_addr, place.ai_addrlen) == 0 { return socket }
        guard errno == EINPROGRESS else { throw failure(errno) }
        try wait(number, POLLOUT, untilNs: untilNs, withinNs: withinNs)
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { throw failure(code) }
        return socket
    }

    private static func wait(
        _ fd: CInt, _ event: CInt, untilNs: Nanoseconds, withinNs: Nanoseconds
    ) throws(DeliveryProblem) {
        while true {
            let leftNs = untilNs - Clock.monotonicNs()
            guard leftNs > 0 else { throw .temporary("no answer within \(withinNs / .millisecond) ms") }
            var polled = pollfd(fd: fd, events: Int16(event), revents: 0)
            if poll(&polled, 1, CInt(min(leftNs / .millisecond + 1, 60_000))) > 0 { return }
        }
    }

    private func wait(_ event: CInt) throws(DeliveryProblem) {
        try Self.wait(socket.number, event, untilNs: untilNs, withinNs: withinNs)
    }

    // MARK: Out

    /// A peer that closes early may have answered all the same: that is seen when its answer is read.
    func send(_ bytes: [UInt8]) throws(DeliveryProblem) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(socket.number, $0.baseAddress! + done, bytes.count - done, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                try wait(POLLOUT)
            } else if errno != EINTR {
                return
            }
        }
    }

    // MARK: In

    /// The whole answer. Half of one is none.
    func answer(bytesMax: Int, hasBody: Bool) throws(DeliveryProblem) -> DeliveryAnswer {
        var head = try self.head()
        while (100..<200).contains(head.status) { head = try self.head() }
        if !hasBody || head.status == 204 || head.status == 304 { return DeliveryAnswer(status: head.status, body: []) }
        if let coding = head.fields["transfer-encoding"] {
            guard coding.lowercased() == "chunked" else { throw .temporary("the answer comes as '\(coding)'") }
            return DeliveryAnswer(status: head.status, body: try chunks(bytesMax: bytesMax))
        }
        // WHY: an answer that ends with its connection cannot be told from one that was cut short.
        guard let length = head.fields["content-length"].flatMap({ Int($0) }), length >= 0 else {
            throw .temporary("the answer does not say how long it is")
        }
        guard length <= bytesMax else { throw Self.tooLong(bytesMax) }
        return DeliveryAnswer(status: head.status, body: try take(length))
    }

    private static func tooLong(_ bytesMax: Int) -> DeliveryProblem {
        .temporary("the answer is longer than \(bytesMax) bytes")
    }

    private func head() throws(DeliveryProblem) -> (status: Int, fields: [String: String]) {
        let words = try line(max: Self.headBytesMax).split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1])
        else { throw .temporary("what came is no HTTP") }
        var fields: [String: String] = [:]
        var room = Self.headBytesMax
        while true {
            let text = try line(max: room)
            if text.isEmpty { return (status, fields) }
            room -= text.utf8.count + 2
            guard let colon = text.firstIndex(of: ":"), room > 0 else { throw .temporary("what came is no HTTP") }
            let name = text[..<colon].lowercased()
            let value = text[colon...].dropFirst().drop { $0 == " " || $0 == "\t" }
            // Two lengths, or one that is none, are no length.
            fields[name] = fields[name].map { "\($0), \(value)" } ?? String(value)
        }
    }

    private func chunks(bytesMax: Int) throws(DeliveryProblem) -> [UInt8] {
        var body: [UInt8] = []
        while true {
            let size = try line(max: 1024).prefix { $0 != ";" && $0 != " " }
            guard let count = Int(size, radix: 16), count >= 0 else { throw .temporary("what came is no HTTP") }
            if count == 0 {
                // What may follow the last one is of no interest, but for its end.
                for _ in 0..<64 { if try line(max: Self.headBytesMax).isEmpty { return body } }
                throw .temporary("what came is no HTTP")
            }
            guard count <= bytesMax - body.count else { throw Self.tooLong(bytesMax) }
            body += try take(count)
            guard try line(max: 2).isEmpty else { throw .temporary("what came is no HTTP") }
        }
    }

    /// Without its end, CRLF.
    private func line(max: Int) throws(DeliveryProblem) -> String {
        var looked = 0
        while true {
            if let end = buffer[looked...].firstIndex(of: 0x0a) {
                guard end > 0, buffer[end - 1] == 0x0d else { throw .temporary("what came is no HTTP") }
                let text = String(decoding: buffer[..<(end - 1)], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return text
            }
            looked = buffer.count
            guard buffer.count <= max else { throw .temporary("what came is no HTTP") }
            try readMore()
        }
    }

    private func take(_ count: Int) throws(DeliveryProblem) -> [UInt8] {
        while buffer.count < count { try readMore() }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func readMore() throws(DeliveryProblem) {
        guard !isAtEnd else { throw .temporary("closed before the answer's end") }
        var room = [UInt8](repeating: 0, count: Self.readBytes)
        while true {
            let count = recv(socket.number, &room, room.count, 0)
            if count > 0 {
                buffer += room[..<count]
                return
            }
            if count == 0 {
                isAtEnd = true
                throw .temporary("closed before the answer's end")
            }
            if errno == EAGAIN {
                try wait(POLLIN)
            } else if errno != EINTR {
                throw .temporary("\(SystemError("recv", code: errno))")
            }
        }
    }
}
