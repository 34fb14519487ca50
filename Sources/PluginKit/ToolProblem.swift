import ANPRCore

/// Why a program gave nothing that could be used.
package enum ToolProblem: Error, CustomStringConvertible {
    case notStarted(SystemError)
    /// Ended by us.
    case tooSlow(withinNs: Nanoseconds)
    /// It wrote more than was asked for; ended by us.
    case tooMuch(bytesMax: Int)
    /// Ended by a signal that was none of ours.
    case killed(signal: CInt)
    case failed(SystemError)

    package var description: String {
        switch self {
        case .notStarted(let error): "cannot be started: \(error)"
        case .tooSlow(let withinNs): "did not end within \(withinNs / .millisecond) ms"
        case .tooMuch(let bytesMax): "wrote more than \(bytesMax) bytes"
        case .killed(let signal): "was ended by signal \(signal)"
        case .failed(let error): "cannot be talked to: \(error)"
        }
    }
}
