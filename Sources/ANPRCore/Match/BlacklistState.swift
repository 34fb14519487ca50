import Glibc

/// What `Blacklists` guards with its lock.
struct BlacklistState: ~Copyable {
    struct List {
        var name: String
        var tolerance: Tolerance
        var route: EntryRoute
        var entries = 0
    }

    private let store: EntryStore
    private let shards: Int
    private var lists: [List] = []
    private var texts = EntryTexts()
    private var index = EntryIndex()
    /// Canonical text of each pattern entry.
    private var patterns: [UInt32: String] = [:]
    private var patternsChanged = false
    private(set) var patternTable = PatternTable.none
    /// Of each shard's table: what is in it counting removed slots, and what fits.
    private var loads: [(used: Int, capacity: Int, bytes: Int)]
    private var posted: [Int]
    /// The entries of what each watcher wants.
    private var watched: [Int: [WatchedPlate: UInt32]] = [:]
    private var quarantine: [(number: UInt32, shard: Int, posted: Int, sinceNs: Nanoseconds)] = []

    /// A removed entry's number is not given away again for this long: a plugin may still be asking for its texts.
    static let quarantineNs: Nanoseconds = 600 * .second

    init(store: EntryStore, shards: Int) {
        self.store = store
        self.shards = shards
        loads = Array(repeating: (0, 0, 0), count: shards)
        posted = Array(repeating: 0, count: shards)
    }

    // MARK: Loading

    /// All or nothing; before a shard is told of any entry.
    mutating func load(_ configurations: [BlacklistConfiguration]) throws {
        let (listsBefore, entriesBefore) = (lists.count, UInt32(store.count))
        do { try loadEach(configurations) } catch {
            forget(from: entriesBefore)
            lists.removeLast(lists.count - listsBefore)
            throw error
        }
        rebuildPatternsIfChanged()
    }

    private mutating func loadEach(_ configurations: [BlacklistConfiguration]) throws {
        var problems = InputProblems()
        for configuration in configurations {
            let list = try addList(configuration.name, configuration.tolerance, .hits)
            do { try load(configuration, list: list) } catch let error as InputProblems { problems.add(error) }
        }
        if !problems.isEmpty { throw problems }
    }

    /// Takes back entries that no shard has heard of: their numbers are free at once, the lowest first.
    private mutating func forget(from first: UInt32) {
        for number in (first..<UInt32(store.count)).reversed() {
            let entry = store[number]
            if entry.kind == .plate { index.remove(number, plate: entry.plate) } else { patterns[number] = nil }
            store.markRemoved(number)
            store.reuse(number)
        }
    }

    private mutating func addList(
        _ name: String, _ tolerance: Tolerance, _ route: EntryRoute
    ) throws(BlacklistError) -> UInt16 {
        guard lists.count < Limits.listsMax else { throw .tooManyLists }
        lists.append(List(name: name, tolerance: tolerance, route: route))
        store.name(list: UInt16(lists.count - 1), name)
        return UInt16(lists.count - 1)
    }

    private mutating func load(_ configuration: BlacklistConfiguration, list: UInt16) throws {
        let bytes = try FileBytes(path: configuration.path)
        var file = try BlacklistFile(
            file: configuration.path, bytes: bytes.bytes, defaultCase: configuration.defaultCase)
        var wording: UInt32 = 0
        while let row = file.next() {
            if file.wordingChanged { wording = texts.number(of: file.wording) }
            guard let caseAt = texts.add(case: file.caseBytes) else { throw BlacklistError.full }
            _ = try add(row, list: list, wording: wording, caseAt: caseAt)
        }
        if !file.problems.isEmpty { throw file.problems }
        try checkBroad(list)
    }

    private func checkBroad(_ list: UInt16, adding count: Int = 0) throws(BlacklistError) {
        let it = lists[Int(list)]
        if it.tolerance == .broad, it.entries + count > Tolerance.broadEntriesMax { throw .broadListTooLong(it.name) }
    }

