import ANPRCore
import Glibc

// `main` is error policy; what is done stands in the commands.

// A reader that goes away ends the program quietly, as every tool in a pipe does.
signal(SIGPIPE, SIG_DFL)

do {
    let invocation = try CommandLineReader.read(Array(CommandLine.arguments.dropFirst()))
    exit(Console.ending(try invocation.run()).rawValue)
} catch let error as UsageError {
    Console.error("anprd: \(error.message)\n")
    if let usage = error.usage { Console.error(usage) }
    exit(ExitCode.usage.rawValue)
} catch let error as InputProblems {
    Console.error(error.description)
    Console.error("anprd: \(error.total) problem(s) in the input; nothing of it was taken over")
    exit(ExitCode.dataError.rawValue)
} catch let damage as JournalDamage {
    Console.error("anprd: \(damage)")
    exit(ExitCode.dataError.rawValue)
} catch let error as SystemError {
    Console.error("anprd: \(error)\(ExitCode.advice(for: error).map { "; " + $0 } ?? "")")
    exit(ExitCode(error).rawValue)
} catch {
    Console.error("anprd: \(error)")
    exit(ExitCode.failure.rawValue)
}
