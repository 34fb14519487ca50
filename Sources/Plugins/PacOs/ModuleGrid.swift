/// A barcode as its modules, dark or light: row by row from the top. A linear one has a single row.
struct ModuleGrid: Equatable, Sendable {
    let width: Int
    let height: Int
    private var modules: [Bool]
    /// Light modules that must stay around it.
    let quiet: Int

    init(width: Int, height: Int, quiet: Int) {
        self.width = width
        self.height = height
        self.quiet = quiet
        modules = Array(repeating: false, count: width * height)
    }

    subscript(row: Int, column: Int) -> Bool {
        get { modules[row * width + column] }
        set { modules[row * width + column] = newValue }
    }

    /// The runs of dark modules of a row.
    func runs(row: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start: Int?
        for column in 0...width {
            let isDark = column < width && self[row, column]
            if isDark, start == nil { start = column }
            if !isDark, let from = start {
                runs.append(from..<column)
                start = nil
            }
        }
        return runs
    }

    /// `#` and `.`, a line a row: for tests and for eyes.
    var picture: String {
        (0..<height).map { row in String((0..<width).map { self[row, $0] ? "#" : "." }) }.joined(separator: "\n")
    }
}