    /// Stores a row; returns its number. The shards are not told.
    private mutating func add(
        _ row: BlacklistFile.Row, list: UInt16, wording: UInt32, caseAt: UInt32
    ) throws(BlacklistError) -> UInt32 {
        var entry = Entry(
            plate: .none, fromS: row.fromS, toS: row.toS, caseAt: caseAt, wording: wording, list: list,
            country: row.country, priority: row.priority, tolerance: lists[Int(list)].tolerance,
            route: lists[Int(list)].route, kind: .plate)
        if case .plate(let plate) = row.mark { entry.plate = plate } else { entry.kind = .pattern }
        // A pattern is named by its text.
        if case .pattern(let text) = row.mark { entry.plate = Plate(word: EntryStore.hash(text)) }
        guard let number = store.add(entry) else { throw .full }
        switch row.mark {
        case .plate:
            index.insert(number, in: store)
            if entry.tolerance == .broad { patternsChanged = true }
        case .pattern(let text):
            patterns[number] = text
            patternsChanged = true
        }
        lists[Int(list)].entries += 1
        return number
    }

    // MARK: Tables

    /// A new table of everything that belongs to a shard.
    mutating func buildTable(shard: Int) -> BlacklistTable {
        let folds = FoldTable()
        let table = BlacklistTable(entries: plateCount(of: shard, folds))
        // WHY: the lines that an insertion touches are fetched some entries ahead; without it the load waits for
        // memory.
        let ahead = 16
        var waiting = InlineArray<16, (UInt32, UInt64)>(repeating: (0, 0))
        var n = 0
        forEachPlate(of: shard, folds) { number, skeleton in
            if n >= ahead {
                let (old, word) = waiting[n & (ahead - 1)]
                _ = table.insert(old, skeleton: Skeleton(word: word))
            }
            table.prefetchForInsert(skeleton)
            waiting[n & (ahead - 1)] = (number, skeleton.word)
            n += 1
        }
        for i in max(0, n - ahead)..<n {
            let (old, word) = waiting[i & (ahead - 1)]
            _ = table.insert(old, skeleton: Skeleton(word: word))
        }
        loads[shard] = (table.load, table.capacity, table.bytes)
        return table
    }

    private func plateCount(of shard: Int, _ folds: borrowing FoldTable) -> Int {
        var count = 0
        if shards == 1 {
            // Whatever their skeletons are.
            forEachPlate { _, _ in count += 1 }
        } else {
            forEachPlate(of: shard, folds) { _, _ in count += 1 }
        }
        return count
    }

    private func forEachPlate(of shard: Int, _ folds: borrowing FoldTable, _ body: (UInt32, Skeleton) -> Void) {
        forEachPlate { number, entry in
            let skeleton = folds.skeleton(of: entry.plate)
            if skeleton.shard(of: shards) == shard { body(number, skeleton) }
        }
    }

    /// Entries that are plates and not removed, in the order of their numbers.
    private func forEachPlate(_ body: (UInt32, Entry) -> Void) {
        for number in 0..<UInt32(store.count) where !store.isRemoved(number) {
            let entry = store[number]
            if entry.kind == .plate { body(number, entry) }
        }
    }

    private mutating func rebuildPatternsIfChanged() {
        guard patternsChanged else { return }
        patternsChanged = false
        var inputs = patterns.sorted { $0.key < $1.key }.map { PatternTable.Input(entry: $0.key, text: $0.value) }
        if lists.contains(where: { $0.tolerance == .broad && $0.entries > 0 }) {
            forEachPlate { number, entry in
                guard entry.tolerance == .broad else { return }
                inputs += BroadEdits.patterns(of: entry.plate).map { PatternTable.Input(entry: number, text: $0) }
            }
        }
        patternTable = PatternTable(inputs)
    }

    // MARK: Changes

