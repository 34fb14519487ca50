import ANPRCore
import PluginKit

/// The simulated registers: the national one and those behind EUCARIS, from one list of invented holders.
final class HoldersPeer: PeerScript {
    private struct Row {
        let fromNs: Nanoseconds
        let toNs: Nanoseconds
        let body: [UInt8]
    }

    static let columns = [
        "plate", "country", "valid_from", "valid_to", "name", "street", "postcode", "town", "holder_country",
        "language",
    ]

    static let options = [
        PeerModule.Option("holders", "FILE", "CSV: \(columns.joined(separator: ","))"),
        PeerModule.Option("invent", "yes|no", "makes a holder up where no row has one (no)"),
    ]

    private var rows: [String: [Row]] = [:]
    /// For plates of no row it makes a holder up: the same for the same plate.
    private let invents: Bool

    init(_ options: [String: String]) throws(InputProblems) {
        for name in options.keys.sorted() where !["holders", "invent"].contains(name) {
            throw InputProblems(file: "peer holders", "option '\(name)' is unknown; known: holders, invent")
        }
        let invent = options["invent"] ?? "no"
        guard ["yes", "no"].contains(invent) else {
            throw InputProblems(file: "peer holders", "option 'invent' must be yes or no, not '\(invent)'")
        }
        invents = invent == "yes"
        if let path = options["holders"] { try read(path) }
    }

    private func read(_ path: String) throws(InputProblems) {
        let file: FileBytes
        do throws(SystemError) { file = try FileBytes(path: path) } catch {
            throw InputProblems(file: path, "cannot be read: \(error)")
        }
        var reader = try CSVReader(file: path, bytes: file.bytes, required: Self.columns, optional: [])
        var problems = InputProblems()
        while reader.nextRow() {
            do throws(InputProblem) {
                let row = try CSVRow(reader)
                guard let plate = try? Plate(row.text("plate")) else { throw row.problem("'plate' is no plate") }
                let (fromNs, toNs) = (Instant.parse(row.text("valid_from")), Instant.parse(row.text("valid_to")))
                rows["\(plate) \(row.text("country"))", default: []].append(
                    Row(fromNs: fromNs ?? .min, toNs: toNs ?? .max, body: Self.body { row.text($0) }))
            } catch { problems.add(error) }
        }
        guard problems.isEmpty else { throw problems }
    }

    func answer(_ request: PeerRequest) -> PeerReply {
        let value = try? JSON5Value(text: String(decoding: request.body, as: UTF8.self))
        guard let plate = value?["plate"]?.string, let country = value?["country"]?.string,
            let atNs = value?["at"]?.string.flatMap({ Instant.parse($0) })
        else { return PeerReply(status: 400, text: "{\"cause\":\"not_understood\"}") }
        // The owner of that day, whoever owns it now.
        if let row = rows["\(plate) \(country)"]?.first(where: { $0.fromNs <= atNs && atNs < $0.toNs }) {
            return PeerReply(status: 200, body: row.body)
        }
        guard invents else { return PeerReply(status: 404, text: "{\"cause\":\"not_registered\"}") }
        return PeerReply(status: 200, body: Self.invented(plate, country))
    }

    private static func invented(_ plate: String, _ country: String) -> [UInt8] {
        let mark = CaseNumber.preferred(plate + country)
        let language = ["BE": mark % 2 == 0 ? "nl" : "fr", "NL": "nl", "FR": "fr", "LU": "fr", "DE": "de"]
        return body { column in
            switch column {
            case "name": "Holder \(mark % 100_000)"
            case "street": "Street \(mark % 200 + 1)"
            case "postcode": String(1000 + mark % 9000)
            case "town": "Town \(mark % 500)"
            case "holder_country": country
            case "language": language[country] ?? "en"
            default: ""
            }
        }
    }

    private static func body(_ text: (String) -> String) -> [UInt8] {
        var line = JSONLine()
        line.begin()
        line.key("holder")
        line.begin()
        for name in ["name", "street", "postcode", "town", "language", "valid_from", "valid_to"] {
            line.key(named: name)
            line.value(text(name))
        }
        line.field("country", text("holder_country"))
        line.end()
        line.end()
        return line.bytes
    }
}
