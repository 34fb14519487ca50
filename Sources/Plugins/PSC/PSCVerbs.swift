import ANPRCore
import PluginKit

/// What PSC can be told and asked, with the help that people read.
enum PSCVerbs {
    static let all: [Verb] = persons + measures + conditions + verdicts + questions + exchange + [FindingCheck.verb]

    private static let id = ConditionText.idBytesMax
    private static let text = ConditionText.textBytesMax
    private static let person = Field("person", .text(id), "the person's name here, such as P001", isOperand: true)
    private static let measure = Field("measure", .text(id), "the measure's name here, such as M1", isOperand: true)
    private static let condition = Field("condition", .text(id), "the condition's name here", isOperand: true)
    private static let breach = Field("breach", .text(text), "the alert's id", isOperand: true)
    private static let at = Field("at", .instant, "when; now", isRequired: false)
    private static let decided = Field("decided_at", .instant, "when it was decided; now", isRequired: false)
    private static let from = Field(
        "valid_from", .text(40), "a date (from local midnight) or an instant; open", isRequired: false)
    private static let to = Field(
        "valid_to", .text(40), "the first day or instant out of force; open", isRequired: false)
    private static let note = Field("note", .text(text), "why")

    private static let persons: [Verb] = [
        Verb(
            "person add", "take in a person", .command,
            fields: [
                person, Field("name", .text(text), "first and last name"),
                Field(
                    "plates", .text(ConditionText.columnBytesMax),
                    "1ABC234 or 1ABC234@2026-01-01/2026-04-01, blanks between",
                    isRequired: false),
            ],
            details: "A file has the columns person,name,plates.",
            examples: [
                "anprd psc person add P100 --name 'Alva Voorbeeld' --plates 1ABC234",
                "anprd psc person add --in persons.csv --refused refused.csv",
            ]),
        Verb(
            "person change", "correct a person's name", .command,
            fields: [person, Field("name", .text(text), "first and last name")],
            examples: ["anprd psc person change P100 --name 'Alva Exemple'"]),
        Verb(
            "person link", "a plate is the person's, from a day to a day", .command,
            fields: [person, Field("plate", .plate, "the plate"), from, to],
            examples: ["anprd psc person link P100 --plate 2BCD345 --valid-from 2026-12-01"]),
        Verb(
            "person unlink", "a plate is the person's no more", .command,
            fields: [person, Field("plate", .plate, "the plate"), at],
            examples: ["anprd psc person unlink P100 --plate 1ABC234"]),
    ]

    private static let measures: [Verb] = [
        Verb(
            "measure open", "take in a decision on a person", .command,
            fields: [
                measure, Field("person", .text(id), "on whom"), Field("authority", .text(text), "who decided"),
                Field("reference", .text(text), "the decision's own number"), decided, from, to,
            ],
            details: "Conditions are added to it; when it ends, they end at that instant.",
            examples: [
                "anprd psc measure open M1 --person P100 --authority 'investigating judge, Ghent' "
                    + "--reference GE-2026-17 --valid-from 2026-12-01"
            ]),
        Verb(
            "measure amend", "change a decision's time, authority or reference", .command,
            fields: [
                measure, Field("authority", .text(text), "who decided", isRequired: false),
                Field("reference", .text(text), "the decision's own number", isRequired: false), decided, from, to,
            ],
            details: "What is not given stays; 'open' takes an end away. A decision that is older than what is in "
                + "force is refused.",
            examples: ["anprd psc measure amend M1 --valid-to 2027-06-01"]),
        Verb(
            "measure end", "end a decision, and all that rests on it", .command, fields: [measure, at, decided],
            details: "Reads captured from that instant on break nothing any more; those before still do.",
            examples: ["anprd psc measure end M1"]),
    ]

    private static let conditions: [Verb] = [
        Verb(
            "condition add", "put a person under a condition", .command, fields: conditionFields,
            details: "A file has the same columns. no_driving: no read of the person's plates. forbidden_cameras: none "
                + "at cameras. forbidden_area: none in area. curfew: none in hours. no_contact: not at one place with "
                + "another person. duty_to_report: once in each period of every_days local days.",
            examples: [
                "anprd psc condition add C100 --person P100 --measure M1 --kind curfew --hours 22:00-06:00 "
                    + "--reason 'stays at home at night'",
                "anprd psc condition add --in conditions.csv --refused refused.csv",
            ]),
        Verb(
            "condition end", "end a condition", .command, fields: [condition, at, decided],
            examples: ["anprd psc condition end C100"]),
        Verb(
            "condition attach", "say on which decision a condition of a file rests", .command,
            fields: [condition, Field("measure", .text(id), "the decision")],
            examples: ["anprd psc condition attach C001 --measure M1"]),
        Verb(
            "report", "a person has reported, as is the person's duty", .command, fields: [condition, at],
            examples: ["anprd psc report C101"]),
    ]

