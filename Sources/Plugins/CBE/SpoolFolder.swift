import ANPRCore
import Foundation
import PluginKit

/// Justice as a folder: each document is a file named by its key, whole or not there. What lies in it is acknowledged.
struct SpoolFolder: Sendable {
    let path: String

    /// As the office's answer to a document.
    func put(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer {
        let file = URL(filePath: name(effect.key))
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            if let there = try? Data(contentsOf: file) {
                // The same again changes nothing; other bytes under one key are a fault of ours.
                return DeliveryAnswer(status: Array(there) == effect.payload ? 202 : 409, body: [])
            }
            try Data(effect.payload).write(to: file, options: .atomic)
        } catch { throw .temporary("\(file.path): \(error.localizedDescription)") }
        return DeliveryAnswer(status: 202, body: [])
    }

    /// As the office's answer to the question whether it still has a key.
    func has(_ key: String) -> DeliveryAnswer {
        DeliveryAnswer(status: FileManager.default.fileExists(atPath: name(key)) ? 200 : 404, body: [])
    }

    private func name(_ key: String) -> String { path + "/" + key + ".json" }
}
