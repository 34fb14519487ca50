import ANPRCore
import PluginKit

/// What CBE can be told and asked, with the help that people read.
enum CBEVerbs {
    static let all: [Verb] = people + peers + questions + [ManifestCheck.verb]

    private static let file = Field("file", .text(40), "ten digits, or the structured communication", isOperand: true)
    private static let country = Field("country", .text(2), "two letters such as BE", isRequired: false)
    private static let plate = Field("plate", .plate, "the plate as a person reads it", isRequired: false)

    private static let people: [Verb] = [
        Verb(
            "file verify", "decide on an attribution that was not beyond doubt", .command,
            fields: [
                file, Field("verdict", .word(["accept", "reject"]), "what you saw"), plate, country,
                Field("cause", .text(200), "why it is rejected", isRequired: false),
            ],
            details: "Accepts an offence as it was read, or as corrected here; then it is charged by the tariff of its "
                + "day. A measurement without a certificate in force can only be rejected.",
            examples: [
                "anprd cbe file verify 7147876774 --verdict accept",
                "anprd cbe file verify 7147876774 --verdict accept --plate 1-ABC-234 --country BE",
                "anprd cbe file verify 7147876774 --verdict reject --cause 'another car'",
            ]),
        Verb(
            "offence enter", "enter an offence that an officer found", .command,
            fields: [
                Field("reference", .text(64), "the officer's own reference: entered once"),
                Field("plate", .plate, "the vehicle"), Field("country", .text(2), "two letters such as BE"),
                Field("at", .instant, "when"), Field("place", .text(200), "where"),
                Field("road", .text(200), "which road", isRequired: false),
                Field("zone", .word(RoadZone.allCases.map(\.rawValue)), "what kind of road"),
                Field("measured_kmh", .whole(1...500), "as measured; the tolerance is taken off here"),
                Field("limit_kmh", .whole(1...500), "the limit"),
                Field("serial", .text(200), "the instrument's serial number"),
                Field("approval", .text(200), "its approval"),
                Field("valid_to", .instant, "when its check is out of date"),
            ],
            examples: ["anprd cbe offence enter --in offences.csv --refused refused.csv"]),
        Verb(
            "file holder", "name the holder of a vehicle that no register knows", .command,
            fields: [
                file, Field("name", .text(200), "person or firm"), Field("street", .text(200), "street and number"),
                Field("postcode", .text(200), "postcode"), Field("town", .text(200), "town"),
                Field("country", .text(2), "of the address"),
                Field("language", .word(Language.allCases.map(\.code)), "of the letter"),
            ],
            examples: [
                "anprd cbe file holder 7147876774 --name 'A. Peeters' --street 'Markt 1' --postcode 9880 "
                    + "--town Aalter --country BE --language nl"
            ]),
        Verb(
            "file ask", "ask the register for the holder again", .command, fields: [file],
            examples: ["anprd cbe file ask 7147876774"]),
        Verb(
            "file prosecute", "send a file without a holder to the prosecutor", .command, fields: [file],
            examples: ["anprd cbe file prosecute 7147876774"]),
        Verb(
            "file close", "end a file", .command, fields: [file, Field("cause", .text(200), "why")],
            details: "Not while it is being sealed or is on its way: Justice would have what is closed here.",
            examples: ["anprd cbe file close 7147876774 --cause 'diplomatic plate'"]),
    ]

    private static let peers: [Verb] = [
        Verb(
            "file again", "send a file that Justice refused once more, as a new document", .command, fields: [file],
            examples: ["anprd cbe file again 7147876774"]),
        Verb(
            "batch close", "seal and send now what is ready", .command, examples: ["anprd cbe batch close"]),
        Verb(
            "pay", "take payments in", .command,
            fields: [
                Field("file", .text(40), "the structured communication, or ten digits"),
                Field("cents", .whole(1...10_000_000), "what was paid"),
                Field("reference", .text(64), "the bank's: a payment counts once"),
            ],
            details: "A bank's list is a CSV file with the columns file,cents,reference. The full amount ends a file; "
                + "less leaves it open.",
            examples: [
                "anprd cbe pay --in payments.csv --refused not-taken.csv",
                "anprd cbe pay --file '+++714/7876/77427+++' --cents 6310 --reference B-2026-1",
            ]),
    ]

    private static let questions: [Verb] = [
        Verb(
            "file show", "show a file with all that there is of it", .query, fields: [file],
            examples: ["anprd cbe file show 7147876774 --json"]),
        Verb(
            "file letter", "show the letter to the holder, as HTML", .query, fields: [file],
            examples: ["anprd cbe file letter 7147876774 --json | jq -r .letter >letter.html"]),
        Verb(
            "file list", "list files, or those in one phase", .query,
            fields: [
                Field(
                    "phase", .word(FilePhase.allCases.map(\.name)), "where they stand", isRequired: false,
                    isOperand: true)
            ],
            examples: ["anprd cbe file list verification", "anprd cbe file list refused --csv"]),
        Verb(
            "deadlines", "list files whose copy must leave soon, or should have left", .query,
            fields: [Field("days", .whole(0...365), "within so many days; 3", isRequired: false)],
            examples: ["anprd cbe deadlines --days 2"]),
        Verb("batch list", "list batches and their seals", .query, examples: ["anprd cbe batch list"]),
        Verb(
            "report", "show what each day came to", .query,
            fields: [
                Field("from", .day, "first day", isRequired: false), Field("to", .day, "last day", isRequired: false),
            ],
            details: "Created, sent, acknowledged, refused by cause, and the success rate: acknowledged of all that "
                + "Justice decided on.",
            examples: ["anprd cbe report --from 2026-11-01 --csv"]),
    ]
}
