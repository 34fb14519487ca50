import ANPRCore

/// One page of a query: lines of what stands in the order of its names, from where the last page ended.
package enum PagedLines {
    /// Looked at for each line of a page at most, so that a query that finds little does not hold its plugin up: its
    /// page is short, and the next one goes on behind it.
    package static let looksALine = 64

    /// Writes a line for each that `isListed`, at most `call.limit`.
    /// - Parameter names: in ascending order, each once.
    /// - Parameter fields: writes the fields of one line.
    /// - Returns: where the next page begins; nil: there is none.
    package static func write<Names: RandomAccessCollection>(
        _ names: Names, of call: PluginCall, into lines: inout JSONLine, where isListed: (Names.Element) -> Bool,
        fields: (Names.Element, inout JSONLine) -> Void
    ) throws(Refusal) -> String? where Names.Element: Comparable & LosslessStringConvertible {
        var at = try start(names, call.from)
        let linesMax = max(1, call.limit)
        var written = 0
        var looks = linesMax.multipliedReportingOverflow(by: looksALine).partialValue
        if looks < linesMax { looks = .max }
        while at < names.endIndex {
            let name = names[at]
            if written == linesMax || looks == 0 { return name.description }
            looks -= 1
            names.formIndex(after: &at)
            guard isListed(name) else { continue }
            lines.begin()
            fields(name, &lines)
            lines.end(newline: true)
            written += 1
        }
        return nil
    }

    package static func write<Names: RandomAccessCollection>(
        _ names: Names, of call: PluginCall, into lines: inout JSONLine,
        fields: (Names.Element, inout JSONLine) -> Void
    ) throws(Refusal) -> String? where Names.Element: Comparable & LosslessStringConvertible {
        try write(names, of: call, into: &lines, where: { _ in true }, fields: fields)
    }

    /// The first name that is not before `from`.
    private static func start<Names: RandomAccessCollection>(
        _ names: Names, _ from: String
    ) throws(Refusal) -> Names.Index where Names.Element: Comparable & LosslessStringConvertible {
        if from.isEmpty { return names.startIndex }
        guard let first = Names.Element(from) else { throw Refusal("page", "'\(from)' is no page of this list") }
        var (low, count) = (names.startIndex, names.count)
        while count > 0 {
            let middle = names.index(low, offsetBy: count / 2)
            if names[middle] < first {
                low = names.index(after: middle)
                count -= count / 2 + 1
            } else {
                count /= 2
            }
        }
        return low
    }
}
