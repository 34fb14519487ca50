import ANPRCore
import Glibc
import PluginKit

/// Justice as a folder: each document is a file named by its key, whole or not there. What lies in it is acknowledged.
struct SpoolFolder: Sendable {
    let path: String

    /// As the office's answer to a document.
    func put(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer {
        let file = name(effect.key)
        do throws(SystemError) {
            if try isThere(file) {
                // The same again changes nothing; other bytes under one key are a fault of ours.
                let there = try FileBytes(path: file)
                return DeliveryAnswer(status: there.bytes.elementsEqual(effect.payload) ? 202 : 409, body: [])
            }
            try WholeFile.write(effect.payload, to: file)
        } catch { throw .temporary("\(error)") }
        return DeliveryAnswer(status: 202, body: [])
    }

    /// As the office's answer to the question whether it still has a key.
    func has(_ key: String) throws(DeliveryProblem) -> DeliveryAnswer {
        do throws(SystemError) { return DeliveryAnswer(status: try isThere(name(key)) ? 200 : 404, body: []) } catch {
            throw .temporary("\(error)")
        }
    }

    /// WHY not `false` for whatever goes wrong: a folder that cannot be looked into has not forgotten what is in it.
    private func isThere(_ file: String) throws(SystemError) -> Bool {
        if access(file, F_OK) == 0 { return true }
        guard errno == ENOENT else { throw SystemError("access", code: errno, subject: file) }
        return false
    }

    private func name(_ key: String) -> String { path + "/" + key + ".json" }
}
