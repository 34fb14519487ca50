import ANPRCore
import Glibc

/// Finds the `seeds` folder without being told where it is.
enum SeedsFolder {
    /// `--seeds`, then ANPRD_SEEDS, then `seeds` here or in a folder above this one, above the program's, or above the
    /// sources that it was built from.
    static func find(_ given: String?) throws -> String {
        if let given { return try checked(given) }
        if let named = getenv("ANPRD_SEEDS") { return try checked(String(cString: named)) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let here = getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "."
        let program = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let executable =
            program > 0 ? String(decoding: buffer[..<program].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
        for start in [here, executable, #filePath] {
            var at = Substring(start)
            while !at.isEmpty {
                let candidate = at + "/seeds"
                if isSeeds(String(candidate)) { return String(candidate) }
                at = at.lastIndex(of: "/").map { at[..<$0] } ?? ""
            }
        }
        throw InputProblems(file: "seeds", "not found; name the folder with --seeds DIR or ANPRD_SEEDS")
    }

    private static func checked(_ path: String) throws -> String {
        guard access(path, F_OK) == 0 else { throw SystemError("open", code: errno, subject: path) }
        guard isSeeds(path) else {
            throw InputProblems(file: path, "is no seeds folder: config/anprd.json5 is not in it")
        }
        return path
    }

    private static func isSeeds(_ path: String) -> Bool { access(path + "/config/anprd.json5", R_OK) == 0 }
}

/// The files of a seeds folder.
struct Seeds {
    let folder: String
    var configuration: String { folder + "/config/anprd.json5" }
    var links: String { folder + "/network/links.csv" }
}
