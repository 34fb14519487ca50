/// What a file says that its list does not, and the other way round.
struct BlacklistDifference {
    struct Addition {
        var row: BlacklistFile.Row
        var wording: EntryTexts.Wording
        var caseBytes: [UInt8]
    }

    let list: UInt16
    var added: [Addition] = []
    var removed: [UInt32] = []

    init(list: UInt16) { self.list = list }
}
