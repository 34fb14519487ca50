import ANPRCore
import PluginKit

extension PacOs {
    static let verbs: [Verb] = seizureVerbs + exhibitVerbs + movingVerbs + countingVerbs + paperVerbs

    private static let textMax = 200
    private static let services = Service.allCases.map { "\($0)" }
    private static let kinds = ExhibitKind.allCases.map { "\($0)" }
    private static let number = Field("number", .text(40), "the exhibit's number, typed or scanned", isOperand: true)
    private static let delivery = Field("delivery", .text(20), "such as DV-12", isOperand: true)
    private static let note = Field("note", .text(textMax), "why")
    private static let seizureFields = [
        Field("service", .word(services), "who seizes"),
        Field("at", .instant, "when it was seized; now, if it is left out", isRequired: false),
    ]

    private static let seizureVerbs = [
        Verb(
            "draft list", "drafts that hits with the action \"seize\" opened", .query,
            fields: [Field("state", .word(["open", "all"]), "open ones, or all", isRequired: false)],
            examples: ["anprd pacos draft list"]),
        Verb(
            "draft drop", "drop a draft: nothing was seized", .command,
            fields: [Field("draft", .text(20), "such as DR-3", isOperand: true), note],
            examples: ["anprd pacos draft drop DR-3 --note 'the car was not there'"]),
        Verb(
            "seizure open", "open a seizure under its PV", .command,
            fields: [
                Field("pv", .text(60), "number of the PV", isOperand: true),
                Field("place", .text(textMax), "where it was seized"),
                Field("draft", .text(20), "the draft that it comes from", isRequired: false),
            ] + seizureFields,
            examples: ["anprd pacos seizure open BR.30.L7.012345/2026 --place 'Aalter, E40' --service police"]),
        Verb(
            "seizure close", "its list of exhibits is complete: they may leave", .command,
            fields: [Field("seizure", .text(60), "such as SZ-7", isOperand: true)],
            examples: ["anprd pacos seizure close SZ-7"]),
        Verb(
            "seizure list", "seizures in their order, without their exhibits", .query,
            fields: [
                Field("pv", .text(60), "those of one PV", isRequired: false),
                Field("state", .word(["open", "all"]), "open ones, or all (as it is)", isRequired: false),
            ], examples: ["anprd pacos seizure list --state open"]),
        Verb(
            "seizure show", "a seizure and its exhibits", .query,
            fields: [Field("seizure", .text(60), "such as SZ-7", isOperand: true)],
            examples: ["anprd pacos seizure show SZ-7"]),
    ]

    private static let exhibitVerbs = [
        Verb(
            "exhibit add", "register an exhibit; answers its number", .command,
            fields: [
                Field("seizure", .text(60), "such as SZ-7", isOperand: true),
                Field("kind", .word(kinds), "what it is"), Field("description", .text(textMax), "in a line"),
                Field("place", .text(20), "storage place"),
                Field("seal", .text(60), "number of the seal", isRequired: false),
                Field("number", .text(40), "of a label printed before; otherwise the next one", isRequired: false),
            ],
            examples: [
                "anprd pacos exhibit add SZ-7 --kind phone --description 'black phone, cracked screen' "
                    + "--place GNT-P1 --seal S-4711"
            ]),
        Verb(
            "exhibit show", "where an exhibit is", .query, fields: [number],
            examples: ["anprd pacos exhibit show PO0000000001M"]),
        Verb(
            "exhibit find", "look for exhibits: all that is given must hold", .query,
            fields: [
                Field("text", .text(60), "part of the description or seal", isRequired: false, isOperand: true),
                Field("pv", .text(60), "number of the PV", isRequired: false),
                Field("place", .text(20), "storage place", isRequired: false),
                Field("state", .word(ExhibitState.allCases.map(\.name)), "state", isRequired: false),
                Field("kind", .word(kinds), "kind", isRequired: false),
            ], examples: ["anprd pacos exhibit find phone --place GNT-P1"]),
        Verb(
            "exhibit note", "add a remark to the chain, such as a correction", .command, fields: [number, note],
            examples: ["anprd pacos exhibit note PO0000000001M --note 'the screen is whole'"]),
        Verb(
            "exhibit reseal", "a new seal, and why", .command,
            fields: [number, Field("seal", .text(60), "number of the new seal"), note],
            examples: ["anprd pacos exhibit reseal PO0000000001M --seal S-4712 --note 'opened by the expert'"]),
        Verb(
            "exhibit end", "end an exhibit by a decision", .command,
            fields: [
                number, Field("end", .word(ExhibitState.ends.map(\.name)), "how it ends"),
                Field("reference", .text(textMax), "of the decision"),
            ], examples: ["anprd pacos exhibit end PO0000000001M --end destroyed --reference X"]),
        Verb(
            "load", "take an exhibit over from elsewhere, with its seizure; for bulk", .command,
            fields: [
                Field("number", .text(40), "the exhibit's number"), Field("seizure", .text(60), "its seizure's name"),
                Field("pv", .text(60), "number of the PV"), Field("kind", .word(kinds), "what it is"),
                Field("description", .text(textMax), "in a line"), Field("place", .text(20), "storage place"),
                Field("seal", .text(60), "number of the seal", isRequired: false),
                Field("service", .word(services), "who seized"), Field("at", .instant, "when it was seized"),
            ], examples: ["anprd pacos load --in exhibits.csv --refused refused.csv"]),
    ]

