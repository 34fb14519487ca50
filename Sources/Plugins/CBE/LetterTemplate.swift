import ANPRCore

/// A letter's text with places to fill in: `{{plate}}`. What is filled in is escaped for HTML.
struct LetterTemplate: Equatable, Sendable {
    private enum Piece: Equatable, Sendable {
        case text(String)
        case place(String)
    }

    private let pieces: [Piece]

    /// The names that a letter knows: docs/plugins/CBE.md.
    static let names: Set<String> = [
        "pv_number", "number", "plate", "country", "vehicle_class", "section", "road", "place", "zone", "measured_kmh",
        "corrected_kmh", "limit_kmh", "excess_kmh", "credited_length_m", "credited_time_s", "entry_camera",
        "exit_camera", "entry_lane", "exit_lane", "entry_time", "exit_time", "entry_read", "exit_read",
        "instrument_serial", "instrument_approval", "instrument_valid_from", "instrument_valid_to", "found_time",
        "send_before", "amount_eur", "fee_eur", "total_eur", "structured_communication", "holder_name",
        "holder_street", "holder_postcode", "holder_town", "holder_country", "letter_date", "pay_within_days",
        "account", "office",
    ]

    /// What a letter that holds less would not prove.
    static let required: Set<String> = [
        "pv_number", "plate", "place", "measured_kmh", "corrected_kmh", "limit_kmh", "entry_time", "exit_time",
        "instrument_serial", "instrument_approval", "amount_eur", "fee_eur", "total_eur", "structured_communication",
        "holder_name", "holder_street", "holder_postcode", "holder_town",
    ]

    /// - Parameter file: names the text in problems.
    init(_ text: String, file: String) throws(InputProblems) {
        var problems = InputProblems()
        var pieces: [Piece] = []
        var line = 1
        var rest = text[...]
        while let open = rest.firstRange(of: "{{") {
            let before = rest[..<open.lowerBound]
            line += before.count { $0 == "\n" }
            pieces.append(.text(String(before)))
            guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
                problems.add(InputProblem(file: file, line: line, message: "'{{' is not closed by '}}'"))
                break
            }
            let name = String(rest[open.upperBound..<close.lowerBound])
            if !Self.names.contains(name) {
                let known = Self.names.sorted().joined(separator: ", ")
                problems.add(InputProblem(file: file, line: line, message: "'\(name)' is unknown; known: \(known)"))
            }
            pieces.append(.place(name))
            rest = rest[close.upperBound...]
        }
        pieces.append(.text(String(rest)))
        for name in Self.required.sorted() where !pieces.contains(.place(name)) {
            problems.add(InputProblem(file: file, line: 0, message: "does not show '\(name)', which it must"))
        }
        guard problems.isEmpty else { throw problems }
        self.pieces = pieces
    }

    /// - Parameter values: by name; what is not there is a dash.
    func filled(_ values: [String: String]) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let part): text += part
            case .place(let name): text += Self.escaped(values[name] ?? "")
            }
        }
        return text
    }

    static func escaped(_ value: String) -> String {
        guard !value.isEmpty else { return "&ndash;" }
        var text = ""
        for character in value {
            switch character {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            default: text.append(character)
            }
        }
        return text
    }
}
