import ANPRCore
import Glibc

/// How the program ends, for scripts: 0 to 2 as everywhere, from 64 on as in sysexits.h.
enum ExitCode: CInt {
    case ok = 0
    /// The work was done and its result is bad: counts differ, or something failed while running.
    case failure = 1
    case usage = 2
    /// A file's content is wrong.
    case dataError = 65
    /// A file is not there or cannot be read.
    case noInput = 66
    /// A port is taken, an address is not ours.
    case unavailable = 69
    case systemError = 71
    /// A file or folder cannot be made.
    case cannotCreate = 73
    case interrupted = 130

    init(_ error: SystemError) {
        switch (error.call, error.code) {
        case ("bind", _), ("connect", _): self = .unavailable
        case ("open", ENOENT), ("open", EACCES), ("open", EISDIR), ("fstat", _), ("mmap", _): self = .noInput
        case ("mkdir", _), ("create", _), ("open", _): self = .cannotCreate
        default: self = .systemError
        }
    }

    /// What the user can do about it.
    static func advice(for error: SystemError) -> String? {
        switch (error.call, error.code) {
        case ("bind", EADDRINUSE): "another program has the port; stop it, or choose another with listen.port"
        case ("bind", EACCES): "ports below 1024 need more rights; choose a higher one"
        case ("bind", EADDRNOTAVAIL): "the address is not one of this machine's"
        case ("open", ENOENT): "check the path"
        case ("open", EACCES): "check the file's permissions"
        case ("create", ENOENT): "its folder is not there; make it first"
        case ("create", EACCES): "check the folder's permissions"
        default: nil
        }
    }
}
