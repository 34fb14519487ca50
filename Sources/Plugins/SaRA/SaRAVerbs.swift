import ANPRCore
import PluginKit

/// What SaRA can be told and asked, with the help that people read.
enum SaRAVerbs {
    static let all: [Verb] = vacancies + applications + needs + streams

    private static let vacancy = Field("vacancy", .text(20), "such as V-12", isOperand: true)
    private static let application = Field("application", .text(20), "such as A-7", isOperand: true)
    private static let need = Field("need", .text(20), "such as N-3", isOperand: true)
    private static let languages = Language.allCases.map(\.code)
    private static let days = [
        Field("from", .day, "first day", isRequired: false), Field("to", .day, "last day", isRequired: false),
    ]

    private static func writing(isRequired: Bool) -> [Field] {
        [
            Field("zone", .text(20), "a code of the table of zones", isRequired: isRequired),
            Field("places", .whole(1...Vacancy.placesMax), "how many are wanted", isRequired: isRequired),
            Field("closes", .day, "last day on which one may apply", isRequired: isRequired),
            Field("language", .word(languages), "of title and profile", isRequired: isRequired),
            Field("title", .text(Vacancy.titleBytesMax), "what the work is called", isRequired: isRequired),
            Field(
                "profile", .text(Vacancy.profileBytesMax),
                "what it is and whom it needs; an empty line parts paragraphs, '- ' begins an item",
                isRequired: isRequired),
            Field("starts", .day, "first day of the work", isRequired: false),
            Field("corps", .word(Vacancy.Corps.allCases.map(\.name)), "operational, or civilian", isRequired: false),
            Field("hours", .word(Vacancy.Hours.allCases.map(\.name)), "full time, or part", isRequired: false),
            Field("reference", .text(64), "your own; each once", isRequired: false),
        ]
    }

    private static let vacancies: [Verb] = [
        Verb(
            "vacancy add", "write a vacancy: a draft that nobody outside sees", .command,
            fields: writing(isRequired: true),
            details: "Further languages are given by 'vacancy change'. A page in a language that is not written shows "
                + "the first one that is.",
            examples: [
                "anprd sara vacancy add --zone INV-06 --places 2 --closes 2027-01-31 --language fr "
                    + "--title 'Inspecteur de police' --profile 'Vous patrouillez.'",
                "anprd sara vacancy add --in vacancies.csv --refused refused.csv",
            ]),
        Verb(
            "vacancy change", "change a draft or a published vacancy, or write it in one more language", .command,
            fields: [vacancy] + writing(isRequired: false),
            details: "What is published changes on the site and with Jobpol at once.",
            examples: [
                "anprd sara vacancy change V-1 --language nl --title 'Inspecteur van politie' "
                    + "--profile 'U patrouilleert.'",
                "anprd sara vacancy change V-1 --closes 2027-02-15",
            ]),
        Verb(
            "vacancy publish", "put a draft on the site and on Jobpol", .command, fields: [vacancy],
            examples: ["anprd sara vacancy publish V-1"]),
        Verb(
            "vacancy close", "take no more applications; by itself after the last day", .command, fields: [vacancy],
            examples: ["anprd sara vacancy close V-1"]),
        Verb(
            "vacancy fill", "end a closed vacancy whose places are taken", .command, fields: [vacancy],
            details: "Applications that have no end yet are refused, with the cause vacancy_filled.",
            examples: ["anprd sara vacancy fill V-1"]),
        Verb(
            "vacancy withdraw", "end a vacancy that nobody shall get", .command, fields: [vacancy],
            details: "Applications that have no end yet are refused, with the cause vacancy_withdrawn.",
            examples: ["anprd sara vacancy withdraw V-1"]),
        Verb(
            "vacancy list", "list vacancies", .query,
            fields: [
                Field(
                    "phase", .word(VacancyPhase.allCases.map(\.name)), "where they stand", isRequired: false,
                    isOperand: true), Field("zone", .text(20), "of one zone", isRequired: false),
            ],
            examples: ["anprd sara vacancy list published"]),
        Verb(
            "vacancy show", "show a vacancy, and where its applications stand", .query, fields: [vacancy],
            examples: ["anprd sara vacancy show V-1"]),
        Verb(
            "site rebuild", "write the whole site anew, from what is published", .command,
            examples: ["anprd sara site rebuild"]),
    ]

