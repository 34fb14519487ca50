import CLinux
import Glibc
import Testing

@testable import ANPRCore

/// Real sockets on loopback, one test at a time.
@Suite(.serialized)
struct UDPSenderTests {
    /// A socket that takes what is sent to it, in the test's own thread.
    final class Receiver {
        let fd: CInt
        let port: UInt16
        private(set) var frames: [[UInt8]] = []

        init() throws {
            fd = CInt(try checked("socket", "", clinux_udp_socket()))
            _ = clinux_receive_buffer(fd, 4 << 20)
            _ = try checked("bind", "", clinux_bind(fd, 0x7f00_0001, 0))
            port = UInt16(try checked("port", "", clinux_local_port(fd)))
            _ = clinux_receive_timeout(fd, 2_000_000)
        }
        deinit { close(fd) }

        /// Waits for a number of datagrams in all, as long as they come.
        func receive(upTo count: Int) {
            var room = [UInt8](repeating: 0, count: 2048)
            while frames.count < count {
                let length = recv(fd, &room, room.count, 0)
                guard length >= 0 else { return }
                frames.append(Array(room[..<length]))
            }
        }
    }

    private func store() throws -> FrameStore {
        var setup = Simulation.Setup()
        setup.traffic = Fixture.options(seed: 12, readsPerSecond: 50, seconds: 60)
        setup.bank.lingerNs = 10 * .second
        var store = FrameStore()
        _ = try Simulation.run(Fixture.ring(), setup, into: &store)
        return store
    }

    private func frames(_ store: FrameStore) -> [[UInt8]] {
        var all: [[UInt8]] = []
        store.forEach { frame, _ in all.append(Array(frame)) }
        return all
    }

    @Test(.timeLimit(.minutes(5)), arguments: [(false, 1), (true, 1), (false, 3), (true, 3)])
    func sendsEveryFrameAsItIs(trains: Bool, sockets: Int) throws {
        let receiver = try Receiver()
        let store = try store()
        var options = UDPSender.Options(port: receiver.port)
        options.trains = trains
        options.sockets = sockets
        var sender = try UDPSender(options)
        try store.replay(into: &sender)
        receiver.receive(upTo: store.count)
        let sent = frames(store)
        #expect(sender.counts.frames == sent.count && sender.counts.bytes == store.bytes.count)
        #expect(sender.counts.refused == 0)
        if sockets == 1 { #expect(receiver.frames == sent) }
        // Over several sockets, each camera's frames stay in order.
        func byCamera(_ frames: [[UInt8]]) -> [ArraySlice<UInt8>: [[UInt8]]] {
            Dictionary(grouping: frames) { $0[8..<12] }
        }
        #expect(byCamera(receiver.frames) == byCamera(sent))
        #expect(trains == (sender.counts.trains > 0))
        #expect(sender.counts.calls <= sent.count / 16 + sockets)
    }

    @Test(.timeLimit(.minutes(5)))
    func staysWithinItsWindow() throws {
        let receiver = try Receiver()
        let store = try store()
        var options = UDPSender.Options(port: receiver.port)
        // The counter is asked only when there is no room: then what was sent is taken off the socket.
        nonisolated(unsafe) let taken = receiver
        nonisolated(unsafe) var most = 0
        options.window = SendWindow(datagrams: 64) {
            let before = taken.frames.count
            taken.receive(upTo: before + 1)
            most = max(most, before)
            return taken.frames.count
        }
        options.window?.patienceNs = 30 * .second
        var sender = try UDPSender(options)
        try store.replay(into: &sender)
        receiver.receive(upTo: store.count)
        #expect(receiver.frames.count == store.count && most > 0)
        #expect(sender.counts.waits > 0)
    }

    @Test(.timeLimit(.minutes(5)))
    func givesUpOnAReceiverThatDoesNotMove() throws {
        let receiver = try Receiver()
        let store = try store()
        var options = UDPSender.Options(port: receiver.port)
        options.window = SendWindow(datagrams: 10) { 0 }
        options.window?.patienceNs = 20 * .millisecond
        var sender = try UDPSender(options)
        do {
            try store.replay(into: &sender)
            Issue.record("it sent \(store.count) frames through a window of 10")
        } catch {
            #expect(error.code == ETIMEDOUT)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func keepsItsPace() throws {
        let receiver = try Receiver()
        var options = UDPSender.Options(port: receiver.port)
        options.pace = .times(100)
        var sender = try UDPSender(options)
        let store = try store()
        let beganNs = Clock.monotonicNs()
        try store.replay(into: &sender)
        // 60 s of traffic, a hundred times as fast: not sooner than the last frame is due.
        let dueNs = (store.dueNs.last! - store.dueNs.first!) / 100
        #expect(Clock.monotonicNs() - beganNs >= dueNs - .millisecond)
        receiver.receive(upTo: store.count)
        #expect(receiver.frames.count == store.count)
    }
}

struct PacerTests {
    @Test func mapsTheTrafficsTimeToTheMachines() {
        var pacer = Pacer(.times(10))
        #expect(pacer.waitNs(dueNs: 5000, nowNs: 77) == 0)
        #expect(pacer.waitNs(dueNs: 5000 + 10 * .second, nowNs: 77) == .second)
        #expect(pacer.waitNs(dueNs: 5000 + 10 * .second, nowNs: 77 + 2 * .second) == -.second)
        var fromStart = Pacer(.times(1), fromNs: 1000)
        #expect(fromStart.waitNs(dueNs: 1500, nowNs: 77) == 500)
        #expect(fromStart.waitNs(dueNs: 1500, nowNs: 177) == 400)
        var flatOut = Pacer(.flatOut)
        #expect(flatOut.waitNs(dueNs: 5000, nowNs: 77) == 0)
        #expect(flatOut.waitNs(dueNs: .max, nowNs: 77) == 0)
    }
}
