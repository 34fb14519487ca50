import ANPRCore
import Foundation

/// Measures curves, prints them as CSV, and with `--keep` leaves a CSV and an SVG of each in `Benchmarks/results`.
enum CurveFiles {
    private static let header = "curve,series,x,median,least,most,unit"

    static func run(_ options: BenchmarkOptions, _ names: [String]) throws {
        let chosen = names.isEmpty ? Curve.all : try names.map(curve)
        let folder = options.keep ? try ResultFile.folder(suffix: "-curves") : nil
        say(header)
        for curve in chosen {
            var points: [CurvePoint] = []
            for item in curve.cases(options) {
                let point = try CurvePoint(item, rounds: options.rounds)
                say(row(curve, point))
                points.append(point)
            }
            if let folder { try write(curve, points, folder) }
        }
        if let folder { say("kept in \(folder.path)", to: STDERR_FILENO) }
    }

    private static func curve(_ name: String) throws -> Curve {
        guard let curve = Curve.all.first(where: { $0.name == name }) else {
            throw OptionProblem(
                "there is no curve '\(name)'; there are: \(Curve.all.map(\.name).joined(separator: ", "))")
        }
        return curve
    }

    private static func row(_ curve: Curve, _ point: CurvePoint) -> String {
        let figures = [point.median, point.least, point.most].map { String(format: "%.2f", $0) }
        return ([curve.name, point.series, "\(point.x)"] + figures + [curve.cost]).map(CSVField.text)
            .joined(separator: ",")
    }

    private static func write(_ curve: Curve, _ points: [CurvePoint], _ folder: URL) throws {
        let rows = ([header] + points.map { row(curve, $0) }).joined(separator: "\n") + "\n"
        try rows.write(to: folder.appendingPathComponent("\(curve.name).csv"), atomically: true, encoding: .utf8)
        try CurveChart(curve, points).svg
            .write(to: folder.appendingPathComponent("\(curve.name).svg"), atomically: true, encoding: .utf8)
    }
}
