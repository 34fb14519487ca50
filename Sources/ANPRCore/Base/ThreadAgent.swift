import CLinux
import Glibc

/// One named thread that runs one function to its end.
///
/// `@unchecked Sendable` is not needed: the handle is written once, before anyone else has the object.
package final class ThreadAgent: Sendable {
    private let handle: pthread_t

    /// Who goes first where there are fewer cores than threads that want one.
    package enum Precedence: Sendable {
        /// On the way of a read.
        case engine
        /// What is done with what was found: it can wait, a read cannot.
        case behind
    }

    /// WHY the most: a weight of 1.5 % of the engine's threads', and it hardly takes a core from one of them by waking
    /// up. At 15 five busy plugins still took 40 % of two cores' reads a second (`anprbench plugins`).
    private static let niceBehind: CInt = 19

    /// Starts at once. The name is cut at 15 characters, as the kernel does.
    package init(
        name: String, core: Int? = nil, precedence: Precedence = .engine,
        _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        let start = Unmanaged.passRetained(
            Start {
                _ = clinux_name_thread(String(name.prefix(15)))
                if let core { _ = clinux_pin(CInt(core)) }
                if precedence == .behind { _ = clinux_nice(Self.niceBehind) }
                body()
            })
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil, { Unmanaged<Start>.fromOpaque($0!).takeRetainedValue().run() }, start.toOpaque())
        guard result == 0 else {
            start.release()
            throw SystemError("pthread_create", code: result, subject: name)
        }
        handle = thread
    }

    /// Waits for the function to end. Once.
    package func join() { pthread_join(handle, nil) }

    /// Instead of `join`: nobody waits for it.
    package func detach() { pthread_detach(handle) }

    private final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        func run() -> UnsafeMutableRawPointer? {
            body()
            return nil
        }
    }

    /// Cores that this process may use.
    package static var coreCount: Int { max(1, Int(clinux_core_count())) }
}
