import ANPRCore
import PluginKit

/// What the general database can be told and asked, with the help that people read.
extension BNG {
    static let verbs: [Verb] = addVerbs + changeVerbs + questionVerbs + paperVerbs

    private static let record = Field(
        "record", .text(RecordReference.textMax), "BNG-12, or such as pv:NUMBER, vehicle:1ABC234/BE",
        isOperand: true)
    private static let note = Field("note", .text(200), "why")

    private static func text(_ name: String, _ help: String = "") -> Field {
        Field(name, .text(200), help.isEmpty ? name : help, isRequired: false)
    }

    private static let common = [
        text("classification", "who may see it; internal"), text("origin", "where it comes from"),
    ]

    /// The fields of one category: its key, when, its texts.
    private static func fields(_ category: RecordCategory, isKeyRequired: Bool = true) -> [Field] {
        let key =
            category == .vehicle
            ? [
                Field("plate", .plate, "the plate", isRequired: isKeyRequired, isOperand: isKeyRequired),
                Field("country", .text(2), "two letters such as BE", isRequired: false),
            ]
            : [
                Field(
                    category.keyName, .text(200), "by which it is known: once",
                    isRequired: isKeyRequired && category.needsKey, isOperand: isKeyRequired && category.needsKey)
            ]
        let when =
            category == .person
            ? Field("born", .day, "day of birth", isRequired: false)
            : Field("at", .instant, "when it happened; now, if it is left out", isRequired: false)
        return key + [when] + category.textNames.map { text($0) }
    }

    private static let addVerbs: [Verb] = {
        let judicial = Field("judicial", .word(["send", "no"]), "send it to the judicial database", isRequired: false)
        var verbs: [Verb] = []
        for (category, what, example) in [
            (RecordCategory.pv, "a PV", "BR.30.L7.012345/2026 --kind theft --title 'a bicycle' --judicial send"),
            (.rir, "an information report", "RIR.017/2026 --kind drugs --title 'seen twice'"),
            (.hearing, "a hearing", "H.0042/2026 --kind witness"),
            (.document, "a document", "D.99/2026 --kind photo"),
            (.person, "a natural person", "--family 'Van den Bossche' --given Éloïse --born 1980-02-29"),
            (.vehicle, "a vehicle", "1-ABC-234 --country BE --make Volvo"),
            (.place, "a place", "'Aalter, E40' --town Aalter"),
        ] {
            verbs.append(
                Verb(
                    "\(category.name) add", "write down \(what)", .command,
                    fields: fields(category) + common + (category == .pv ? [judicial] : []),
                    examples: ["anprd bng \(category.name) add \(example)"]))
        }
        return verbs + [load]
    }()

    private static let load: Verb = {
        var fields = [
            Field("category", .word(RecordCategory.allCases.map(\.name)), "what it is"),
            Field("recorded", .instant, "when it was first written down elsewhere", isRequired: false),
            Field("judicial", .word(["send", "sent", "no"]), "sent: it was sent before", isRequired: false),
        ]
        for category in RecordCategory.allCases {
            for field in Self.fields(category, isKeyRequired: false)
            where !fields.contains(where: { $0.name == field.name }) {
                fields.append(field)
            }
        }
        return Verb(
            "load", "take a record over from elsewhere, of any category; for bulk", .command,
            fields: fields + common,
            details: "The same row again is refused with 'exists', by its number, identity, plate or name.",
            examples: ["anprd bng load --in persons.ndjson --refused refused.csv"])
    }()

