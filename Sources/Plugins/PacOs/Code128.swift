/// Code 128 (ISO/IEC 15417): code set B for characters, C for pairs of digits; a check symbol by 103.
enum Code128 {
    /// Widths of bars and spaces, by value; 103 to 105 start in set A, B, C; 106 stops.
    private static let widths: [StaticString] = [
        "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
        "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
        "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
        "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
        "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
        "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
        "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
        "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
        "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
        "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112",
    ]
    private static let toC = 99
    private static let toB = 100
    private static let startB = 104
    private static let startC = 105
    private static let stop = 106
    private static let quietModules = 10
    /// Digits in a row from which a change of set is worth its symbol.
    private static let digitsMin = 4
    static let charactersMax = 48

    /// Nil when the text is empty, too long, or holds what set B has not (it has the printable characters of ASCII).
    static func encode(_ text: [UInt8]) -> ModuleGrid? {
        guard let values = values(text) else { return nil }
        let widths = values.flatMap { value -> [Int] in
            UnsafeBufferPointer(start: Self.widths[value].utf8Start, count: Self.widths[value].utf8CodeUnitCount)
                .map { Int($0) - 0x30 }
        }
        var grid = ModuleGrid(width: widths.reduce(0, +), height: 1, quiet: quietModules)
        var column = 0
        for (i, width) in widths.enumerated() {
            if i % 2 == 0 { for dark in column..<column + width { grid[0, dark] = true } }
            column += width
        }
        return grid
    }

    /// The symbols' values: start, data, check, stop.
    static func values(_ text: [UInt8]) -> [Int]? {
        guard (1...charactersMax).contains(text.count), text.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            return nil
        }
        var values: [Int] = []
        var isC = false
        var at = 0
        while at < text.count {
            let digits = text[at...].prefix { (0x30...0x39).contains($0) }.count
            // WHY: an odd run in set C would leave one digit over, so it is begun one digit later.
            if !isC, digits >= digitsMin, digits % 2 == 0 || values.isEmpty {
                values.append(values.isEmpty ? startC : toC)
                isC = true
            } else if isC, digits < 2 {
                values.append(toB)
                isC = false
            } else if values.isEmpty {
                values.append(startB)
            }
            if isC {
                values.append(Int(text[at] - 0x30) * 10 + Int(text[at + 1] - 0x30))
                at += 2
            } else {
                values.append(Int(text[at]) - 0x20)
                at += 1
            }
        }
        let sum = values.enumerated().reduce(0) { $0 + max(1, $1.offset) * $1.element }
        return values + [sum % 103, stop]
    }
}
