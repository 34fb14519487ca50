import Testing

@testable import ANPRCore

/// What the lists must hold while they are changed: entries by the number that the engine gives them.
struct ListModel {
    private(set) var entries: [UInt32: EntryDetails] = [:]
    /// Numbers are given in order; none comes again within these tests' time.
    private var nextNumber: UInt32 = 0

    mutating func add(_ details: EntryDetails) {
        entries[nextNumber] = details
        nextNumber += 1
    }

    mutating func remove(_ number: UInt32) { entries[number] = nil }

    func any(_ random: inout Random) -> (number: UInt32, details: EntryDetails)? {
        guard !entries.isEmpty else { return nil }
        let number = entries.keys.sorted()[random.below(entries.count)]
        return entries[number].map { (number, $0) }
    }

    private func naive(_ details: EntryDetails) -> NaiveEntry? {
        guard let i = ListScene.lists.firstIndex(where: { $0.name == details.list }) else { return nil }
        return details.naive(list: i, tolerance: ListScene.lists[i].tolerance)
    }

    var naive: [UInt32: NaiveEntry] { entries.compactMapValues(naive) }

    /// A list's file as the model has it.
    func csv(_ list: String) -> String {
        let mine = entries.sorted { $0.key < $1.key }.map(\.value).filter { $0.list == list }
        return ([EntryDetails.csvHeader] + mine.map(\.csvRow)).joined(separator: "\n")
    }

    /// Holds counts and every entry's texts against the engine's.
    func check(_ blacklists: Blacklists, _ comment: Comment, location: SourceLocation = #_sourceLocation) {
        #expect(blacklists.entryCount == entries.count, comment, sourceLocation: location)
        for (number, details) in entries {
            let found = blacklists.details(of: number)
            #expect(found == details, comment, sourceLocation: location)
        }
    }
}