    mutating func apply(
        _ changes: [BlacklistChange], _ applied: [Int], _ nowNs: Nanoseconds
    ) throws(BlacklistError) -> [[Matcher.Order]] {
        recycle(applied, nowNs)
        index.make(from: store)
        // Everything is checked before anything is done.
        var rows: [(list: UInt16, row: BlacklistFile.Row, details: EntryDetails)?] = []
        var old: [UInt32?] = []
        // Each change that names an entry takes another one, or two changes of one entry would leave two.
        var named: Set<UInt32> = []
        for change in changes {
            switch change {
            case .add(let details):
                rows.append(try Self.row(details, lists))
                old.append(nil)
            case .remove(let list, let mark, let caseNumber):
                rows.append(nil)
                old.append(try find(list: list, mark: mark, caseNumber: caseNumber, except: &named))
            case .change(let details):
                rows.append(try Self.row(details, lists))
                old.append(
                    try find(list: details.list, mark: details.mark, caseNumber: details.caseNumber, except: &named))
            }
        }
        var adding: [UInt16: Int] = [:]
        for row in rows { if let row { adding[row.list, default: 0] += 1 } }
        for number in named { adding[store[number].list, default: 0] -= 1 }
        for (list, count) in adding { try checkBroad(list, adding: count) }
        var orders = OrderBatch(shards: shards)
        for i in changes.indices {
            if let new = rows[i] {
                let wording = texts.number(
                    of: .init(
                        reason: new.details.reason, action: new.details.action, audience: new.details.audience,
                        isCovert: new.details.isCovert))
                guard let caseAt = texts.add(case: Array(new.details.caseNumber.utf8.prefix(255))) else { throw .full }
                insert(try add(new.row, list: new.list, wording: wording, caseAt: caseAt), &orders)
            }
            if let number = old[i] { remove(number, &orders, nowNs) }
        }
        return finish(&orders)
    }

    private static func row(
        _ details: EntryDetails, _ lists: [List]
    ) throws(BlacklistError) -> (UInt16, BlacklistFile.Row, EntryDetails) {
        guard let list = lists.firstIndex(where: { $0.name == details.list && $0.route == .hits }) else {
            throw .unknownList(details.list)
        }
        let row = BlacklistFile.Row(
            mark: try mark(details.mark), country: details.country, fromS: seconds(from: details.validFromNs),
            toS: seconds(to: details.validToNs), priority: min(details.priority, 100))
        return (UInt16(list), row, details)
    }

    static func mark(_ text: String) throws(BlacklistError) -> BlacklistFile.Mark {
        if text.contains("*") || text.contains("?") {
            do throws(PatternError) { return .pattern(try PlatePattern(text).description) } catch {
                throw .badMark(text, "\(error)")
            }
        }
        do throws(PlateError) { return .plate(try Plate(text)) } catch { throw .badMark(text, "\(error)") }
    }

    /// The second that holds the instant: an entry is never in force too short; who needs the instant itself judges
    /// again.
    static func seconds(from ns: Nanoseconds) -> UInt32 { ns <= 0 ? 0 : UInt32(clamping: ns / .second) }
    static func seconds(to ns: Nanoseconds) -> UInt32 {
        ns <= 0 ? 0 : UInt32(clamping: ns / .second + (ns % .second == 0 ? 0 : 1))
    }

    private func find(
        list: String, mark: String, caseNumber: String, except named: inout Set<UInt32>
    ) throws(BlacklistError) -> UInt32 {
        guard let listIndex = lists.firstIndex(where: { $0.name == list && $0.route == .hits }) else {
            throw .unknownList(list)
        }
        let others = named
        let found: UInt32? =
            switch try Self.mark(mark) {
            case .plate(let plate):
                index.first(of: plate) { number in
                    let entry = store[number]
                    return entry.plate == plate && Int(entry.list) == listIndex && !others.contains(number)
                        && texts.caseNumber(at: entry.caseAt) == caseNumber
                }
            case .pattern(let text):
                patterns.first {
                    $0.value == text && Int(store[$0.key].list) == listIndex && !others.contains($0.key)
                        && texts.caseNumber(at: store[$0.key].caseAt) == caseNumber
                }?.key
            }
        guard let found else { throw .noSuchEntry(list: list, mark: mark, caseNumber: caseNumber) }
        named.insert(found)
        return found
    }

    private mutating func insert(_ number: UInt32, _ orders: inout OrderBatch) {
        let entry = store[number]
        guard entry.kind == .plate else { return }
        let skeleton = entry.plate.skeleton
        let shard = skeleton.shard(of: shards)
        loads[shard].used += 1
        orders.orders[shard].append(.insert(number, skeleton))
    }

