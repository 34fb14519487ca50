import Synchronization

/// Serves plugins' verbs on `DATA/control.sock`: a call a line, a reply a line, in order (docs/ARCHITECTURE.md).
///
/// A connection has a thread. All lines that are there are one group, so that a bulk load is one write to the disk a
/// group, and a single scan one a call.
package final class ControlServer: Sendable {
    private let verbs: [String: [Verb]]
    private let call: @Sendable ([PluginCall], String) -> [PluginReply]
    /// Where a plugin's accesses are noted.
    private let accessFolder: @Sendable (String) -> String
    private let socket: LocalSocket
    private let state = Mutex(State())

    private struct State {
        var open: Set<CInt> = []
        var threads: [ThreadAgent] = []
        var isStopping = false
    }

    package static let connectionsMax = 32
    private static let groupMax = 1024
    /// A file's bytes may be in it.
    private static let lineBytesMax = 16 << 20

    /// The caller holds the folder's lock.
    package init(
        folder: String, verbs: [String: [Verb]], accessFolder: @escaping @Sendable (String) -> String,
        call: @escaping @Sendable ([PluginCall], String) -> [PluginReply]
    ) throws(SystemError) {
        self.verbs = verbs
        self.accessFolder = accessFolder
        self.call = call
        socket = try LocalSocket.listen(folder)
        let thread = try ThreadAgent(name: "control") { [self] in accept() }
        state.withLock { $0.threads.append(thread) }
    }

    /// No further call is taken; those under way are answered. Once.
    package func stop() {
        let threads = state.withLock { state in
            state.isStopping = true
            for fd in state.open { LocalSocket(fd: fd).shutDown() }
            return state.threads
        }
        socket.shutDown()
        for thread in threads { thread.join() }
        socket.close()
    }

    private func accept() {
        while let connection = socket.accept() {
            let hasRoom = state.withLock { state in
                guard !state.isStopping, state.open.count < Self.connectionsMax else { return false }
                state.open.insert(connection.fd)
                return true
            }
            guard hasRoom else {
                refuse(connection)
                continue
            }
            do throws(SystemError) {
                let thread = try ThreadAgent(name: "control-\(connection.fd)") { [self] in
                    serve(connection)
                    end(connection)
                }
                thread.detach()
            } catch { end(connection) }
        }
        // Those that still serve were told to end; each takes itself out.
        let parker = Parker()
        while state.withLock({ !$0.open.isEmpty }) { parker.park(nanoseconds: .millisecond) { true } }
    }

    private func refuse(_ connection: LocalSocket) {
        var line = JSONLine()
        CallLine.write(.notNow("\(Self.connectionsMax) connections are open already"), id: "", into: &line)
        _ = connection.send(line.bytes)
        connection.close()
    }

    private func end(_ connection: LocalSocket) {
        state.withLock {
            $0.open.remove(connection.fd)
            connection.close()
        }
    }

    // MARK: A connection's thread

    private func serve(_ connection: LocalSocket) {
        let user = connection.user
        var bytes: [UInt8] = []
        while true {
            guard let count = connection.receive(into: &bytes), count > 0 else { return }
            while bytes.count < 1 << 20, let more = connection.receive(into: &bytes, waits: false), more > 0 {}
            while let end = bytes.lastIndex(of: 0x0a) {
                let lines = bytes[...end].split(separator: 0x0a, maxSplits: Self.groupMax)
                let isLonger = lines.count > Self.groupMax
                let group = lines.prefix(Self.groupMax)
                guard connection.send(replies(Array(group), user)) else { return }
                bytes.removeSubrange(..<(isLonger ? lines[Self.groupMax].startIndex : end + 1))
            }
            if bytes.count > Self.lineBytesMax {
                var line = JSONLine()
                let refusal = Refusal("too_long", "a line has at most \(Self.lineBytesMax) bytes")
                CallLine.write(.refused(refusal), id: "", into: &line)
                _ = connection.send(line.bytes)
                return
            }
        }
    }

    private struct Asked {
        let plugin: String
        let verb: Verb
        let call: PluginCall
    }

    /// A line for each line. Calls of one plugin that stand together go to it together.
    private func replies(_ lines: [ArraySlice<UInt8>], _ user: String) -> [UInt8] {
        var out = JSONLine()
        var group: [Asked] = []
        for bytes in lines {
            do throws(Refusal) {
                let asked = try self.asked(bytes, user)
                if let first = group.first, first.plugin != asked.plugin { answer(&group, into: &out) }
                group.append(asked)
            } catch {
                answer(&group, into: &out)
                let value = try? JSON5Value(text: String(decoding: bytes, as: UTF8.self))
                CallLine.write(.refused(error), id: value?["id"]?.string ?? "", into: &out)
            }
        }
        answer(&group, into: &out)
        return out.bytes
    }

    private func answer(_ group: inout [Asked], into out: inout JSONLine) {
        guard let plugin = group.first?.plugin else { return }
        let replies = call(group.map(\.call), plugin)
        for (asked, reply) in zip(group, replies) {
            CallLine.write(noted(asked, reply), id: asked.call.id, into: &out)
        }
        group.removeAll()
    }

    /// What must leave a trace is not told before the trace is on disk.
    private func noted(_ asked: Asked, _ reply: PluginReply) -> PluginReply {
        guard asked.verb.needsReason else { return reply }
        do throws(SystemError) {
            try AccessLog.note(
                asked.call, reply: reply, plugin: asked.plugin, folder: accessFolder(asked.plugin),
                atNs: Clock.wallNs())
            return reply
        } catch { return .notNow("the access could not be noted: \(error)") }
    }

    private func asked(_ bytes: ArraySlice<UInt8>, _ user: String) throws(Refusal) -> Asked {
        let expected = #"{"plugin":"NAME","verb":"...","id":"...","fields":{...}}"#
        let value: JSON5Value
        do throws(InputProblem) { value = try JSON5Value(text: String(decoding: bytes, as: UTF8.self)) } catch {
            throw Refusal("bad_line", "\(error.message); expected \(expected)")
        }
        guard let plugin = value["plugin"]?.string, let name = value["verb"]?.string, let id = value["id"]?.string
        else { throw Refusal("bad_line", "'plugin', 'verb' and 'id' must be texts; expected \(expected)") }
        guard let verbs = verbs[plugin] else {
            throw Refusal("unknown_plugin", "no plugin '\(plugin)'; there are \(self.verbs.keys.sorted())")
        }
        guard let verb = verbs.first(where: { $0.name == name }), verb.isOnPlugin else {
            let nearest = Spelling.nearest(name, in: verbs.map(\.name)).map { "; did you mean '\($0)'?" } ?? ""
            throw Refusal("unknown_verb", "'\(plugin)' has no verb '\(name)' to be called here\(nearest)")
        }
        var call = try verb.call(
            value["fields"] ?? JSON5Value(.object([]), line: 1), id: id, by: user,
            reason: value["reason"]?.string ?? "")
        call.limit = min(max(1, value["limit"]?.integer ?? 1000), 10_000)
        call.from = value["from"]?.string ?? ""
        return Asked(plugin: plugin, verb: verb, call: call)
    }
}
