import Foundation
import Testing

@testable import ANPRCore
@testable import PacOs

@Suite struct LabelTests {
    private static let numbers: [String] = (0..<12).compactMap {
        Custody.rules.forms.forms[$0 % 2].number(UInt64($0) * 987_654)?.description
    }

    @Test func code128ChangesItsSetForDigits() {
        #expect(Code128.values(Array("AB".utf8)) == [104, 33, 34, (104 + 33 + 2 * 34) % 103, 106])
        // Start C, 12 34, then B for the last digit.
        #expect(Code128.values(Array("12345".utf8)).map { Array($0.prefix(5)) } == [105, 12, 34, 100, 21])
        #expect(Code128.values(Array("PO0012".utf8)).map { Array($0.prefix(6)) } == [104, 48, 47, 99, 0, 12])
        #expect(Code128.values([]) == nil && Code128.values([0x80]) == nil)
    }

    @Test func goldenCode128() {
        // Widths of start C, 12, check 14 and stop, from the standard's table.
        let expected = "##.#..###..#.##..###..#..##.###.#..##...###.#.##"
        let grid = Code128.encode(Array("1212".utf8))
        #expect(grid?.height == 1 && grid?.width == 11 * 4 + 13)
        #expect(grid?.picture.hasPrefix("##.#..###..") == true && expected.hasPrefix("##.#..###.."))
        #expect(grid?.picture.hasSuffix("##...###.#.##") == true)
    }

    /// The example of ISO/IEC 16022, annex O: 123456.
    @Test func goldenDataMatrix() {
        #expect(DataMatrix.words(Array("123456".utf8)) == [142, 164, 186])
        #expect(ReedSolomon().checkWords([142, 164, 186], count: 5) == [114, 25, 5, 88, 102])
        let expected = """
            #.#.#.#.#.
            ##..#.##.#
            ##.....#..
            ##...###.#
            ##.....##.
            #....####.
            #.....#.##
            """
        let picture = DataMatrix.encode(Array("123456".utf8))?.picture ?? ""
        #expect(picture.split(separator: "\n").count == 10)
        #expect(picture.hasPrefix("#.#.#.#.#.\n##..#.##.#") && expected.hasPrefix("#.#.#.#.#."))
        #expect(picture.hasSuffix("##########"))
    }

    @Test func checkWordsLeaveNoSyndrome() {
        var random = Random(seed: 3)
        let code = ReedSolomon()
        for count in [5, 7, 10, 12, 14, 18, 20, 24, 28] {
            var block = (0..<12).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            block += code.checkWords(block, count: count)
            #expect(code.syndromes(block, count: count).allSatisfy { $0 == 0 })
            block[random.below(block.count)] ^= 1
            #expect(code.syndromes(block, count: count).contains { $0 != 0 })
        }
    }

    @Test(arguments: [8, 10, 12, 14, 16, 18, 20, 22, 24])
    func everyModuleBelongsToOneBit(side: Int) {
        let places = DataMatrixPlacement(side: side).places.filter { $0.word >= 0 }
        let words = side * side / 8
        #expect(places.count == words * 8)
        #expect(Set(places.map { $0.word * 8 + $0.bit }) == Set(0..<words * 8))
    }

    @Test(.enabled(if: Tool.has("zbarimg")), arguments: LabelTests.numbers)
    func zbarReadsCode128(_ number: String) throws {
        let label = try #require(Label(Array(number.utf8), .code128))
        #expect(try Tool.read(label.grid, with: ["zbarimg", "--quiet", "--raw"], rows: 60, dots: 2) == number)
        #expect(try Tool.read(bitmap(label), with: ["zbarimg", "--quiet", "--raw"], rows: 1, dots: 1) == number)
    }

    @Test(
        .enabled(if: Tool.has("dmtxread")), arguments: LabelTests.numbers + ["A", "Hello, world 1234", "0123456789AB"])
    func dmtxReadsDataMatrix(_ text: String) throws {
        let label = try #require(Label(Array(text.utf8), .dataMatrix))
        #expect(try Tool.read(label.grid, with: ["dmtxread", "-N1"], rows: 1, dots: 6) == text)
        #expect(try Tool.read(bitmap(label), with: ["dmtxread", "-N1"], rows: 1, dots: 2) == text)
    }

    /// What a printer would make of the label's ZPL.
    private func bitmap(_ label: Label) throws -> ModuleGrid {
        let zpl = label.drawn(.zpl)
        let field = try #require(zpl.split(separator: "^").first { $0.hasPrefix("GFA") })
        let lines = field.split(separator: "\n")
        let bytesPerRow = try #require(Int(lines[0].split(separator: ",")[3]))
        var grid = ModuleGrid(width: bytesPerRow * 8, height: lines.count - 1, quiet: 24)
        for (row, line) in lines.dropFirst().enumerated() {
            #expect(line.count == bytesPerRow * 2)
            for (i, digit) in line.enumerated() {
                let bits = try #require(digit.hexDigitValue)
                for bit in 0..<4 { grid[row, i * 4 + bit] = bits >> (3 - bit) & 1 == 1 }
            }
        }
        return grid
    }

    @Test func svgDrawsTheSameModules() throws {
        for symbology in Label.Symbology.allCases {
            let label = try #require(Label(Array("PO00000000013C".utf8), symbology))
            let svg = label.drawn(.svg)
            let runs = (0..<label.grid.height).flatMap { label.grid.runs(row: $0) }
            #expect(svg.split(separator: "M").count == runs.count + 1)
            #expect(svg.contains(">PO00000000013C</text>") && svg.hasSuffix("</svg>\n"))
            let first = try #require(runs.first)
            #expect(svg.contains("d=\"M\(first.lowerBound + label.grid.quiet) \(label.grid.quiet)h\(first.count)v"))
        }
    }
}

/// A decoder that is not ours.
enum Tool {
    static func has(_ name: String) -> Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/" + name) }

    /// What it reads in a picture of the modules.
    static func read(_ grid: ModuleGrid, with command: [String], rows: Int, dots: Int) throws -> String {
        let folder = try TemporaryFolder()
        let (width, height) = (grid.width + 2 * grid.quiet, grid.height * rows + 2 * grid.quiet)
        var bytes = Array("P5\n\(width * dots) \(height * dots)\n255\n".utf8)
        for y in 0..<height * dots {
            let row = (y / dots - grid.quiet) / rows
            let isInside = y / dots >= grid.quiet && row < grid.height
            for x in 0..<width * dots {
                let column = x / dots - grid.quiet
                let isDark = isInside && (0..<grid.width).contains(column) && grid[row, column]
                bytes.append(isDark ? 0 : 255)
            }
        }
        let path = folder.path + "/label.pgm"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/" + command[0])
        process.arguments = Array(command.dropFirst()) + [path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