    private mutating func remove(_ number: UInt32, _ orders: inout OrderBatch, _ nowNs: Nanoseconds) {
        let entry = store[number]
        store.markRemoved(number)
        lists[Int(entry.list)].entries -= 1
        orders.nowNs = nowNs
        guard entry.kind == .plate else {
            patterns[number] = nil
            patternsChanged = true
            orders.removed.append((number, 0))
            return
        }
        if entry.tolerance == .broad { patternsChanged = true }
        index.remove(number, plate: entry.plate)
        let skeleton = entry.plate.skeleton
        let shard = skeleton.shard(of: shards)
        orders.orders[shard].append(.remove(number, skeleton))
        orders.removed.append((number, shard))
    }

    /// Adds what the changes entail: larger tables, patterns; and keeps the books.
    private mutating func finish(_ orders: inout OrderBatch) -> [[Matcher.Order]] {
        for shard in 0..<shards where loads[shard].used > loads[shard].capacity {
            // The new table holds every change already, so it stands in for the single orders.
            orders.orders[shard] = [.table(buildTable(shard: shard))]
        }
        if patternsChanged {
            rebuildPatternsIfChanged()
            for shard in 0..<shards { orders.orders[shard].append(.patterns(patternTable)) }
        }
        for shard in 0..<shards { posted[shard] += orders.orders[shard].count }
        for (number, shard) in orders.removed {
            quarantine.append((number, shard, posted[shard], orders.nowNs))
        }
        return orders.orders
    }

    /// Numbers that nobody can name any more are free again.
    private mutating func recycle(_ applied: [Int], _ nowNs: Nanoseconds) {
        var done = 0
        for old in quarantine {
            // A pattern was told to every shard, a plate to its own; the wait covers both.
            guard applied[old.shard] >= old.posted, nowNs - old.sinceNs >= Self.quarantineNs else { break }
            store.reuse(old.number)
            done += 1
        }
        quarantine.removeFirst(done)
    }

    // MARK: Reloading

    mutating func reload(
        _ configurations: [BlacklistConfiguration], _ applied: [Int], _ nowNs: Nanoseconds
    ) throws -> [[Matcher.Order]] {
        recycle(applied, nowNs)
        index.make(from: store)
        var problems = InputProblems()
        var differences: [BlacklistDifference] = []
        for configuration in configurations {
            do { differences.append(try difference(configuration)) } catch let error as InputProblems {
                problems.add(error)
            }
        }
        // Nothing is half loaded: one faulty file, and every list stays as it is.
        if !problems.isEmpty { throw problems }
        for difference in differences {
            try checkBroad(difference.list, adding: difference.added.count - difference.removed.count)
        }
        var orders = OrderBatch(shards: shards)
        for difference in differences { try take(difference, &orders, nowNs) }
        return finish(&orders)
    }

    private mutating func take(
        _ difference: BlacklistDifference, _ orders: inout OrderBatch, _ nowNs: Nanoseconds
    ) throws(BlacklistError) {
        let list = difference.list
        for new in difference.added {
            let wording = texts.number(of: new.wording)
            guard let caseAt = texts.add(case: new.caseBytes) else { throw .full }
            insert(try add(new.row, list: list, wording: wording, caseAt: caseAt), &orders)
        }
        for number in difference.removed { remove(number, &orders, nowNs) }
    }

    /// What a list's file says that the list does not, and the other way round.
    private mutating func difference(_ configuration: BlacklistConfiguration) throws -> BlacklistDifference {
        guard let listIndex = lists.firstIndex(where: { $0.name == configuration.name && $0.route == .hits }) else {
            throw InputProblems(
                file: configuration.path, "list '\(configuration.name)' is new; a new list needs a restart")
        }
        let bytes = try FileBytes(path: configuration.path)
        var file = try BlacklistFile(
            file: configuration.path, bytes: bytes.bytes, defaultCase: configuration.defaultCase)
        var difference = BlacklistDifference(list: UInt16(listIndex))
        var kept: Set<UInt32> = []
        while let row = file.next() {
            if let same = find(row, list: UInt16(listIndex), file.wording, Array(file.caseBytes), except: kept) {
                kept.insert(same)
            } else {
                difference.added.append(.init(row: row, wording: file.wording, caseBytes: Array(file.caseBytes)))
            }
        }
        if !file.problems.isEmpty { throw file.problems }
        for number in 0..<UInt32(store.count)
        where !store.isRemoved(number) && Int(store[number].list) == listIndex && !kept.contains(number) {
            difference.removed.append(number)
        }
        return difference
    }

