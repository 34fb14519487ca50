import ANPRCore
import Glibc

/// Memory and time of a register with so many invented persons: what docs/plugins/BNG.md states.
struct RegisterMeasure {
    private let persons: Int
    private let seed: UInt64
    private static let searches = 2000

    init(persons: Int, seed: UInt64) {
        self.persons = persons
        self.seed = seed
    }

    func run(_ output: (String, Int) throws -> Void, progress: (Double) -> Void) throws {
        let residentBefore = Self.residentBytes()
        var register = Register()
        var sample = SampleRecords(seed: seed)
        var spentNs: Nanoseconds = 0
        for number in 1...persons {
            let event = Self.event(UInt32(number), sample.person())
            let startNs = Clock.monotonicNs()
            try register.apply(event)
            spentNs += Clock.monotonicNs() - startNs
            if number % 100_000 == 0 { progress(Double(number) / Double(persons)) }
        }
        try output("persons", persons)
        try output("names", register.names.names.count)
        try output("apply_ns_a_person", Int(spentNs) / persons)
        try output("columns_bytes_a_person", register.memoryBytes / persons)
        try output("resident_bytes_a_person", (Self.residentBytes() - residentBefore) / persons)
        try search(register, output)
        try snapshot(register, output)
    }

    private static func event(_ number: UInt32, _ person: SampleRecords.Person) -> BNGEvent {
        .recorded(
            number: number, .person, key: person.identity,
            NewVersion(
                atNs: 0, happenedNs: Nanoseconds(person.bornDay) * .day, by: "sample", origin: "sample",
                classification: "internal", texts: [person.family, person.given, person.birthplace, person.address],
                dueDay: 20_000))
    }

    /// The same persons again, each looked for by the name; by name, given name and day of birth; by identity.
    private func search(_ register: Register, _ output: (String, Int) throws -> Void) throws {
        for (name, hasGiven, hasBirth) in [
            ("name", false, false), ("name_given", true, false), ("name_birth", false, true),
        ] {
            var sample = SampleRecords(seed: seed)
            var spentNs: [Nanoseconds] = []
            var (found, tooMany) = (0, 0)
            for _ in 0..<min(persons, Self.searches) {
                let person = sample.person()
                let search = PersonSearch(
                    family: person.family, given: hasGiven ? person.given : nil,
                    bornDay: hasBirth ? person.bornDay : nil)
                let startNs = Clock.monotonicNs()
                do throws(Refusal) { found += try search.run(register).count } catch { tooMany += 1 }
                spentNs.append(Clock.monotonicNs() - startNs)
            }
            spentNs.sort()
            try output("search_\(name)_median_us", Int(spentNs[spentNs.count / 2] / 1000))
            try output("search_\(name)_p99_us", Int(spentNs[spentNs.count * 99 / 100] / 1000))
            try output("search_\(name)_most_us", Int(spentNs[spentNs.count - 1] / 1000))
            try output("search_\(name)_found", found)
            try output("search_\(name)_too_many", tooMany)
        }
    }

    private func snapshot(_ register: Register, _ output: (String, Int) throws -> Void) throws {
        var bytes: [UInt8] = []
        var startNs = Clock.monotonicNs()
        register.write(into: &bytes)
        try output("snapshot_ms", Int((Clock.monotonicNs() - startNs) / .millisecond))
        try output("snapshot_bytes_a_person", bytes.count / persons)
        startNs = Clock.monotonicNs()
        guard let again = bytes.withUnsafeBytes({ Register($0) }) else {
            throw RegisterProblem("a snapshot cannot be read again")
        }
        try output("restore_ms", Int((Clock.monotonicNs() - startNs) / .millisecond))
        try output("restored", again.counts[.person])
    }

    private static func residentBytes() -> Int {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return 0 }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 128)
        let count = read(file, &bytes, bytes.count)
        let numbers = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ")
        return numbers.count > 1 ? (Int(numbers[1]) ?? 0) * Int(getpagesize()) : 0
    }
}
