import ANPRCore
import Glibc

/// A program of the machine's that does one thing for us: signs a file, makes a PDF of a page.
///
/// Not Foundation's `Process`: on Linux that hands on the caller's signal mask, in which SIGTERM is blocked here,
/// and takes a child for alive as long as a grandchild is. Waits: for a courier's thread, never for a plugin's.
package struct ExternalTool: Sendable {
    package struct Output: Sendable {
        /// What it ended with; what a number means is the tool's to say.
        package let exitCode: CInt
        package let bytes: [UInt8]
        /// The first of what it wrote to standard error.
        package let errors: String
        /// Bytes of standard error that were left out.
        package let errorsCut: Int
    }

    package let path: String

    package init(path: String) { self.path = path }

    /// Looks through PATH, or takes a name with a slash as a path. Nil: there is no such program here.
    package static func find(_ name: String) -> ExternalTool? {
        if name.contains("/") { return isProgram(name) ? ExternalTool(path: name) : nil }
        let folders = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        for folder in folders.split(separator: ":") {
            let path = "\(folder)/\(name)"
            if !name.isEmpty, isProgram(path) { return ExternalTool(path: path) }
        }
        return nil
    }

    private static func isProgram(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }

    /// Runs it to its end, or ends it with all that it started.
    /// - Parameter input: its standard input. It need not read all of it.
    package func run(
        _ arguments: [String], input: [UInt8] = [], outputMax: Int = 64 << 20, withinNs: Nanoseconds
    ) throws(ToolProblem) -> Output {
        let child: ToolChild
        do throws(SystemError) { child = try ToolChild(path, arguments) } catch { throw .notStarted(error) }
        return try child.run(input, outputMax: outputMax, withinNs: withinNs)
    }
}