    /// An entry that says the same as a row.
    private func find(
        _ row: BlacklistFile.Row, list: UInt16, _ wording: EntryTexts.Wording, _ caseBytes: [UInt8],
        except kept: Set<UInt32>
    ) -> UInt32? {
        func isSame(_ number: UInt32) -> Bool {
            let entry = store[number]
            return entry.list == list && entry.fromS == row.fromS && entry.toS == row.toS
                && entry.country == row.country && entry.priority == row.priority
                && texts.wordings[Int(entry.wording)] == wording
                && texts.caseBytes(at: entry.caseAt).elementsEqual(caseBytes)
                && !kept.contains(number)
        }
        return switch row.mark {
        case .plate(let plate): index.first(of: plate) { store[$0].plate == plate && isSame($0) }
        case .pattern(let text): patterns.first { $0.value == text && isSame($0.key) }?.key
        }
    }

    // MARK: Watching

    mutating func watch(
        _ plates: [WatchedPlate], watcher: Int, name: String, _ applied: [Int], _ nowNs: Nanoseconds
    ) throws(BlacklistError) -> [[Matcher.Order]] {
        precondition(watcher >= 0 && watcher < Limits.watchersMax)
        recycle(applied, nowNs)
        let route = EntryRoute.watcher(watcher)
        let list: UInt16
        if let known = lists.firstIndex(where: { $0.route == route }) {
            list = UInt16(known)
        } else {
            list = try addList("watched by \(name)", .exact, route)
        }
        var orders = OrderBatch(shards: shards)
        var entries = watched[watcher] ?? [:]
        var gone = entries
        let wording = texts.number(of: .init(reason: "watched", action: "", audience: name, isCovert: true))
        for plate in plates where !plate.plate.isNone {
            gone[plate] = nil
            guard entries[plate] == nil else { continue }
            let row = BlacklistFile.Row(
                mark: .plate(plate.plate), country: .unknown, fromS: Self.seconds(from: plate.fromNs),
                toS: Self.seconds(to: plate.toNs), priority: 50)
            let number = try add(row, list: list, wording: wording, caseAt: 0)
            insert(number, &orders)
            entries[plate] = number
        }
        for (plate, number) in gone.sorted(by: { $0.value < $1.value }) {
            remove(number, &orders, nowNs)
            entries[plate] = nil
        }
        watched[watcher] = entries
        return finish(&orders)
    }

    // MARK: Looking

    func details(of number: UInt32) -> EntryDetails? {
        guard number < store.count else { return nil }
        let entry = store[number]
        let wording = texts.wordings[Int(entry.wording)]
        return EntryDetails(
            list: lists[Int(entry.list)].name, mark: patterns[number] ?? entry.plate.description,
            country: entry.country,
            reason: wording.reason, caseNumber: texts.caseNumber(at: entry.caseAt), priority: entry.priority,
            validFromNs: entry.fromS == 0 ? .min : Nanoseconds(entry.fromS) * .second,
            validToNs: entry.toS == .max ? .max : Nanoseconds(entry.toS) * .second, action: wording.action,
            audience: wording.audience, isCovert: wording.isCovert)
    }

    func listName(_ list: UInt16) -> String { Int(list) < lists.count ? lists[Int(list)].name : "" }
    var entryCount: Int { lists.reduce(0) { $0 + ($1.route == .hits ? $1.entries : 0) } }
    var bytes: Int {
        store.bytes + texts.bytes + index.bytes + patternTable.bytes + loads.reduce(0) { $0 + $1.bytes }
    }
    var counts: [(list: String, entries: Int)] { lists.filter { $0.route == .hits }.map { ($0.name, $0.entries) } }
}
