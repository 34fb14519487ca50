import ANPRCore
import PluginKit

// Work on a copy of the ledger, or without one.
extension BNG {
    static let paperVerbs = [
        Verb(
            "report year", "the yearly figures, computed from the ledger", .report(report),
            fields: [Field("year", .whole(1900...2262), "one year only", isRequired: false, isOperand: true)],
            examples: ["anprd bng report year 2021 --csv"]),
        Verb(
            "graph draw", "draw a graph's DOT as SVG, by graphviz if it is there", .alone(draw),
            fields: [Field("file", .file(16 << 20), "the DOT text", isOperand: true)],
            examples: ["anprd bng graph draw graph.dot --json | jq -r .svg >graph.svg"]),
        Verb(
            "sample", "invented records for load, in the proportions of the yearly report", .alone(sample),
            fields: [
                Field("figures", .file(1 << 20), "seeds/figures/bng.csv; left out: persons alone", isRequired: false),
                Field("scale", .whole(1...1_000_000), "one of so many; 100", isRequired: false),
                Field("persons", .whole(1...25_000_000), "without figures; 1000", isRequired: false),
                Field("seed", .whole(1...Int(Int32.max)), "1", isRequired: false),
            ],
            examples: ["anprd bng sample --figures seeds/figures/bng.csv --json >records.ndjson"]),
        Verb(
            "measure", "memory and time of a register with so many invented persons", .alone(measure),
            fields: [
                Field("persons", .whole(1...25_000_000), "how many", isOperand: true),
                Field("seed", .whole(1...Int(Int32.max)), "1", isRequired: false),
            ],
            examples: ["anprd bng measure 2500000"]),
    ]

    @Sendable private static func report(
        _ plugin: any DomainPlugin, _ call: PluginCall, _ output: inout VerbOutput
    ) throws {
        guard let plugin = plugin as? GeneralDatabase else { throw Refusal("wrong_plugin", "that is not BNG") }
        let figures = YearFigures(plugin.register) { output.progress($0, "counting") }
        let wanted = try CallFields(call).optionalWhole("year")
        for year in wanted.map({ [$0] }) ?? figures.rows.keys.sorted() {
            var line = JSONLine()
            figures.write(year: year, into: &line)
            try output.line(line)
        }
    }

    private static let drawNs = 60 * Nanoseconds.second

    @Sendable private static func draw(_ call: PluginCall, _ output: inout VerbOutput) throws {
        guard case .bytes(let dot) = call.fields["file"] else { throw Refusal("missing", "'file' is missing") }
        guard let tool = ExternalTool.find("dot") else {
            throw Refusal("no_tool", "graphviz (dot) is not installed here; the DOT text itself is whole")
        }
        let drawn = try tool.run(["-Tsvg"], input: dot, withinNs: drawNs)
        guard drawn.exitCode == 0 else { throw Refusal("not_drawn", "dot says: \(drawn.errors)") }
        var line = JSONLine()
        line.begin()
        line.field("svg", String(decoding: drawn.bytes, as: UTF8.self))
        line.end(newline: true)
        try output.line(line)
    }

    @Sendable private static func sample(_ call: PluginCall, _ output: inout VerbOutput) throws {
        let fields = CallFields(call)
        var sample = SampleRecords(seed: UInt64(try fields.optionalWhole("seed") ?? 1))
        guard case .bytes(let figures) = call.fields["figures"] else {
            let count = try fields.optionalWhole("persons") ?? 1000
            for index in 0..<count { try output.line(sample.person(in: 2021, index, of: count)) }
            return
        }
        for year in try SampleRecords.years(figures, scale: try fields.optionalWhole("scale") ?? 100) {
            try sample.forEachRow(of: year) { try output.line($0) }
        }
    }

    @Sendable private static func measure(_ call: PluginCall, _ output: inout VerbOutput) throws {
        let fields = CallFields(call)
        let measure = RegisterMeasure(
            persons: try fields.whole("persons"), seed: UInt64(try fields.optionalWhole("seed") ?? 1))
        var lines: [JSONLine] = []
        try measure.run(
            { name, value in
                var line = JSONLine()
                line.begin()
                line.field("measure", name)
                line.field("value", value)
                line.end(newline: true)
                lines.append(line)
            }, progress: { output.progress($0, "making persons") })
        for line in lines { try output.line(line) }
    }
}
