/// The syntaxes of several countries: which countries a plate may be of, and what kind of plate it is.
///
/// They rank and label. What a camera read is never changed by them. Immutable; cold.
package struct NationalSyntaxes: Sendable {
    /// A row of the table.
    package struct Row: Sendable, Equatable {
        package let country: Country
        /// Side code of a series where a country numbers them; otherwise empty.
        package let side: String
        package let syntax: NationalSyntax
        /// 0 (a series much used) to 9 (anything goes).
        package let rank: UInt8
        package let label: String
        package let fromYear: Int?
    }

    /// A country that a plate may be of.
    package struct Candidate: Sendable, Equatable {
        package let country: Country
        package let label: String
        package let rank: UInt8
    }

    /// By rank, within a rank as in the file.
    package let rows: [Row]

    /// The best label of a plate of a country; nil when no syntax of the country fits.
    package func label(of plate: Plate, country: Country) -> String? {
        rows.first { $0.country == country && $0.syntax.matches(plate) }?.label
    }

    /// The countries whose syntax fits, each once with its best row, best first.
    package func candidates(for plate: Plate) -> [Candidate] {
        var out: [Candidate] = []
        for row in rows where !out.contains(where: { $0.country == row.country }) && row.syntax.matches(plate) {
            out.append(Candidate(country: row.country, label: row.label, rank: row.rank))
        }
        return out
    }
}

extension NationalSyntaxes {
    /// From `country,syntax,rank,label[,side,from_year]`.
    package init(path: String) throws {
        let file = try FileBytes(path: path)
        try self.init(file: path, bytes: file.bytes)
    }

    package init(file: String, bytes: UnsafeRawBufferPointer) throws(InputProblems) {
        var reader = try CSVReader(
            file: file, bytes: bytes, required: ["country", "syntax", "rank", "label"], optional: ["side", "from_year"])
        var problems = InputProblems()
        var rows: [Row] = []
        while reader.nextRow() {
            do throws(InputProblem) {
                rows.append(try Self.row(reader))
            } catch {
                problems.add(error)
            }
        }
        if rows.isEmpty && problems.isEmpty {
            problems.add(InputProblem(file: file, line: 0, message: "holds no syntax"))
        }
        if !problems.isEmpty { throw problems }
        // `sorted` is stable, so rows of one rank stay in file order.
        self.rows = rows.sorted { $0.rank < $1.rank }
    }

    private static func row(_ reader: borrowing CSVReader) throws(InputProblem) -> Row {
        guard reader.isComplete else {
            throw reader.problem("\(reader.fieldCount) fields where the header has \(reader.header.count)")
        }
        guard let country = Country(reader.text(reader.column("country")!)), country != .unknown else {
            throw reader.problem("'country' must be two letters")
        }
        let syntax: NationalSyntax
        do throws(NationalSyntaxError) {
            syntax = try NationalSyntax(reader.text(reader.column("syntax")!))
        } catch {
            throw reader.problem("'syntax' \(error)")
        }
        guard let rank = UInt8(reader.text(reader.column("rank")!)), rank <= 9 else {
            throw reader.problem("'rank' must be 0 to 9")
        }
        guard let label = reader.text(reader.column("label")) else { throw reader.problem("'label' must not be empty") }
        var fromYear: Int?
        if let text = reader.text(reader.column("from_year")) {
            guard let year = Int(text), (1893...2200).contains(year) else {
                throw reader.problem("'from_year' must be a year or empty")
            }
            fromYear = year
        }
        return Row(
            country: country, side: reader.text(reader.column("side")) ?? "", syntax: syntax, rank: rank, label: label,
            fromYear: fromYear)
    }
}
