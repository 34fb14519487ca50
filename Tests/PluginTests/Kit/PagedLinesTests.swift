import Testing

@testable import ANPRCore
@testable import PluginKit

@Suite struct PagedLinesTests {
    private func call(limit: Int, from: String) -> PluginCall {
        var call = PluginCall(verb: "list", id: "1", by: "me")
        call.limit = limit
        call.from = from
        return call
    }

    /// All pages, one after the other.
    private func pages(_ names: [Int], limit: Int, where isListed: (Int) -> Bool) throws -> [String] {
        var pages: [String] = []
        var from = ""
        while true {
            var lines = JSONLine()
            let next = try PagedLines.write(
                names, of: call(limit: limit, from: from), into: &lines, where: isListed
            ) { name, line in line.field("n", name) }
            pages.append(lines.string)
            guard let next else { return pages }
            from = next
        }
    }

    @Test func pagesFollowEachOther() throws {
        let names = [3, 5, 20, 100]
        #expect(try pages(names, limit: 2) { _ in true } == ["{\"n\":3}\n{\"n\":5}\n", "{\"n\":20}\n{\"n\":100}\n"])
        #expect(try pages(names, limit: 4) { _ in true }.count == 1)
        #expect(try pages([], limit: 4) { _ in true } == [""])
        #expect(try pages(names, limit: 0) { _ in true }.count == 4)
    }

    @Test func aPageBeginsWhereItsNameWouldStand() throws {
        for (from, first) in [("1", 3), ("3", 3), ("4", 5), ("99", 100)] {
            var lines = JSONLine()
            let next = try PagedLines.write(
                [3, 5, 20, 100], of: call(limit: 1, from: from), into: &lines
            ) { name, line in line.field("n", name) }
            #expect(lines.string == "{\"n\":\(first)}\n")
            #expect((next == nil) == (first == 100))
        }
        #expect(throws: Refusal.self) {
            var lines = JSONLine()
            _ = try PagedLines.write([1], of: call(limit: 1, from: "x"), into: &lines) { _, _ in }
        }
    }

    /// A query that finds little gives short pages, and finds all the same.
    @Test func whatIsNotListedIsLookedAtWithABound() throws {
        let names = Array(0..<1000)
        let pages = try pages(names, limit: 2) { $0 % 100 == 99 }
        #expect(pages.count == 1000 / (2 * PagedLines.looksALine) + 1)
        #expect(pages.joined().split(separator: "\n").count == 10)
    }
}
