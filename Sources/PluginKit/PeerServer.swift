import ANPRCore
import CLinux
import Glibc
import Synchronization

/// A simulated office on loopback: HTTP/1.1 by sockets, a thread a connection, with faults by a seed.
///
/// It keeps each key once, on disk before it answers, and answers it the same for ever, across restarts. That is what
/// is asked of a real one, and what makes "exactly once" possible on our side. Paths of its own: `GET .../kept/KEY`
/// and `GET .../inbox?after=N` behind whatever prefix, `PUT /-/faults`, `GET /-/status`; all others are the script's.
package final class PeerServer: Sendable {
    private struct Work {
        var isStopping = false
        /// The connection of each thread; -1: none.
        var connections = [CInt](repeating: -1, count: connectionsMax)
        var threads: [ThreadAgent] = []
    }

    package let port: UInt16
    private let listener: CInt
    private let desk: PeerDesk
    private let work = Mutex(Work())

    /// At once. Others wait in the kernel's queue.
    package static let connectionsMax = 32
    private static let waitingMax: CInt = 128
    private static let pauseMs: CInt = 20

    /// Starts at once. Ends with `stop`, or with the process.
    /// - Parameter port: 0: any.
    /// - Parameter keep: its folder; made when it is not there.
    package init(
        _ script: any PeerScript, port: UInt16 = 0, keep: String, faults: PeerFaults = PeerFaults(), seed: UInt64 = 1
    ) throws {
        desk = PeerDesk(script, try PeerFolder(keep, script), faults, seed: seed)
        (listener, self.port) = try Self.listen(port)
        do {
            for i in 0..<Self.connectionsMax {
                let thread = try ThreadAgent(name: "peer-\(i)") { self.run(i) }
                work.withLock { $0.threads.append(thread) }
            }
        } catch {
            stop()
            throw error
        }
    }

    package var counts: PeerCounts { desk.status }

    /// Ends what is going on, and returns when nothing is any more. What was kept is on disk.
    package func stop() {
        let threads = work.withLock { work in
            work.isStopping = true
            for fd in work.connections where fd >= 0 { shutdown(fd, CInt(SHUT_RDWR)) }
            defer { work.threads = [] }
            return work.threads
        }
        guard !threads.isEmpty else { return }
        shutdown(listener, CInt(SHUT_RDWR))
        for thread in threads { thread.join() }
        close(listener)
    }

    private static func listen(_ port: UInt16) throws(SystemError) -> (fd: CInt, port: UInt16) {
        let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard fd >= 0 else { throw SystemError("socket", code: errno) }
        var yes: CInt = 1
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> CInt in
                guard bind(fd, address, length) == 0, Glibc.listen(fd, waitingMax) == 0 else { return errno }
                return getsockname(fd, address, &length) == 0 ? 0 : errno
            }
        }
        guard code == 0 else {
            close(fd)
            throw SystemError("bind", code: code, subject: "127.0.0.1:\(port)")
        }
        return (fd, UInt16(bigEndian: address.sin_port))
    }

    // MARK: A connection's thread

    private func run(_ place: Int) {
        while true {
            let fd = clinux_accept(listener)
            guard fd >= 0 else {
                if work.withLock({ $0.isStopping }) { return }
                // With no descriptor to be had it is tried again, and not all the time.
                if [EMFILE, ENFILE, ENOMEM, ENOBUFS].contains(-fd) { poll(nil, 0, Self.pauseMs) }
                continue
            }
            let goesOn = work.withLock { work in
                work.connections[place] = work.isStopping ? -1 : fd
                return !work.isStopping
            }
            if goesOn { serve(fd) }
            work.withLock { $0.connections[place] = -1 }
            close(fd)
        }
    }

    private func serve(_ fd: CInt) {
        var connection = PeerConnection(fd)
        do throws(PeerConnection.End) {
            while try serveOne(&connection) {}
        } catch {
            if case .refused(let status) = error {
                _ = connection.send(.refusal(status, "this is no request that can be taken"), isLast: true)
            }
        }
    }

    /// True when another request may follow.
    private func serveOne(_ connection: inout PeerConnection) throws(PeerConnection.End) -> Bool {
        let head = try connection.head()
        let fate = desk.fate(target: head.target)
        if fate.end == .refused { return false }
        let body = try connection.body(head)
        let request = PeerRequest(
            method: head.method, target: head.target, key: head.field("idempotency-key") ?? "", body: body,
            atNs: Clock.wallNs())
        let act = desk.take(request, fate)
        connection.delay(act.delayNs)
        guard let reply = act.reply else { return false }
        let isLast = head.wantsToClose || act.isHalved
        return connection.send(reply, isLast: isLast, isHalved: act.isHalved) && !isLast
    }
}
