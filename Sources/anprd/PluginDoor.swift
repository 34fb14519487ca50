import ANPRCore
import Glibc
import PluginKit

/// Where calls go: into the plugin's own ledger when no daemon has it, else to the daemon.
///
/// Whoever holds `DATA/lock` is the one writer. Neither lock nor daemon to be had (one is starting, or stopping): both
/// are tried again, for ten seconds.
final class PluginDoor {
    let configuration: EngineConfiguration
    let module: PluginModule
    private let data: String
    private var offline: OfflinePlugin?
    private var online: LocalSocket?

    private static let patienceNs = 10 * Nanoseconds.second
    private static let pauseNs = 50 * Nanoseconds.millisecond

    init(_ configuration: EngineConfiguration, module: PluginModule) throws {
        self.configuration = configuration
        self.module = module
        data = configuration.journal.directory
        guard configuration.plugins.contains(where: { $0.name == module.name }) else {
            throw InputProblems(file: "plugins", "the configuration does not attach '\(module.name)'")
        }
        guard !data.isEmpty else {
            throw InputProblems(file: "journal.directory", "verbs need one: without a journal nothing is kept")
        }
    }

    deinit { online?.close() }

    /// A reply for each call, in order.
    func call(_ calls: [PluginCall]) throws -> [PluginReply] {
        var replies: [PluginReply] = calls.map { _ in .notNow("not asked yet") }
        var open = Array(calls.indices)
        let endNs = Clock.monotonicNs() + Self.patienceNs
        while true {
            let answered = try attempt(open.map { calls[$0] })
            for (index, reply) in zip(open, answered) { replies[index] = reply }
            open = open.filter { if case .notNow = replies[$0] { true } else { false } }
            guard !open.isEmpty, Clock.monotonicNs() < endNs else { return replies }
            Parker().park(nanoseconds: Self.pauseNs) { true }
        }
    }

    /// As many replies as there were: fewer than calls when the daemon went away meanwhile.
    private func attempt(_ calls: [PluginCall]) throws -> [PluginReply] {
        if offline == nil, online == nil {
            do { offline = try OfflinePlugin(configuration, module, lock: try DirectoryLock(data)) } catch {
                guard case .taken = Self.cause(of: error, data) else { throw error }
                online = try? LocalSocket.connect(data)
            }
        }
        if let offline { return try offline.call(calls) }
        guard let socket = online else { return calls.map { _ in .notNow("no daemon answers on \(data)") } }
        let replies = ControlCalls.ask(calls, plugin: module.name, over: socket)
        if replies.count < calls.count {
            socket.close()
            online = nil
        }
        return replies
    }

    private enum Cause { case taken, other }

    /// A lock that somebody has is no problem of the input here.
    private static func cause(of error: any Error, _ data: String) -> Cause {
        guard let problems = error as? InputProblems else { return .other }
        return problems.problems.first?.file == "\(data)/lock" ? .taken : .other
    }

    /// What is on disk, for what takes long; a file may go away meanwhile.
    func copy() throws -> any DomainPlugin {
        for attempt in 1...3 {
            do { return try OfflinePlugin.copy(configuration, module) } catch let error as SystemError {
                if attempt == 3 || !error.isNotFound { throw error }
            }
        }
        preconditionFailure("the third attempt returns or throws")
    }
}

/// A plugin opened on its ledger without an engine. What it sends waits for the daemon.
final class OfflinePlugin {
    private let host: PluginHost
    private let module: PluginModule
    private let accessFolder: String
    private let shards: Int
    private let lock: DirectoryLock

    init(_ configuration: EngineConfiguration, _ module: PluginModule, lock: DirectoryLock) throws {
        self.lock = lock
        self.module = module
        guard let directory = try Engine.directory(configuration) else {
            throw InputProblems(file: "journal.directory", "is missing")
        }
        shards = directory.shards
        accessFolder = directory.subscription(module.name)
        try Directory.make(accessFolder)
        host = try PluginHost(
            try Self.make(configuration, module, directory), storage: DiskLedgerStorage(folder: accessFolder),
            shards: shards, delivery: Later())
    }

