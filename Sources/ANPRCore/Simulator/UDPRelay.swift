import CLinux
import Glibc

/// A lossy relay between cameras and a daemon, all on loopback: what comes at its port goes on to the daemon's, each
/// sender by a socket of its own, and what comes back there goes back to that sender.
///
/// Trains are cut: the kernel does so for a socket that does not ask for them whole. Owned by one thread.
package struct UDPRelay: ~Copyable {
    package struct Counts: Sendable, Equatable {
        package var senders = 0
        /// Datagrams of senders for which there was no socket any more.
        package var unserved = 0
        /// Times that nobody listened where a datagram went.
        package var refused = 0
        /// Datagrams that the kernel did not take.
        package var notSent = 0
    }

    private struct Sender {
        var address: UInt32
        var port: UInt16
        /// Towards the daemon.
        var fd: CInt
    }

    package private(set) var counts = Counts()
    package let port: UInt16
    private let daemonPort: UInt16
    private let fd: CInt
    private var senders: [Sender] = []
    private var polled: [pollfd]
    private var forth: LossyRelay
    private var back: LossyRelay
    private let room: Slab<UInt8>
    private let datagrams: Slab<clinux_datagram>

    package static let sendersMax = 256
    private static let loopback: UInt32 = 0x7f00_0001
    private static let batchMax = 64
    private static let bufferBytes = 8 << 20
    /// A datagram of a byte more than the longest that is relayed is seen to be too long.
    private static let datagramBytes = LossyRelay.datagramBytesMax + 1

    /// Each way has the faults of `options`, by seeds of their own. `port` 0: any.
    package init(port: UInt16, to daemonPort: UInt16, options: LossyRelay.Options) throws(SystemError) {
        let fd = try Self.socket()
        do throws(SystemError) {
            _ = try checked("bind", "127.0.0.1:\(port)", clinux_bind(fd, Self.loopback, port))
            self.port = UInt16(try checked("getsockname", "", clinux_local_port(fd)))
        } catch {
            close(fd)
            throw error
        }
        self.fd = fd
        self.daemonPort = daemonPort
        polled = [pollfd(fd: fd, events: Int16(POLLIN), revents: 0)]
        room = Slab(count: Self.batchMax * Self.datagramBytes)
        datagrams = Slab(count: Self.batchMax)
        forth = LossyRelay(options)
        var backwards = options
        backwards.seed = options.seed ^ 0x6261_636b
        back = LossyRelay(backwards)
    }

    deinit {
        for entry in polled { close(entry.fd) }
    }

    private static func socket() throws(SystemError) -> CInt {
        let fd = CInt(try checked("socket", "", clinux_udp_socket()))
        _ = clinux_receive_buffer(fd, CInt(bufferBytes))
        _ = clinux_send_buffer(fd, CInt(bufferBytes))
        guard fcntl(fd, F_SETFL, O_NONBLOCK) == 0 else {
            close(fd)
            throw SystemError("fcntl", code: errno, subject: "UDP")
        }
        return fd
    }

    /// What happened on the way to the daemon, and on the way back.
    package var forthCounts: LossyRelay.Counts { forth.counts }
    package var backCounts: LossyRelay.Counts { back.counts }

    /// Takes and hands on what has come and is due; waits for something to do at most so long.
    package mutating func turn(waitNs: Nanoseconds) throws(SystemError) {
        let dueNs = min(forth.nextNs ?? .max, back.nextNs ?? .max)
        let nowNs = Clock.monotonicNs()
        let restNs = max(0, min(waitNs, dueNs == .max ? .max : dueNs - nowNs))
        let milliseconds = (restNs + .millisecond - 1) / .millisecond
        let ready = poll(&polled, nfds_t(polled.count), CInt(milliseconds))
        if ready > 0 { try receiveAll() }
        release(nowNs: Clock.monotonicNs())
    }

    private mutating func receiveAll() throws(SystemError) {
        // Senders that come up in this turn are polled from the next one on.
        for i in 0..<polled.count where polled[i].revents != 0 {
            let nowNs = Clock.monotonicNs()
            let count = try receive(polled[i].fd)
            for k in 0..<count {
                let datagram = datagrams.base[k]
                let bytes = UnsafeRawBufferPointer(start: datagram.base, count: Int(datagram.length))
                if i > 0 {
                    back.take(bytes, tag: i - 1, nowNs: nowNs)
                } else if let sender = try sender(datagram.address, datagram.port) {
                    forth.take(bytes, tag: sender, nowNs: nowNs)
                } else {
                    counts.unserved += 1
                }
            }
        }
    }

    private mutating func receive(_ fd: CInt) throws(SystemError) -> Int {
        for i in 0..<Self.batchMax {
            datagrams.base[i].base = UnsafeMutableRawPointer(room.base + i * Self.datagramBytes)
            datagrams.base[i].capacity = UInt32(Self.datagramBytes)
        }
        let result = clinux_receive(fd, datagrams.base, UInt32(Self.batchMax))
        switch -result {
        case EAGAIN, EINTR: return 0
        case ECONNREFUSED:
            counts.refused += 1
            return 0
        default: return try checked("recvmmsg", "", result)
        }
    }

    /// The sender of that address, a new one if there is room; nil if not.
    private mutating func sender(_ address: UInt32, _ port: UInt16) throws(SystemError) -> Int? {
        if let known = senders.firstIndex(where: { $0.port == port && $0.address == address }) { return known }
        guard senders.count < Self.sendersMax else { return nil }
        let fd = try Self.socket()
        polled.append(pollfd(fd: fd, events: Int16(POLLIN), revents: 0))
        senders.append(Sender(address: address, port: port, fd: fd))
        counts.senders += 1
        _ = try checked("connect", "port \(daemonPort)", clinux_connect(fd, Self.loopback, daemonPort))
        return senders.count - 1
    }

    private mutating func release(nowNs: Nanoseconds) {
        while let (bytes, tag) = forth.takeDue(nowNs: nowNs) {
            var datagram = clinux_outgoing(base: bytes.baseAddress, length: UInt32(bytes.count), segment: 0)
            let fd = senders[tag].fd
            send { clinux_send(fd, &datagram, 1) }
        }
        while let (bytes, tag) = back.takeDue(nowNs: nowNs) {
            var letter = clinux_letter(
                base: bytes.baseAddress, length: UInt32(bytes.count), address: senders[tag].address,
                port: senders[tag].port)
            let fd = fd
            send { clinux_post(fd, &letter, 1) }
        }
    }

    /// A refusal is of an earlier datagram: this one is tried once more.
    private mutating func send(_ call: () -> CInt) {
        var result = call()
        if result == -ECONNREFUSED {
            counts.refused += 1
            result = call()
        }
        if result < 0 { counts.notSent += 1 }
    }
}