    private static let changeVerbs = [
        Verb(
            "change", "write a new version of a record; nothing of the old one is lost", .command,
            fields: [record, note, Field("born", .day, "day of birth", isRequired: false)]
                + [Field("at", .instant, "when it happened", isRequired: false)]
                + RecordCategory.allTextNames.map { text($0) } + common,
            details: "What is not given stays as it is. A PV that is at the judicial database goes there again.",
            examples: ["anprd bng change BNG-12 --address 'Markt 1, Aalter' --note 'moved'"]),
        Verb(
            "link add", "link a record to another one", .command,
            fields: [
                record, Field("other", .text(RecordReference.textMax), "the other record", isOperand: true),
                Field("role", .text(40), "what the first is to the other: suspect, owner, seen_at"),
                text("note", "why"),
            ],
            examples: ["anprd bng link add BNG-12 pv:BR.30.L7.012345/2026 --role suspect"]),
        Verb(
            "link end", "a link holds no more; it stays in the history", .command,
            fields: [Field("link", .whole(1...Int(UInt32.max)), "the link's number", isOperand: true), note],
            examples: ["anprd bng link end 7 --note 'another person'"]),
        Verb(
            "pv send", "send a PV to the judicial database", .command, fields: [record],
            examples: ["anprd bng pv send pv:BR.30.L7.012345/2026"]),
    ]

    private static let questionVerbs = [
        Verb(
            "show", "a record as it stands", .query, fields: [record],
            examples: ["anprd bng show vehicle:1ABC234/BE --reason 'PV BR.30.L7.012345/2026'"], needsReason: true),
        Verb(
            "history", "all versions of a record, the latest first", .query, fields: [record],
            examples: ["anprd bng history BNG-12 --reason 'PV BR.30.L7.012345/2026'"], needsReason: true),
        Verb(
            "links", "the links of a record, the latest first, also ended ones", .query, fields: [record],
            examples: ["anprd bng links BNG-12 --reason 'PV BR.30.L7.012345/2026'"], needsReason: true),
        Verb(
            "person find", "look for a person by how the name is spelled or sounds", .query,
            fields: [
                Field("family", .text(200), "family name", isOperand: true), text("given", "given name, or its letter"),
                Field("born", .day, "day of birth", isRequired: false),
                Field("year", .whole(1850...2200), "year of birth", isRequired: false),
                Field("how", .word(["spelled", "sounds"]), "sounds, if it is left out", isRequired: false),
            ],
            details: "Best first: exact, spelled (but for case, accents, blanks, hyphens), part of a double name, "
                + "sounds alike. Names that a person had before are found as well.",
            examples: ["anprd bng person find Janssens --given M --year 1970 --reason 'PV BR.30.L7.012345/2026'"],
            needsReason: true),
        Verb(
            "vehicle find", "look for a vehicle by its plate, in every country unless one is named", .query,
            fields: [
                Field("plate", .plate, "the plate", isOperand: true),
                Field("country", .text(2), "two letters such as BE", isRequired: false),
            ], examples: ["anprd bng vehicle find 1-ABC-234 --reason 'PV BR.30.L7.012345/2026'"], needsReason: true),
        Verb(
            "pv find", "look for a PV by its number", .query,
            fields: [Field("number", .text(200), "the PV's number", isOperand: true)],
            examples: ["anprd bng pv find BR.30.L7.012345/2026 --reason 'a call of the magistrate'"],
            needsReason: true),
        Verb(
            "graph", "what is linked to a record in so many steps, as JSON lines or as DOT", .query,
            fields: [
                record, Field("steps", .whole(1...BNGQuery.stepsMax), "2, if it is left out", isRequired: false),
                Field("format", .word(["json", "dot"]), "json, if it is left out", isRequired: false),
            ],
            details:
                "At most \(GraphWalk.nodesMax) records. One with more than \(GraphWalk.hubLinks) links is shown as "
                + "a hub and not gone through.",
            examples: [
                "anprd bng graph BNG-12 --steps 3 --json --reason 'PV BR.30.L7.012345/2026'",
                "anprd bng graph BNG-12 --format dot --json --reason '...' | jq -r .dot >graph.dot",
            ], needsReason: true),
        Verb(
            "judicial list", "how PVs stand with the judicial database", .query,
            fields: [
                Field(
                    "phase", .word(ExchangePhase.allCases.map(\.name)), "in one phase", isRequired: false,
                    isOperand: true)
            ], examples: ["anprd bng judicial list refused"]),
        Verb(
            "due list", "records whose time is over soon: their numbers alone", .query,
            fields: [Field("days", .whole(0...3660), "within so many days; 30", isRequired: false)],
            examples: ["anprd bng due list --days 60"]),
    ]
}
