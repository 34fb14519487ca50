/// Data Matrix ECC 200 (ISO/IEC 16022): the square symbols of one region, which hold up to 88 digits.
enum DataMatrix {
    /// A symbol's side, finder included, and its words.
    private static let symbols: [(side: Int, data: Int, check: Int)] = [
        (10, 3, 5), (12, 5, 7), (14, 8, 10), (16, 12, 12), (18, 18, 14), (20, 22, 18), (22, 30, 20), (24, 36, 24),
        (26, 44, 28),
    ]
    private static let quietModules = 2
    private static let pad: UInt8 = 129

    /// The smallest symbol that holds the text. Nil when it is empty, holds more than ASCII, or fits in none.
    static func encode(_ text: [UInt8]) -> ModuleGrid? {
        guard let data = words(text), let symbol = symbols.first(where: { $0.data >= data.count }) else { return nil }
        let padded = padded(data, to: symbol.data)
        let all = padded + ReedSolomon().checkWords(padded, count: symbol.check)
        return grid(all, side: symbol.side)
    }

    /// ASCII encodation: two digits are one word (130 and their value), any other character is its code and 1.
    static func words(_ text: [UInt8]) -> [UInt8]? {
        guard !text.isEmpty, text.allSatisfy({ $0 < 0x80 }) else { return nil }
        func isDigit(_ i: Int) -> Bool { i < text.count && (0x30...0x39).contains(text[i]) }
        var words: [UInt8] = []
        var at = 0
        while at < text.count {
            if isDigit(at), isDigit(at + 1) {
                words.append(130 + (text[at] - 0x30) * 10 + (text[at + 1] - 0x30))
                at += 2
            } else {
                words.append(text[at] + 1)
                at += 1
            }
        }
        return words
    }

    /// Pads after the first are spread by their place, so that a short text leaves no pattern.
    private static func padded(_ data: [UInt8], to count: Int) -> [UInt8] {
        var words = data
        if words.count < count { words.append(pad) }
        while words.count < count {
            let spread = Int(pad) + (149 * (words.count + 1)) % 253 + 1
            words.append(UInt8(spread <= 254 ? spread : spread - 254))
        }
        return words
    }

    private static func grid(_ words: [UInt8], side: Int) -> ModuleGrid {
        var grid = ModuleGrid(width: side, height: side, quiet: quietModules)
        for i in 0..<side {
            grid[i, 0] = true
            grid[side - 1, i] = true
            grid[0, i] = i % 2 == 0
            grid[i, side - 1] = i % 2 == 1
        }
        let places = DataMatrixPlacement(side: side - 2).places
        for row in 0..<side - 2 {
            for column in 0..<side - 2 {
                let place = places[row * (side - 2) + column]
                grid[row + 1, column + 1] =
                    place.word >= 0 ? words[place.word] >> UInt8(7 - place.bit) & 1 == 1 : place.bit == 1
            }
        }
        return grid
    }
}
