import CLinux
import Glibc

/// One receiving socket. Closed when it goes.
struct UDPSocket: ~Copyable, Sendable {
    let fd: CInt
    let port: UInt16
    /// What the kernel gave.
    let receiveBufferBytes: Int

    /// Binds; `shared` for several sockets on one port.
    init(address: UInt32, port: UInt16, receiveBufferBytes: Int, shared: Bool) throws(SystemError) {
        let place = "\(IPv4.text(address)):\(port)"
        let fd = CInt(try checked("socket", place, clinux_udp_socket()))
        do throws(SystemError) {
            if shared { _ = try checked("SO_REUSEPORT", place, clinux_reuse_port(fd)) }
            let got = try checked("SO_RCVBUF", place, clinux_receive_buffer(fd, CInt(clamping: receiveBufferBytes)))
            _ = try checked("SO_RXQ_OVFL", place, clinux_count_drops(fd))
            // A kernel without UDP_GRO (before 5.0) still works, datagram by datagram.
            _ = clinux_merge_trains(fd)
            _ = try checked("SO_RCVTIMEO", place, clinux_receive_timeout(fd, Self.waitUs))
            _ = try checked("bind", place, clinux_bind(fd, address, port))
            let bound = try checked("getsockname", place, clinux_local_port(fd))
            self.fd = fd
            self.port = UInt16(bound)
            self.receiveBufferBytes = got
        } catch {
            close(fd)
            throw error
        }
    }

    deinit { close(fd) }

    /// A receive call waits at most this long, so that a stop is seen.
    static let waitUs: Int64 = 100_000
}

/// Addresses as people write them.
package enum IPv4 {
    package static func text(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }

    /// Four decimal numbers with points; nil for anything else.
    package static func parse(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4, parts.allSatisfy({ $0 != nil }) else { return nil }
        return parts.reduce(0) { $0 << 8 | UInt32($1!) }
    }
}

extension UDPSocket {
    /// Tells the kernel to give each camera's datagrams to one socket of the group: by the low byte of the frame's
    /// camera id.
    func steer(receivers: Int) throws(SystemError) {
        _ = try checked(
            "SO_ATTACH_REUSEPORT_CBPF", "", clinux_steer_by_word(fd, UInt32(FrameLayout.cameraAt), UInt32(receivers)))
    }
}
