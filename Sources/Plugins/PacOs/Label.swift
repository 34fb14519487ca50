import ANPRCore

/// A label: a barcode, with the number below it for eyes, as a drawing or as a printer's commands.
struct Label: Equatable, Sendable {
    enum Symbology: String, CaseIterable, Sendable {
        case code128
        /// For small things.
        case dataMatrix = "datamatrix"
    }

    enum Format: String, CaseIterable, Sendable { case svg, zpl }

    let text: String
    let grid: ModuleGrid
    let symbology: Symbology

    /// Nil when the barcode cannot hold the text.
    init?(_ text: [UInt8], _ symbology: Symbology) {
        let encoded = symbology == .code128 ? Code128.encode(text) : DataMatrix.encode(text)
        guard let encoded else { return nil }
        grid = encoded
        self.symbology = symbology
        self.text = String(decoding: text, as: UTF8.self)
    }

    func drawn(_ format: Format) -> String { format == .svg ? svg : zpl }

    /// How many modules high a row is drawn.
    private var rowModules: Int { symbology == .code128 ? Self.barModules : 1 }
    private static let barModules = 60
    private static let textModules = 14

    // MARK: SVG

    /// Units are modules; 0.25 mm each for bars, 0.5 mm for squares.
    private var svg: String {
        let width = grid.width + 2 * grid.quiet
        let bars = grid.height * rowModules + 2 * grid.quiet
        let textSize = symbology == .code128 ? Self.textModules : 3
        let height = bars + textSize
        let mm = symbology == .code128 ? 25 : 50
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.hundredths(width * mm))mm" \
            height="\(Self.hundredths(height * mm))mm" viewBox="0 0 \(width) \(height)">
            <rect width="\(width)" height="\(height)" fill="#fff"/>
            <path fill="#000" d="
            """
        for row in 0..<grid.height {
            for run in grid.runs(row: row) {
                let (x, y) = (run.lowerBound + grid.quiet, row * rowModules + grid.quiet)
                out += "M\(x) \(y)h\(run.count)v\(rowModules)h-\(run.count)z"
            }
        }
        out += """
            "/>
            <text x="\(width / 2)" y="\(bars + textSize / 2)" font-family="monospace" font-size="\(textSize * 3 / 4)" \
            text-anchor="middle">\(Self.escaped(text))</text>
            </svg>

            """
        return out
    }

    private static func hundredths(_ value: Int) -> String {
        let rest = value % 100
        return "\(value / 100).\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }

    // MARK: ZPL

    /// Dots of a printer with 8 dots a millimetre (203 dpi): 2 for a bar's module, 4 for a square's.
    private var dots: Int { symbology == .code128 ? 2 : 4 }

    /// The modules as they are (`^GFA`), not as text that a printer makes a barcode of: what was tested is printed.
    private var zpl: String {
        let rows = grid.height * rowModules * dots
        let bytesPerRow = (grid.width * dots + 7) / 8
        var hex = ""
        for row in 0..<grid.height {
            var bytes = Array(repeating: UInt8(0), count: bytesPerRow)
            for run in grid.runs(row: row) {
                for dot in run.lowerBound * dots..<run.upperBound * dots { bytes[dot / 8] |= 0x80 >> UInt8(dot % 8) }
            }
            let line = bytes.map(Self.hex).joined()
            for _ in 0..<rowModules * dots { hex += line + "\n" }
        }
        let margin = grid.quiet * dots
        return """
            ^XA
            ^FO\(margin),\(margin)^GFA,\(rows * bytesPerRow),\(rows * bytesPerRow),\(bytesPerRow),
            \(hex)^FS
            ^FO\(margin),\(margin * 2 + rows)^A0N,24,24^FD\(text)^FS
            ^XZ

            """
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
