/// What a scanner types: the code alone, whatever the scanner puts around it.
enum ScanText {
    /// Typed or scanned (it can be printed as a label), it takes back the last scan.
    static let undo = "UNDO"

    /// Capital letters, no blanks, without the symbology identifier (`]C0`, `]d1`) that some scanners send first.
    static func code(_ line: String) -> [UInt8] {
        var bytes = line.utf8.filter { $0 > 0x20 && $0 != 0x7f }
        if bytes.count > 3, bytes[0] == 0x5d { bytes.removeFirst(3) }
        return bytes.map { (0x61...0x7a).contains($0) ? $0 - 0x20 : $0 }
    }
}