    private static let conditionFields: [Field] = [
        condition, Field("person", .text(id), "who is under it"),
        Field("measure", .text(id), "the decision that it rests on", isRequired: false),
        Field("kind", .word(ConditionRule.names), "what must not be done, or must be"), from, to,
        Field("hours", .text(text), "22:00-06:00, blanks between; local time", isRequired: false),
        Field("cameras", .text(ConditionText.columnBytesMax), "their names, blanks between", isRequired: false),
        Field("area", .text(ConditionText.columnBytesMax), "corners in metres: x y; x y; x y", isRequired: false),
        Field("with", .text(id), "of a contact ban: the other person", isRequired: false),
        Field("every_days", .whole(1...ConditionRule.everyDaysMax), "of a duty: days of a period", isRequired: false),
        Field("priority", .whole(0...100), "0 is the highest; the table's for its kind", isRequired: false),
        Field("reason", .text(text), "what an alert says"),
    ]

    private static let verdicts: [Verb] = [
        Verb(
            "breach confirm", "confirm a breach: its finding goes to Justice", .command,
            fields: [breach, Field("note", .text(text), "what you saw", isRequired: false)],
            details: "The finding holds the alert, the condition and the decision, and the SHA-256 of their bytes.",
            examples: ["anprd psc breach confirm C100:3/1/7 --note 'seen by patrol'"]),
        Verb(
            "breach dismiss", "a breach is none", .command, fields: [breach, note],
            examples: ["anprd psc breach dismiss C100:3/1/7 --note 'drove to hospital'"]),
        Verb(
            "finding send", "send a finding that Justice refused once more", .command, fields: [breach],
            examples: ["anprd psc finding send C100:3/1/7"]),
        Verb(
            "finding acknowledge", "note that Justice has a finding that was handed over as a line", .command,
            fields: [breach, note],
            examples: ["anprd psc finding acknowledge C100:3/1/7 --note 'receipt 4711'"]),
    ]

    private static let state = Field(
        "state", .word(BreachState.allCases.map(\.name)), "where they stand", isRequired: false, isOperand: true)
    private static let ofPerson = Field("person", .text(id), "of this person alone", isRequired: false)

    private static let questions: [Verb] = [
        Verb(
            "person list", "list persons, or one, or whose plate it is", .query,
            fields: [
                Field("person", .text(id), "this one", isRequired: false, isOperand: true),
                Field("plate", .plate, "those whose plate it is or was", isRequired: false),
            ], examples: ["anprd psc person list --plate 1ABC234 --reason 'alert'"], needsReason: true),
        Verb(
            "measure list", "list measures", .query, fields: [ofPerson],
            examples: ["anprd psc measure list --person P100 --reason 'alert'"], needsReason: true),
        Verb(
            "condition list", "list conditions", .query, fields: [ofPerson],
            examples: ["anprd psc condition list --person P100 --reason 'alert'"], needsReason: true),
        Verb(
            "breach list", "list breaches, or those in one state", .query, fields: [state, ofPerson],
            examples: ["anprd psc breach list open --reason 'start of shift'"], needsReason: true),
        Verb(
            "breach show", "show a breach with its alert", .query, fields: [breach],
            examples: ["anprd psc breach show C100:3/1/7 --reason 'alert'"], needsReason: true),
        Verb(
            "finding list", "list findings and where they stand with Justice", .query, fields: [state],
            examples: ["anprd psc finding list refused --reason 'follow up'"], needsReason: true),
        Verb(
            "finding show", "show a finding as Justice has it", .query, fields: [breach],
            details: "With --json, byte for byte: what `finding verify` reads.",
            examples: ["anprd psc finding show C100:3/1/7 --json --reason 'file'"], needsReason: true),
        Verb(
            "duty list", "list duties to report, and by when", .query,
            examples: ["anprd psc duty list --reason 'start of shift'"], needsReason: true),
    ]

    private static let exchange: [Verb] = [
        Verb(
            "history", "show what was ever said of a person or a measure, by whom", .query,
            fields: [
                Field("kind", .word(Subject.Kind.allCases.map { "\($0)" }), "of what", isOperand: true),
                Field("id", .text(id), "its name", isOperand: true),
            ], examples: ["anprd psc history measure M1 --json --reason 'complaint'"], needsReason: true),
        Verb(
            "conflict list", "list what was changed here and by Justice at once", .query,
            fields: [Field("all", .flag, "closed ones too", isRequired: false)],
            details: "The later decision is in force; both are in the history.",
            examples: ["anprd psc conflict list --reason 'start of shift'"], needsReason: true),
        Verb(
            "conflict close", "a conflict was looked at", .command,
            fields: [Field("conflict", .whole(1...Int(UInt32.max)), "its number", isOperand: true), note],
            examples: ["anprd psc conflict close 3 --note 'judge called'"]),
        Verb(
            "exchange", "show how the exchange with i+Belgium stands", .query, examples: ["anprd psc exchange"]),
        Verb(
            "exchange refused", "list messages that i+Belgium, Justice, the ISLP or this side refused", .query,
            examples: ["anprd psc exchange refused"]),
    ]
}
