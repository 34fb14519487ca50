import Foundation
import Testing

/// A construct that has no place here, with what to write instead and a sample that shows that the check is awake.
struct BannedConstruct: Sendable, CustomTestStringConvertible {
    enum Place: Sendable { case code, comments }

    let pattern: String
    let instead: String
    var place = Place.code
    /// Paths begin with one of these; empty: everywhere.
    var folders: [String] = []
    /// Files that may use it, each with its reason beside it.
    var except: Set<String> = []
    let badSample: String
    let goodSample: String

    var testDescription: String { pattern }

    func findings(_ file: SourceFile) throws -> [Finding] {
        guard file.isSwift, folders.isEmpty || folders.contains(where: { file.path.hasPrefix($0) }),
            !except.contains(file.path)
        else { return [] }
        let expression = try NSRegularExpression(pattern: pattern)
        let lines = place == .code ? file.code : file.comments
        return lines.indices.compactMap { i in
            let line = lines[i]
            let range = NSRange(line.startIndex..., in: line)
            guard let match = expression.firstMatch(in: line, range: range), let found = Range(match.range, in: line)
            else { return nil }
            return file.finding(line: i, "'\(line[found])': \(instead)")
        }
    }
}

extension BannedConstruct {
    private static let engine = ["Sources/ANPRCore/"]
    private static let engineAndPlugins = ["Sources/ANPRCore/", "Sources/Plugins/"]
    /// What a read passes on its way: no lock, whatever the reason.
    private static let wayOfARead = [
        "Sources/ANPRCore/Wire/", "Sources/ANPRCore/Ring/", "Sources/ANPRCore/Section/", "Sources/ANPRCore/Shard/Shard",
        "Sources/ANPRCore/Match/Matcher", "Sources/ANPRCore/Match/BlacklistTable",
        "Sources/ANPRCore/Match/PatternTable",
        "Sources/ANPRCore/Match/Suppression", "Sources/ANPRCore/Ingest/Receiver", "Sources/ANPRCore/Ingest/Sequence",
        "Sources/ANPRCore/Ingest/FrameIntake", "Sources/ANPRCore/Ingest/ShardGate",
        "Sources/ANPRCore/Ingest/CameraDoor",
    ]

    static let all: [BannedConstruct] = [
        BannedConstruct(
            pattern: #"\bSystemRandomNumberGenerator\b|\.random\(|\.(shuffled|shuffle|randomElement)\(\)"#,
            instead: "every run is repeatable; use Random(seed:)",
            badSample: "let n = Int.random(in: 0..<3)", goodSample: "let n = random.below(3)"),
        BannedConstruct(
            pattern: #"\bThread\.sleep\b|(^|[^.\w])(usleep|sleep|nanosleep)\s*\(|Task\.sleep"#,
            instead: "await a condition, or pace with clock_nanosleep to an absolute instant",
            badSample: "usleep(1000)", goodSample: "parker.park(nanoseconds: 1000) { true }"),
        BannedConstruct(
            pattern: #"(^|[^.\w])(print|debugPrint|dump)\("#, instead: "the engine counts; the program prints",
            folders: engineAndPlugins, badSample: #"print("hit")"#, goodSample: "counters.add(1)"),
        BannedConstruct(
            pattern: #"\btry!"#, instead: "handle the error, or state why it cannot be with a precondition",
            badSample: "try! open()", goodSample: "try open()"),
        BannedConstruct(
            pattern: #"\bas!"#, instead: "use `as?` and say what happens otherwise",
            badSample: "let x = y as! Int", goodSample: "let x = y as? Int"),
        BannedConstruct(
            pattern: #"\bfatalError\b"#, instead: "precondition for a programmer's error, a typed error for the rest",
            badSample: "fatalError()", goodSample: "preconditionFailure()"),
        BannedConstruct(
            pattern: #"\bpublic\b|\bopen\s+(class|func|var|init)\b"#,
            instead: "`package` for other targets, otherwise internal",
            badSample: "public final class A {}", goodSample: "package final class A {}"),
        BannedConstruct(
            pattern: #"\b(NSLock|NSRecursiveLock|Mutex|pthread_mutex_\w+|DispatchSemaphore|DispatchQueue)\b"#,
            instead: "no lock on the way of a read: one writer, messages, atomics", folders: wayOfARead,
            badSample: "let lock = Mutex(0)", goodSample: "let n = Atomic<Int>(0)"),
        BannedConstruct(
            pattern: #"\bDate\(\)|\bgettimeofday\b|\bContinuousClock\b|\bDispatchTime\.now"#,
            instead: "instants are handed in; read Clock at the edge", folders: engine,
            badSample: "let now = Date()", goodSample: "let now = Clock.wallNs()"),
        BannedConstruct(
            pattern: "TODO|FIXME|XXX", instead: "do it, or open an issue", place: .comments,
            badSample: "// TODO: later", goodSample: "// WHY: the kernel cuts here"),
    ]
}
