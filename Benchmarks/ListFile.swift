import ANPRCore
import Glibc

/// A blacklist as a file, of plates made here; gone when its owner is.
final class ListFile {
    let path: String

    init(_ plates: [Plate]) throws {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        path = "\(folder)/anprbench-\(getpid())-\(plates.count).csv"
        let file = try Outbox(path: path, truncate: true)
        file.append("plate,country,reason")
        for (i, plate) in plates.enumerated() {
            file.append("\(plate),BE,wanted")
            if i & 0xffff == 0 { try file.flush() }
        }
        try file.flush()
    }

    deinit { unlink(path) }

    var configuration: BlacklistConfiguration {
        BlacklistConfiguration(name: "bench", path: path, defaultCase: "B-1")
    }
}
