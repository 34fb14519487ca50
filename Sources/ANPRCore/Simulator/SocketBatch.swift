import CLinux
import Glibc

/// One socket and the frames that wait for its next call.
final class SocketBatch {
    let fd: CInt
    /// Waits until the kernel has room. Otherwise no call waits, and what does not go at once is lost, as on a network.
    private let isPatient: Bool
    private let arena: Slab<UInt8>
    private let outgoing: Slab<clinux_outgoing>
    private var used = 0
    private var datagrams = 0
    /// Frames of the last datagram, if another may join it.
    private var trainFrames = 0
    private(set) var frames = 0

    /// clinux_send takes so many a call; a train so many frames and bytes (UDP_MAX_SEGMENTS, the largest datagram).
    private static let datagramsMax = 64
    private static let trainFramesMax = 64
    private static let trainBytesMax = 65_000

    init(_ options: UDPSender.Options, isPatient: Bool = true) throws(SystemError) {
        self.isPatient = isPatient
        fd = CInt(try checked("socket", "", clinux_udp_socket()))
        arena = Slab(count: (options.trains ? 8 : 1) * Self.datagramsMax * FrameLayout.frameBytesMax)
        outgoing = Slab(count: Self.datagramsMax)
        _ = try checked("SO_SNDBUF", "", clinux_send_buffer(fd, CInt(clamping: options.sendBufferBytes)))
        _ = try checked("connect", "port \(options.port)", clinux_connect(fd, options.address, options.port))
        if !isPatient, fcntl(fd, F_SETFL, O_NONBLOCK) != 0 { throw SystemError("fcntl", code: errno, subject: "UDP") }
    }

    deinit { close(fd) }

    func hasRoom(for bytes: Int) -> Bool { datagrams < Self.datagramsMax && used + bytes <= arena.count }

    func append(_ frame: UnsafeRawBufferPointer, mayJoin: Bool) {
        precondition(hasRoom(for: frame.count))
        let place = UnsafeMutableRawPointer(arena.base + used)
        place.copyMemory(from: frame.baseAddress!, byteCount: frame.count)
        used += frame.count
        frames += 1
        let length = UInt32(frame.count)
        if mayJoin, trainFrames > 0, trainFrames < Self.trainFramesMax {
            let last = outgoing.base + (datagrams - 1)
            let segment = trainFrames == 1 ? last.pointee.length : last.pointee.segment
            if length <= segment, Int(last.pointee.length) + frame.count <= Self.trainBytesMax {
                last.pointee.segment = segment
                last.pointee.length += length
                // Only the last frame of a train may be shorter.
                trainFrames = length == segment ? trainFrames + 1 : 0
                return
            }
        }
        outgoing.base[datagrams] = clinux_outgoing(base: place, length: length, segment: 0)
        datagrams += 1
        trainFrames = 1
    }

    func send(_ counts: inout UDPSender.Counts) throws(SystemError) {
        var done = 0
        for i in 0..<datagrams where outgoing.base[i].segment > 0 { counts.trains += 1 }
        while done < datagrams {
            let result = clinux_send(fd, outgoing.base + done, UInt32(datagrams - done))
            counts.calls += 1
            switch -result {
            case EINTR: continue
            case ECONNREFUSED: counts.refused += 1  // of an earlier datagram; said once
            case let code where !isPatient && code > 0:
                counts.lost += 1
                done += 1
            case EAGAIN, ENOBUFS:
                counts.waits += 1
                Pacer.pause(100 * .microsecond)
            default: done += try checked("sendmmsg", "", result)
            }
        }
        used = 0
        datagrams = 0
        trainFrames = 0
        frames = 0
    }
}