    private static func make(
        _ configuration: EngineConfiguration, _ module: PluginModule, _ directory: DataDirectory<DiskStorage>
    ) throws -> any Plugin {
        let folder = "\(configuration.output.directory)/\(module.name)"
        try Directory.make(folder)
        let cameras = try CameraRegistry(path: configuration.camerasPath)
        let knowledge = ArchiveKnowledge(
            cameras: cameras, sections: try SectionRegistry(configuration, cameras: cameras),
            entriesFolder: directory.entries)
        let options = configuration.plugins.first { $0.name == module.name }
        guard let options else { throw InputProblems(file: "plugins", "'\(module.name)' is not attached") }
        return try PluginCatalog.factory(options, in: configuration).make(
            PluginContext(directory: folder, knowledge: knowledge))
    }

    func call(_ calls: [PluginCall]) throws -> [PluginReply] {
        let box = Replies(calls.count)
        for (index, call) in calls.enumerated() {
            host.take(call, atNs: Clock.wallNs()) { box.replies[index] = $0 }
        }
        try host.commit(durable: Array(repeating: .max, count: shards), nowNs: Clock.monotonicNs())
        for (call, reply) in zip(calls, box.replies)
        where module.verbs.first(where: { $0.name == call.verb })?.needsReason == true {
            try AccessLog.note(call, reply: reply, plugin: module.name, folder: accessFolder, atNs: Clock.wallNs())
        }
        return box.replies
    }

    private final class Replies {
        var replies: [PluginReply]
        init(_ count: Int) { replies = Array(repeating: .notNow("the ledger took nothing"), count: count) }
    }

    private final class Later: EffectDelivery {
        func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? {
            throw .temporary("the daemon delivers it")
        }
    }

    static func copy(_ configuration: EngineConfiguration, _ module: PluginModule) throws -> any DomainPlugin {
        let (directory, storage) = try ledger(configuration, module)
        let plugin = try make(configuration, module, directory)
        guard let domain = plugin as? any DomainPlugin else {
            throw InputProblems(file: "plugins", "'\(module.name)' has no state to report on")
        }
        try LedgerCopy.restore(domain, from: storage, shards: directory.shards)
        return domain
    }

    static func ledger(
        _ configuration: EngineConfiguration, _ module: PluginModule
    ) throws -> (DataDirectory<DiskStorage>, DiskLedgerStorage) {
        let data = configuration.journal.directory
        guard !data.isEmpty, let directory = try DataDirectory.open(DiskStorage(), data) else {
            throw InputProblems(file: data.isEmpty ? "journal.directory" : data, "there is no data directory yet")
        }
        return (directory, try DiskLedgerStorage(folder: directory.subscription(module.name)))
    }
}

/// Calls over the daemon's socket.
enum ControlCalls {
    /// WHY a bound: who sends on while nobody reads the replies, and who replies while nobody reads them, would wait
    /// for each other once the socket is full both ways. So much it holds.
    private static let unansweredBytesMax = 64 << 10

    /// Replies in order, as many as came.
    static func ask(_ calls: [PluginCall], plugin: String, over socket: LocalSocket) -> [PluginReply] {
        var replies: [PluginReply] = []
        while replies.count < calls.count {
            var lines = JSONLine()
            var end = replies.count
            while end < calls.count, end == replies.count || lines.bytes.count < unansweredBytesMax {
                CallLine.write(calls[end], plugin: plugin, into: &lines)
                end += 1
            }
            guard socket.send(lines.bytes) else { return replies }
            let group = receive(end - replies.count, from: socket)
            replies += group
            guard replies.count == end else { return replies }
        }
        return replies
    }

    private static func receive(_ count: Int, from socket: LocalSocket) -> [PluginReply] {
        var replies: [PluginReply] = []
        var bytes: [UInt8] = []
        while replies.count < count {
            guard let received = socket.receive(into: &bytes), received > 0 else { return replies }
            guard let end = bytes.lastIndex(of: 0x0a) else { continue }
            for one in bytes[...end].split(separator: 0x0a) {
                guard let value = try? JSON5Value(text: String(decoding: one, as: UTF8.self)),
                    let reply = CallLine.reply(value)
                else { return replies }
                replies.append(reply)
            }
            bytes.removeSubrange(...end)
        }
        return replies
    }
}
