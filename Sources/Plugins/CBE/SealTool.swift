import ANPRCore
import PluginKit

/// Signs manifests through the `openssl` command with the organisation's key, and puts both into the folder of batches:
/// `batch-7.manifest`, `batch-7.manifest.sig`. Waits for a program: for a courier's thread.
struct SealTool: Sendable {
    /// A file in PEM, or `pkcs11:...` for a key in a device.
    let key: String
    let folder: String

    private static let withinNs = 30 * Nanoseconds.second
    static let tool = "openssl"

    /// `openssl dgst -sha256 -sign KEY`: what anybody checks with `openssl dgst -sha256 -verify`.
    func seal(_ effect: Effect) throws(DeliveryProblem) -> [UInt8] {
        guard let openssl = ExternalTool.find(Self.tool) else {
            throw .temporary("'\(Self.tool)' is not on this machine: install it, nothing is sealed without it")
        }
        var arguments = ["dgst", "-sha256", "-sign", key]
        if key.hasPrefix("pkcs11:") { arguments += ["-engine", "pkcs11", "-keyform", "engine"] }
        let output: ExternalTool.Output
        do throws(ToolProblem) {
            output = try openssl.run(arguments, input: effect.payload, withinNs: Self.withinNs)
        } catch { throw .temporary("\(error)") }
        guard output.exitCode == 0, !output.bytes.isEmpty else {
            throw .temporary("openssl ended with \(output.exitCode): \(output.errors)")
        }
        let name = folder + "/batch-" + effect.key.drop { $0 != "-" }.dropFirst() + ".manifest"
        do throws(SystemError) {
            try WholeFile.write(effect.payload, to: name)
            try WholeFile.write(output.bytes, to: name + ".sig")
        } catch { throw .temporary("\(error)") }
        return output.bytes
    }
}
