/// What tolerance `broad` adds to `balanced`: the patterns of all plates that are one edit away.
enum BroadEdits {
    /// One character replaced, one added (when there is room), one missing. Nothing for plates shorter than four
    /// characters.
    static func patterns(of plate: Plate) -> [String] {
        let text = Array(plate.description)
        guard text.count >= Tolerance.lookAlikeCharactersMin else { return [] }
        var out: Set<String> = []
        for i in text.indices {
            out.insert(String(text[..<i]) + "?" + String(text[(i + 1)...]))
            out.insert(String(text[..<i]) + String(text[(i + 1)...]))
        }
        if text.count < Limits.plateCharactersMax {
            for i in 0...text.count { out.insert(String(text[..<i]) + "?" + String(text[i...])) }
        }
        return out.sorted()
    }
}