    private static let applications: [Verb] = [
        Verb(
            "application enter", "enter an application for a published vacancy", .command,
            fields: [
                Field("vacancy", .text(20), "such as V-12"), Field("name", .text(200), "of the person"),
                Field("email", .text(200), "one application a vacancy"),
                Field("phone", .text(40), "phone", isRequired: false),
                Field("language", .word(languages), "in which to write"),
            ],
            details: "Its data are erased on the day that seeds/law/sara_applicant_data.csv sets.",
            examples: ["anprd sara application enter --in applications.csv --refused refused.csv"]),
        Verb(
            "application move", "move an application to its next stage, or end it", .command,
            fields: [
                application, Field("to", .word(ApplicationStage.movable.map(\.name)), "the stage"),
                Field("cause", .text(200), "why; needed for a refusal", isRequired: false),
            ],
            details: "Stages follow each other: eligibility, tests, interview, medical, ranking. None is left out.",
            examples: [
                "anprd sara application move A-7 --to tests",
                "anprd sara application move A-7 --to refused --cause 'no driving licence'",
            ]),
        Verb(
            "application rank", "rank all who passed, of a closed vacancy", .command,
            fields: [
                vacancy, Field("order", .list(RecruitmentRegister.applicationsOfVacancyMax), "the best first"),
            ],
            details:
                "The order names everybody at ranking, once. It may be given again as long as they are there; "
                + "those who had an offer keep their ranks, and nobody else ever gets one of these.",
            examples: ["anprd sara application rank V-1 --order A-7,A-3,A-12"]),
        Verb(
            "application offer", "offer a place to the first in rank", .command, fields: [application],
            details: "Not more offers than places. What is not answered in time is declined.",
            examples: ["anprd sara application offer A-7"]),
        Verb(
            "application answer", "note what was answered to an offer", .command,
            fields: [application, Field("answer", .word(["accept", "decline"]), "what was answered")],
            examples: ["anprd sara application answer A-7 --answer accept"]),
        Verb(
            "application list", "list applications, without names", .query,
            fields: [
                Field("vacancy", .text(20), "of one vacancy", isRequired: false, isOperand: true),
                Field("stage", .word(ApplicationStage.allCases.map(\.name)), "at one stage", isRequired: false),
            ],
            examples: ["anprd sara application list V-1 --stage ranking"]),
        Verb(
            "application show", "show an application with the person's data", .query, fields: [application],
            examples: ["anprd sara application show A-7 --reason 'call for the interview'"], needsReason: true),
    ]

    private static let needs: [Verb] = [
        Verb(
            "need list", "list staffing needs", .query,
            fields: [
                Field(
                    "state", .word(StaffingNeed.State.allCases.map(\.name)), "where they stand", isRequired: false,
                    isOperand: true)
            ],
            examples: ["anprd sara need list open"]),
        Verb(
            "need explain", "show what a need was worked out from: norm, formula, each day", .query, fields: [need],
            examples: ["anprd sara need explain N-3"]),
        Verb(
            "need accept", "make the draft of a vacancy of a need", .command,
            fields: [
                need,
                Field("places", .whole(1...Vacancy.placesMax), "other than the need says", isRequired: false),
                Field("closes", .day, "last day to apply; in 30 days", isRequired: false),
            ],
            details:
                "The draft has the need's zone and number, and a text in four languages to begin with. Nobody sees it "
                + "before it is published.",
            examples: ["anprd sara need accept N-3"]),
        Verb(
            "need dismiss", "decide that nothing comes of a need", .command,
            fields: [need, Field("cause", .text(200), "why")],
            examples: ["anprd sara need dismiss N-3 --cause 'a road works month'"]),
        Verb(
            "need compute", "work needs out now; otherwise once a day", .command,
            fields: [Field("to", .day, "last day of the figures; the last one that is whole", isRequired: false)],
            examples: ["anprd sara need compute", "anprd sara need compute --to 2026-11-30"]),
    ]

    private static let streams: [Verb] = [
        Verb(
            "hit followed", "note that a hit was followed up", .command,
            fields: [
                Field("read", .text(60), "the hit's read, such as 3/1/17", isOperand: true),
                Field("at", .instant, "when; now, if it is left out", isRequired: false),
            ],
            details: "From the dispatch system as NDJSON, a line each: "
                + "{\"read\":\"3/1/17\",\"at\":\"2026-11-27T08:15:30Z\"}",
            examples: ["anprd sara hit followed --in followed.ndjson --refused refused.csv"]),
        Verb(
            "workload", "show hits, late ones and breaches by day, zone and shift", .query,
            fields: [Field("zone", .text(20), "of one zone", isRequired: false, isOperand: true)] + days,
            details: "The newest seven days, or those from 'from' to 'to'.",
            examples: ["anprd sara workload INV-06 --from 2026-11-01 --to 2026-11-30 --csv"]),
        Verb(
            "report", "show what each month came to", .query, fields: days,
            examples: ["anprd sara report --from 2026-01-01 --csv"]),
    ]
}
