import Foundation

/// A curve as a drawing: axes, units, a legend; series differ by mark and dash, so that no colour is needed.
struct CurveChart {
    private let curve: Curve
    private let points: [CurvePoint]
    private let highest: Double
    private let xMin: Double
    private let xMax: Double

    private static let (width, height) = (640.0, 400.0)
    private static let (left, right, top, bottom) = (70.0, 20.0, 60.0, 60.0)
    private static let dashes = ["", "8 4", "2 3", "10 3 2 3"]

    init(_ curve: Curve, _ points: [CurvePoint]) {
        self.curve = curve
        self.points = points
        highest = Self.round(up: points.map(\.most).max() ?? 1)
        // A zero has no logarithm; it stands a step before one.
        xMin = log10(points.map { max(0.5, Double($0.x)) }.min() ?? 1)
        xMax = max(xMin + 0.3, log10(points.map { max(0.5, Double($0.x)) }.max() ?? 10))
    }

    /// 1, 2 or 5 times a power of ten.
    private static func round(up value: Double) -> Double {
        let power = pow(10, floor(log10(max(value, 1e-9))))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value } ?? value
    }

    var svg: String {
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 400\" width=\"640\" height=\"400\" "
                + "font-family=\"sans-serif\" font-size=\"12\">",
            "<title>\(curve.title)</title>",
            "<rect width=\"640\" height=\"400\" fill=\"white\"/>",
            text(Self.left, 20, curve.title, size: 14),
        ]
        lines += yAxis + xAxis + legend
        for (i, series) in seriesNames.enumerated() { lines += drawing(series, i) }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private var seriesNames: [String] {
        points.reduce(into: []) { if !$0.contains($1.series) { $0.append($1.series) } }
    }

    // MARK: Places

    private func x(_ value: Int) -> Double {
        let share = (log10(max(0.5, Double(value))) - xMin) / (xMax - xMin)
        return Self.left + share * (Self.width - Self.left - Self.right)
    }

    private func y(_ value: Double) -> Double {
        Self.height - Self.bottom - value / highest * (Self.height - Self.top - Self.bottom)
    }

    // MARK: Parts

    private func text(_ x: Double, _ y: Double, _ words: String, anchor: String = "start", size: Int = 12) -> String {
        "<text x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\">"
            + "\(words)</text>"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
        "<line x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" x2=\"\(Self.number(x2))\" "
            + "y2=\"\(Self.number(y2))\" \(style)/>"
    }

    private var yAxis: [String] {
        (0...5).flatMap { i in
            let value = highest * Double(i) / 5
            return [
                line(Self.left, y(value), Self.width - Self.right, y(value), "stroke=\"#ccc\""),
                text(Self.left - 6, y(value) + 4, Self.short(value), anchor: "end"),
            ]
        } + [text(Self.left, 40, curve.cost)]
    }

    private var xAxis: [String] {
        Set(points.map(\.x)).sorted().flatMap { value in
            [
                line(x(value), y(0), x(value), y(0) + 5, "stroke=\"black\""),
                text(x(value), y(0) + 19, Self.short(Double(value)), anchor: "middle"),
            ]
        } + [
            line(Self.left, y(0), Self.width - Self.right, y(0), "stroke=\"black\""),
            text(Self.width / 2, Self.height - 14, curve.along, anchor: "middle"),
        ]
    }

    private var legend: [String] {
        guard seriesNames.count > 1 else { return [] }
        return seriesNames.enumerated().flatMap { i, name in
            let at = Self.left + 160 + Double(i) * 150
            return [
                line(at, 36, at + 24, 36, "stroke=\"black\" stroke-dasharray=\"\(Self.dashes[i % 4])\""),
                mark(at + 12, 36, i), text(at + 30, 40, name),
            ]
        }
    }

    private func drawing(_ series: String, _ index: Int) -> [String] {
        let mine = points.filter { $0.series == series }
        let places = mine.map { "\(Self.number(x($0.x))),\(Self.number(y($0.median)))" }.joined(separator: " ")
        return [
            "<polyline points=\"\(places)\" fill=\"none\" stroke=\"black\" "
                + "stroke-dasharray=\"\(Self.dashes[index % 4])\"/>"
        ]
            + mine.flatMap {
                [
                    line(x($0.x), y($0.least), x($0.x), y($0.most), "stroke=\"black\" stroke-opacity=\"0.5\""),
                    mark(x($0.x), y($0.median), index),
                ]
            }
    }

    private func mark(_ x: Double, _ y: Double, _ index: Int) -> String {
        let at = { (dx: Double, dy: Double) in "\(Self.number(x + dx)),\(Self.number(y + dy))" }
        return switch index % 4 {
        case 0: "<circle cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"4\"/>"
        case 1:
            "<polygon points=\"\(at(-4, -4)) \(at(4, -4)) \(at(4, 4)) \(at(-4, 4))\" fill=\"white\" stroke=\"black\"/>"
        case 2: "<polygon points=\"\(at(0, -5)) \(at(5, 4)) \(at(-5, 4))\"/>"
        default:
            "<polygon points=\"\(at(0, -5)) \(at(5, 0)) \(at(0, 5)) \(at(-5, 0))\" fill=\"white\" stroke=\"black\"/>"
        }
    }

    private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

    /// 1500 as "1.5 k", 10,000,000 as "10 M".
    private static func short(_ value: Double) -> String {
        let (scaled, unit) = value >= 1e6 ? (value / 1e6, " M") : value >= 1e3 ? (value / 1e3, " k") : (value, "")
        return String(format: "%g", (scaled * 100).rounded() / 100) + unit
    }
}