    private static let movingVerbs = [
        Verb(
            "scan", "scan pieces: one line a scan, an answer at once; the line UNDO takes the last one back", .command,
            fields: [
                Field("code", .text(60), "what the scanner types", isOperand: true),
                Field("for", .word(ScanPurpose.allCases.map { "\($0)" }), "what is done with each piece"),
                Field("at", .text(20), "delivery, place or count; only to look there is none", isRequired: false),
            ],
            examples: [
                "anprd pacos scan --for pack --at DV-12", "anprd pacos scan --for arrive --at DV-12",
                "anprd pacos scan --for place --at GNT-A1", "anprd pacos scan --for shelf --at IV-3",
            ], lineField: "code", check: ScanPurpose.check(_:)),
        Verb(
            "delivery open", "prepare a delivery", .command,
            fields: [Field("from", .text(20), "storage place"), Field("to", .text(20), "storage place")],
            examples: ["anprd pacos delivery open --from GNT-P1 --to GNT-G1"]),
        Verb(
            "delivery send", "it leaves", .command, fields: [delivery],
            examples: ["anprd pacos delivery send DV-12"]),
        Verb(
            "delivery accept", "take it over: each piece must have been scanned", .command, fields: [delivery],
            examples: ["anprd pacos delivery accept DV-12"]),
        Verb(
            "delivery refuse", "send it back as a whole", .command, fields: [delivery, note],
            examples: ["anprd pacos delivery refuse DV-12 --note 'a seal is broken'"]),
        Verb(
            "delivery list", "deliveries under way, or all", .query,
            fields: [Field("state", .word(["open", "all"]), "those under way (as it is), or all", isRequired: false)],
            examples: ["anprd pacos delivery list --state all"]),
        Verb(
            "delivery show", "a delivery and its pieces", .query, fields: [delivery],
            examples: ["anprd pacos delivery show DV-12"]),
        Verb(
            "delivery receipt", "the receipt, in two copies", .query,
            fields: [
                delivery,
                Field(
                    "format", .word(Receipt.Format.allCases.map(\.rawValue)), "text unless another is named",
                    isRequired: false),
                Field(
                    "language", .word(Receipt.Language.allCases.map(\.rawValue)), "en unless another is named",
                    isRequired: false),
            ],
            examples: [
                "anprd pacos delivery receipt DV-12 --format html --language nl --json | jq -r .receipt >receipt.html"
            ]),
    ]

    private static let countingVerbs = [
        Verb(
            "inventory start", "begin to count a storage place", .command,
            fields: [Field("place", .text(20), "storage place", isOperand: true)],
            examples: ["anprd pacos inventory start GNT-P1"]),
        Verb(
            "inventory close", "end a count: what is missing, what is unexpected", .command,
            fields: [Field("inventory", .text(20), "such as IV-3", isOperand: true)],
            examples: ["anprd pacos inventory close IV-3"]),
        Verb(
            "inventory show", "a count", .query,
            fields: [Field("inventory", .text(20), "such as IV-3", isOperand: true)],
            examples: ["anprd pacos inventory show IV-3"]),
    ]
}
