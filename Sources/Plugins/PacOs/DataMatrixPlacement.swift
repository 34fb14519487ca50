/// Where each bit of each word stands in the region of a Data Matrix (ISO/IEC 16022, annex F).
///
/// A word is eight modules in the shape of an L with its corner cut ("utah"), laid in diagonals from the top left; at
/// the edges it is wrapped to the other side, and four corners have shapes of their own.
struct DataMatrixPlacement {
    struct Place: Equatable {
        /// -1: of no word; then `bit` is the module itself, dark or light.
        var word: Int
        /// 0 is the word's highest.
        var bit: Int
    }

    private let side: Int
    private(set) var places: [Place]
    private var isSet: [Bool]
    private var word = 0

    init(side: Int) {
        self.side = side
        places = Array(repeating: Place(word: -1, bit: 0), count: side * side)
        isSet = Array(repeating: false, count: side * side)
        placeAll()
        fillRest()
    }

    private mutating func placeAll() {
        var (row, column) = (4, 0)
        repeat {
            placeCorners(row, column)
            // Up and to the right.
            repeat {
                if row < side, column >= 0, !isSet[row * side + column] { utah(row, column) }
                row -= 2
                column += 2
            } while row >= 0 && column < side
            row += 1
            column += 3
            // Down and to the left.
            repeat {
                if row >= 0, column < side, !isSet[row * side + column] { utah(row, column) }
                row += 2
                column -= 2
            } while row < side && column >= 0
            row += 3
            column += 1
        } while row < side || column < side
    }

    private mutating func placeCorners(_ row: Int, _ column: Int) {
        let last = side - 1
        if row == side, column == 0 {
            shape([
                (last, 0), (last, 1), (last, 2), (0, last - 1), (0, last), (1, last), (2, last), (3, last),
            ])
        }
        if row == side - 2, column == 0, side % 4 != 0 {
            shape([
                (last - 2, 0), (last - 1, 0), (last, 0), (0, last - 3), (0, last - 2), (0, last - 1), (0, last),
                (1, last),
            ])
        }
        if row == side - 2, column == 0, side % 8 == 4 {
            shape([
                (last - 2, 0), (last - 1, 0), (last, 0), (0, last - 1), (0, last), (1, last), (2, last), (3, last),
            ])
        }
        if row == side + 4, column == 2, side % 8 == 0 {
            shape([
                (last, 0), (last, last), (0, last - 2), (0, last - 1), (0, last), (1, last - 2), (1, last - 1),
                (1, last),
            ])
        }
    }

    /// A word whose lowest bit is at this place.
    private mutating func utah(_ row: Int, _ column: Int) {
        shape([
            (row - 2, column - 2), (row - 2, column - 1), (row - 1, column - 2), (row - 1, column - 1),
            (row - 1, column), (row, column - 2), (row, column - 1), (row, column),
        ])
    }

    private mutating func shape(_ modules: [(row: Int, column: Int)]) {
        for (bit, module) in modules.enumerated() {
            var (row, column) = module
            if row < 0 {
                row += side
                column += 4 - (side + 4) % 8
            }
            if column < 0 {
                column += side
                row += 4 - (side + 4) % 8
            }
            places[row * side + column] = Place(word: word, bit: bit)
            isSet[row * side + column] = true
        }
        word += 1
    }

    /// What is left in the lower right corner of some sizes is two dark modules on the diagonal.
    private mutating func fillRest() {
        let last = side - 1
        guard !isSet[last * side + last] else { return }
        places[last * side + last].bit = 1
        places[(last - 1) * side + last - 1].bit = 1
    }
}
