import CLinux
import Glibc

/// The way to the daemon and back of cameras that keep their reads: a few sockets, each for many cameras.
///
/// Frames go out many a system call, and what the kernel does not take is lost as on any network. Only `wait` waits.
/// Owned by one thread.
package struct StoreSockets: FrameSink, ~Copyable {
    package private(set) var counts = UDPSender.Counts()
    private let batches: [SocketBatch]
    private let trains: Bool
    private let room: Slab<UInt8>
    private let datagrams: Slab<clinux_datagram>
    private var polled: [pollfd]

    private static let datagramsMax = 64
    /// An acknowledgement fits, and one byte tells that a datagram is none.
    private static let datagramBytes = ControlLayout.frameBytesMax + 1
    private static let receiveBufferBytes = 4 << 20

    /// Of the options, pace and window say nothing here.
    package init(_ options: UDPSender.Options) throws(SystemError) {
        precondition((1...64).contains(options.sockets))
        trains = options.trains
        room = Slab(count: Self.datagramsMax * Self.datagramBytes)
        datagrams = Slab(count: Self.datagramsMax)
        var batches: [SocketBatch] = []
        for _ in 0..<options.sockets { batches.append(try SocketBatch(options, isPatient: false)) }
        for batch in batches {
            _ = try checked("SO_RCVBUF", "", clinux_receive_buffer(batch.fd, CInt(Self.receiveBufferBytes)))
        }
        self.batches = batches
        polled = batches.map { pollfd(fd: $0.fd, events: Int16(POLLIN), revents: 0) }
    }

    /// A camera's frames stay on one socket: the daemon answers where it heard the camera last.
    package mutating func send(_ frame: UnsafeRawBufferPointer, dueNs: Nanoseconds) throws(SystemError) -> FrameFate {
        let camera = frame.loadUnaligned(fromByteOffset: FrameLayout.cameraAt, as: UInt32.self)
        let batch = batches[Int(UInt32(littleEndian: camera)) % batches.count]
        if !batch.hasRoom(for: frame.count) { try batch.send(&counts) }
        batch.append(frame, mayJoin: trains)
        counts.frames += 1
        counts.bytes += frame.count
        return .sent
    }

    package mutating func finish() throws(SystemError) {
        for batch in batches where batch.frames > 0 { try batch.send(&counts) }
    }

    /// Hands over what has come, at most so much a socket that nothing else starves. Returns how many datagrams.
    mutating func receive(
        _ take: (UnsafeRawBufferPointer) throws(SystemError) -> Void
    ) throws(SystemError) -> Int {
        var came = 0
        for batch in batches {
            for i in 0..<Self.datagramsMax {
                datagrams.base[i].base = UnsafeMutableRawPointer(room.base + i * Self.datagramBytes)
                datagrams.base[i].capacity = UInt32(Self.datagramBytes)
            }
            let result = clinux_receive(batch.fd, datagrams.base, UInt32(Self.datagramsMax))
            switch -result {
            case EAGAIN, EINTR: continue
            case ECONNREFUSED: counts.refused += 1  // of a datagram that was sent before
            default:
                let count = try checked("recvmmsg", "", result)
                came += count
                for i in 0..<count {
                    let datagram = datagrams.base[i]
                    try take(UnsafeRawBufferPointer(start: datagram.base, count: Int(datagram.length)))
                }
            }
        }
        return came
    }

    /// Until something comes, at most so long; in whole milliseconds, since an instant too early would be asked twice.
    mutating func wait(ns: Nanoseconds) {
        guard ns > 0 else { return }
        let milliseconds = (min(ns, .second) + .millisecond - 1) / .millisecond
        _ = poll(&polled, nfds_t(polled.count), CInt(milliseconds))
    }
}
