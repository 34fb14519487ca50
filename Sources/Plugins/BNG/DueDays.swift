/// Records by the day on which their time is over. Follows from the records, and is in no snapshot.
///
/// A record is put in once, and when its day comes it is moved to the day that it has got meanwhile: new facts about it
/// cost nothing here.
struct DueDays {
    private var records: [Int32: [UInt32]] = [:]
    /// Taken out and not dealt with yet, as far as is known.
    private var pending: [UInt32] = []

    mutating func add(_ record: UInt32, day: Int32) { records[day, default: []].append(record) }

    /// Records that are due by a day, in order, at most so many. They come again until they are due no more.
    /// - Parameter dueDay: of a record; nil: it has none any more.
    mutating func due(_ today: Int32, max: Int, dueDay: (UInt32) -> Int32?) -> [UInt32] {
        var found = Set(pending.filter { dueDay($0).map { $0 <= today } ?? false })
        for day in records.keys.filter({ $0 <= today }).sorted() {
            guard var left = records.removeValue(forKey: day) else { continue }
            while found.count < max, let record = left.popLast() {
                guard let due = dueDay(record) else { continue }
                if due <= today { found.insert(record) } else { add(record, day: due) }
            }
            if !left.isEmpty { records[day] = left }
            if found.count == max { break }
        }
        pending = found.sorted()
        return pending
    }

    var memoryBytes: Int { records.values.reduce(0) { $0 + $1.capacity * 4 + 64 } }
}
