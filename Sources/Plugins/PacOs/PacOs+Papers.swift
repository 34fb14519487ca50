import ANPRCore
import PluginKit

// Work on a copy of the ledger, or without one.
extension PacOs {
    private static let fileBytesMax = 256 << 20

    static let paperVerbs = [
        Verb(
            "exhibit custody", "an exhibit's chain, entry by entry", .query,
            fields: [
                Field("number", .text(40), "the exhibit's number, typed or scanned", isOperand: true)
            ], details: "With --json: what `verify file` reads.",
            examples: ["anprd pacos exhibit custody PO0000000001M --json >chain.json"]),
        Verb(
            "heads", "the last hash of each exhibit, to be kept elsewhere", .query,
            examples: ["anprd pacos heads --csv > heads.csv"]),
        Verb(
            "verify", "check every chain in the ledger, and show a break exactly", .report(verify),
            fields: [
                Field(
                    "heads", .file(fileBytesMax), "what heads wrote before, as --csv or --json", isRequired: false)
            ],
            details: "A hash of the heads may be cut down to its first 16 digits. Exit code 1 if a chain is broken.",
            examples: ["anprd pacos verify", "anprd pacos verify --heads heads.csv"]),
        Verb(
            "verify file", "check a chain that was written out, without a ledger", .alone(verifyFile),
            fields: [Field("file", .file(fileBytesMax), "lines of exhibit custody --json", isOperand: true)],
            details: "Exit code 1 if the chain is broken.", examples: ["anprd pacos verify file chain.json"]),
        Verb(
            "report", "seizures and exhibits by year, of police and Justice", .report(report),
            fields: [Field("year", .whole(1900...2262), "one year only", isRequired: false)],
            examples: ["anprd pacos report --csv"]),
        Verb(
            "label", "labels as SVG or ZPL", .alone(label),
            fields: [
                Field("numbers", .list(1000), "exhibits' numbers, with commas between", isOperand: true),
                Field(
                    "symbology", .word(Label.Symbology.allCases.map(\.rawValue)), "code128 unless another is named",
                    isRequired: false),
                Field(
                    "format", .word(Label.Format.allCases.map(\.rawValue)), "svg unless another is named",
                    isRequired: false),
            ],
            examples: [
                "anprd pacos label PO0000000001M --json | jq -r .label >label.svg",
                "anprd pacos label PO0000000001M --symbology datamatrix --format zpl --json | jq -r .label >label.zpl",
            ]),
    ]

    @Sendable private static func verify(
        _ plugin: any DomainPlugin, _ call: PluginCall, _ output: inout VerbOutput
    ) throws {
        let register = try register(plugin)
        var check = CustodyCheck()
        let count = register.exhibits.count
        for exhibit in 0..<count {
            check.check(exhibit, of: register)
            if exhibit % 10_000 == 0 { output.progress(Double(exhibit) / Double(count), "\(exhibit) of \(count)") }
        }
        if let heads = CustodyFields(call).bytes("heads") {
            for anchor in try CustodyAnchor.all(heads) { check.check(anchor, in: register) }
        }
        try write(check.breaks, check.breakCount, check.exhibits, check.entries, &output)
    }

    @Sendable private static func verifyFile(_ call: PluginCall, _ output: inout VerbOutput) throws {
        guard let file = CustodyFields(call).bytes("file") else { throw Refusal("bad_fields", "'file' is missing") }
        var paper = CustodyPaper()
        for (i, line) in file.split(separator: 0x0a).enumerated() {
            do {
                try paper.check(JSON5Value(text: String(decoding: line, as: UTF8.self)))
            } catch let problem as InputProblem {
                throw Refusal("bad_line", "line \(i + 1): \(problem.message)")
            } catch let refusal as Refusal { throw Refusal(refusal.code, "line \(i + 1): \(refusal.message)") }
        }
        if paper.entries == 0 { throw Refusal("empty", "nothing to verify: the file has no line of a chain") }
        try write(paper.breaks, paper.breaks.count, paper.exhibits, paper.entries, &output)
    }

    private static func write(
        _ breaks: [CustodyCheck.Break], _ breakCount: Int, _ exhibits: Int, _ entries: Int,
        _ output: inout VerbOutput
    ) throws {
        for found in breaks {
            var line = JSONLine()
            line.begin()
            line.field("number", found.number.description)
            line.field("entry", found.entry)
            line.field("at", Instant.format(found.atNs))
            line.field("break", found.what)
            line.end(newline: true)
            try output.line(line)
        }
        var line = JSONLine()
        line.begin()
        line.field("exhibits", exhibits)
        line.field("entries", entries)
        line.field("breaks", breakCount)
        line.end(newline: true)
        try output.line(line)
        if breakCount > 0 {
            throw Refusal("broken", "\(breakCount) break(s) in \(entries) entries of \(exhibits) exhibit(s)")
        }
    }

    @Sendable private static func report(
        _ plugin: any DomainPlugin, _ call: PluginCall, _ output: inout VerbOutput
    ) throws {
        let table = YearTable(try register(plugin))
        let wanted = CustodyFields(call).whole("year")
        for year in wanted.map({ [$0] }) ?? table.rows.keys.sorted() {
            var line = JSONLine()
            table.write(year: year, into: &line)
            try output.line(line)
        }
    }

    @Sendable private static func label(_ call: PluginCall, _ output: inout VerbOutput) throws {
        let fields = CustodyFields(call)
        let symbology = Label.Symbology(rawValue: fields.optional("symbology")) ?? .code128
        let format = Label.Format(rawValue: fields.optional("format")) ?? .svg
        for number in fields.list("numbers") {
            let code = ScanText.code(number)
            guard CheckCharacters.allCases.contains(where: { $0.check(code) }), let label = Label(code, symbology)
            else { throw Refusal("check_characters", "'\(number)' is no exhibit's number: its check does not hold") }
            var line = JSONLine()
            line.begin()
            line.field("number", label.text)
            line.field("symbology", symbology.rawValue)
            line.field("format", format.rawValue)
            line.field("label", label.drawn(format))
            line.end(newline: true)
            try output.line(line)
        }
    }

    private static func register(_ plugin: any DomainPlugin) throws -> CustodyRegister {
        guard let plugin = plugin as? PacOsPlugin else { throw Refusal("wrong_plugin", "that is not PacOs") }
        return plugin.register
    }
}
