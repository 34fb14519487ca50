import ANPRCore

/// What other plugins tell, and the fact that it becomes. Their fields stand in docs/plugins.
enum FactKind {
    static let breach = "psc.breach/1"
    static let fileOpened = "cbe.file.opened/1"
    static let fileMoved = "cbe.file.moved/1"
    static let draft = "pacos.draft/1"
    static let seizure = "pacos.seizure/1"

    static func identity(file pv: String) -> String { "cbe \(pv)" }

    /// Of a text that comes from elsewhere.
    private static let textMax = 150

    /// Nil: it is not understood.
    static func finding(
        _ event: DomainEvent, _ body: JSON5Value, camera: (UInt32) -> Camera?
    ) -> GeneralDatabase.Finding? {
        guard !event.id.isEmpty, event.id.utf8.count <= textMax else { return nil }
        func text(_ name: String) -> String { String((body[name]?.string ?? "").prefix(textMax)) }
        let atNs = body["at"]?.string.flatMap { Instant.parse($0) } ?? event.atNs
        func finding(_ identity: String, _ kind: String, title: String, source: String) -> GeneralDatabase.Finding {
            GeneralDatabase.Finding(
                identity: identity, kind: kind, title: title, source: source, origin: event.origin, atNs: atNs)
        }
        var found: GeneralDatabase.Finding
        switch event.kind {
        case breach:
            found = finding(
                "breach \(event.id)", "breach", title: "\(text("kind")), measure \(text("measure"))",
                source: text("condition"))
            found.place = place(text("place"), camera: text("camera"))
        case fileOpened:
            found = finding(
                identity(file: event.id), text("decision") == "fine" ? perception : "offence", title: text("section"),
                source: text("decision"))
            found.state = "opened"
            found.place = place(text("place"), camera: text("section"))
            found.pv = try? RecordReference.key(.pv, event.id)
        case draft:
            found = finding("draft \(event.id)", "draft", title: "", source: text("hit"))
            // The hit is named camera/epoch/sequence: its place is the one that the hit's own fact has.
            let known = UInt32(text("hit").prefix { $0 != "/" }).flatMap(camera)
            found.place = place(known?.site ?? "", road: known?.road ?? "", camera: text("camera"))
        case seizure:
            found = finding("seizure \(event.id)", "seizure", title: text("service"), source: text("pv"))
            found.pv = try? RecordReference.key(.pv, text("pv"))
            if !text("draft").isEmpty { found.fact = "draft \(text("draft"))" }
        default: return nil
        }
        if let plate = try? Plate(text("plate")) {
            found.vehicle = VehicleKey.text(plate, Country(text("country")) ?? .unknown)
        }
        return found
    }

    /// An immediate perception, of which the yearly report has a row.
    static let perception = "perception"

    /// The place, or where it is not told what is nearest to it.
    private static func place(_ name: String, road: String = "", camera: String) -> (String, String)? {
        let place = name.isEmpty ? camera : name
        return place.isEmpty ? nil : (place, road)
    }
}
