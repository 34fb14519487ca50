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
        let executable = program > 0 ? String(decoding: buffer[..<program].map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
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
        guard isSeeds(path) else {
            throw InputProblems(file: path, "is no seeds folder: network/cameras.csv is not in it")
        }
        return path
    }

    private static func isSeeds(_ path: String) -> Bool { access(path + "/network/cameras.csv", R_OK) == 0 }
}

/// The files of a seeds folder.
struct Seeds {
    let folder: String
    var cameras: String { folder + "/network/cameras.csv" }
    var links: String { folder + "/network/links.csv" }
    var sections: String { folder + "/network/sections.csv" }
    var cbe: [String: String] {
        ["tariffs": folder + "/law/tariffs.csv", "fees": folder + "/law/fees.csv", "deadlines": folder + "/law/deadlines.csv"]
    }
    var psc: [String: String] { ["persons": folder + "/psc/persons.csv", "conditions": folder + "/psc/conditions.csv"] }

    /// The lists of blacklists/lists.csv.
    func blacklists() throws -> [BlacklistConfiguration] {
        let path = folder + "/blacklists/lists.csv"
        let file = try FileBytes(path: path)
        var rows = try CSVReader(
            file: path, bytes: file.bytes, required: ["list", "file", "tolerance"], optional: ["owner", "purpose"])
        var lists: [BlacklistConfiguration] = []
        while rows.nextRow() {
            guard let tolerance = Tolerance(name: rows.text(rows.column("tolerance")!)) else {
                throw InputProblems(rows.problem("'tolerance' must be one of \(Tolerance.names.joined(separator: ", "))"))
            }
            lists.append(
                BlacklistConfiguration(
                    name: rows.text(rows.column("list")!), path: "\(folder)/blacklists/\(rows.text(rows.column("file")!))",
                    tolerance: tolerance))
        }
        return lists
    }

    /// Of a million vehicles, how many carry a plate of each list.
    func hitRates() throws -> [String: Int] {
        let path = folder + "/figures/hit_rates.csv"
        let file = try FileBytes(path: path)
        var rows = try CSVReader(file: path, bytes: file.bytes, required: ["list", "reads_per_million"], optional: ["status"])
        var rates: [String: Int] = [:]
        while rows.nextRow() {
            guard let rate = Int(rows.text(rows.column("reads_per_million")!)) else {
                throw InputProblems(rows.problem("'reads_per_million' must be a number"))
            }
            rates[rows.text(rows.column("list")!)] = rate
        }
        return rates
    }
}
