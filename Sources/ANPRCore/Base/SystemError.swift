import Glibc

/// A system call that failed: which, why, and on what.
package struct SystemError: Error, CustomStringConvertible, Sendable {
    package let call: String
    package let code: CInt
    package let subject: String

    package init(_ call: String, code: CInt, subject: String = "") {
        self.call = call
        self.code = code
        self.subject = subject
    }

    package var description: String {
        let reason = String(cString: strerror(code))
        return subject.isEmpty ? "\(call): \(reason)" : "\(call) \(subject): \(reason)"
    }
}

/// The shim's convention: a negative result is -errno.
package func checked(_ call: String, _ subject: String = "", _ result: CInt) throws(SystemError) -> Int {
    guard result >= 0 else { throw SystemError(call, code: -result, subject: subject) }
    return Int(result)
}

extension SystemError {
    package static let fileTooLarge = EFBIG
    /// A file whose header is not what it should be.
    package static let tooMany = EMFILE
    package static let notOurs = EBADMSG

    package var isNotFound: Bool { code == ENOENT }
    package var isNoSpace: Bool { code == ENOSPC || code == EDQUOT }
}
