import ANPRCore

/// Everything that is wrong with a configuration and with the files that it names, told at once.
///
/// Only what failed is looked through: a start that succeeds reads each file once.
struct ConfigurationAudit {
    private var found: InputProblems

    /// Does the work; if an input is at fault, throws all that is wrong with the configuration of this path instead of
    /// what was met first.
    static func telling<Done>(_ path: String, _ work: () throws -> Done) throws -> Done {
        do { return try work() } catch let problems as InputProblems {
            throw union(problems, try Self(path).found)
        } catch let error as SystemError where ExitCode(error) == .noInput {
            let found = try Self(path).found
            // Alone, it says more itself: the call, and exit code 66.
            throw found.total > 1 ? found : error
        }
    }

    /// What the audit does not look at, such as a folder that somebody has locked, comes first.
    private static func union(_ met: InputProblems, _ found: InputProblems) -> InputProblems {
        var all = InputProblems()
        for problem in met.problems where !found.problems.contains(problem) { all.add(problem) }
        all.add(found)
        // More than are kept: what was met is counted within `found`, or is all that there is.
        return found.isEmpty ? met : all
    }

    /// Throws when the file itself cannot be read, or is no JSON5.
    private init(_ path: String) throws {
        let read = try EngineConfiguration.read(path: path)
        found = read.problems
        let configuration = read.configuration
        add { _ = try PluginCatalog.factories(configuration) }
        if !configuration.camerasPath.isEmpty { addRegisters(configuration) }
        for list in configuration.blacklists { add { try Blacklists(shards: 1).load([list]) } }
    }

    private mutating func addRegisters(_ configuration: EngineConfiguration) {
        var cameras: CameraRegistry?
        add { cameras = try CameraRegistry(path: configuration.camerasPath) }
        guard let cameras else { return }
        // Without keys the configuration itself was complained of.
        if configuration.keys != .none { add { _ = try KeyRing(configuration, cameras: cameras) } }
        add { _ = try SectionRegistry(configuration, cameras: cameras) }
    }

    private mutating func add(_ body: () throws -> Void) {
        do { try body() } catch let problems as InputProblems { found.add(problems) } catch let error as SystemError {
            found.add(InputProblem(file: error.subject, line: 0, message: "cannot be read: \(error)"))
        } catch { found.add(InputProblem(file: "configuration", line: 0, message: "\(error)")) }
    }
}
