import ANPRCore
import Foundation
import PluginKit

/// `anprd cbe verify`: whether a manifest was signed with a key, and whether the documents beside it are those that it
/// names. Rests on files alone, and on `openssl`.
enum ManifestCheck {
    struct Outcome: Equatable {
        var isSigned = false
        var good = 0
        /// Named, but not there, or other bytes.
        var missing: [String] = []
        var changed: [String] = []

        var isWhole: Bool { isSigned && missing.isEmpty && changed.isEmpty }
    }

    private static let bytesMax = 64 << 20
    private static let withinNs = 30 * Nanoseconds.second

    static let verb = Verb(
        "verify", "check a sealed batch", .alone(run),
        fields: [
            Field("manifest", .text(4096), "the manifest's file; its signature is beside it, as .sig", isOperand: true),
            Field("key", .text(4096), "the organisation's public key, in PEM"),
            Field(
                "documents", .text(4096), "a folder of the documents, such as justice_folder, to hold against it",
                isRequired: false),
        ],
        details:
            "The same by hand: openssl dgst -sha256 -verify KEY -signature FILE.sig FILE, and sha256sum -c FILE in "
            + "the folder of the documents.",
        examples: [
            "anprd cbe verify out/cbe/batches/batch-7.manifest --key organisation.pub",
            "anprd cbe verify out/cbe/batches/batch-7.manifest --key organisation.pub --documents documents",
        ])

    static func run(_ call: PluginCall, _ output: inout VerbOutput) throws {
        let fields = CallFields(call)
        let manifest = try fields.text("manifest", max: 4096)
        let outcome = try check(
            manifest, signature: manifest + ".sig", key: try fields.text("key", max: 4096),
            documents: try fields.optionalText("documents", max: 4096))
        var line = JSONLine()
        line.begin()
        line.field("manifest", manifest)
        line.field("signed", outcome.isSigned)
        line.field("documents_good", outcome.good)
        line.field("missing", list: outcome.missing)
        line.field("changed", list: outcome.changed)
        line.end(newline: true)
        try output.line(line)
        guard outcome.isWhole else {
            throw Refusal("not_whole", "\(manifest) does not hold, or what it names does not")
        }
    }

    /// A private key signs, and does not verify; to say "not signed" of that would be a lie.
    private static func checkKey(_ path: String, by openssl: ExternalTool) throws {
        _ = try FileBytes(path: path)
        let answer = try openssl.run(["pkey", "-pubin", "-in", path, "-noout"], withinNs: withinNs)
        guard answer.exitCode == 0 else {
            throw Refusal(
                "no_key", "\(path) is no public key in PEM; of a private one: openssl pkey -in \(path) -pubout")
        }
    }

    static func check(_ manifest: String, signature: String, key: String, documents: String?) throws -> Outcome {
        var outcome = Outcome()
        guard let openssl = ExternalTool.find(SealTool.tool) else {
            throw Refusal("no_tool", "'\(SealTool.tool)' is not on this machine")
        }
        let bytes = try FileBytes(path: manifest).array
        guard bytes.count <= bytesMax, let entries = SealManifest.entries(String(decoding: bytes, as: UTF8.self)) else {
            throw Refusal("no_manifest", "\(manifest) is no manifest")
        }
        try checkKey(key, by: openssl)
        let answer = try openssl.run(
            ["dgst", "-sha256", "-verify", key, "-signature", signature, manifest], withinNs: withinNs)
        outcome.isSigned = answer.exitCode == 0
        guard let documents else { return outcome }
        for entry in entries {
            guard let body = try? Data(contentsOf: URL(filePath: documents + "/" + entry.name)) else {
                outcome.missing.append(entry.name)
                continue
            }
            if SHA256.digest(Array(body)).description == entry.sha256 {
                outcome.good += 1
            } else {
                outcome.changed.append(entry.name)
            }
        }
        return outcome
    }
}
