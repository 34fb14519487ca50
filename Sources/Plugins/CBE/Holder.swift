import ANPRCore
import PluginKit

/// Who answers for a vehicle on the day of an offence: the person or firm that a letter goes to.
struct Holder: Equatable, Sendable {
    var name: String
    var street: String
    var postcode: String
    var town: String
    /// Of the address, as two letters.
    var country: String
    var language: Language
    /// Who said so: `register`, `eucaris`, or the person who named him.
    var source: String

    static let textMax = 200

    /// What a letter cannot do without and is not there.
    var missing: [String] {
        [("name", name), ("street", street), ("postcode", postcode), ("town", town), ("country", country)]
            .filter { $0.1.isEmpty }.map(\.0)
    }

    func write(into bytes: inout [UInt8]) {
        for text in [name, street, postcode, town, country, source] { bytes.append(text: text) }
        bytes.append(number: language.rawValue)
    }

    func write(into line: inout JSONLine) {
        line.begin()
        line.field("name", name)
        line.field("street", street)
        line.field("postcode", postcode)
        line.field("town", town)
        line.field("country", country)
        line.field("language", language.code)
        line.field("source", source)
        line.end()
    }
}

extension Holder {
    init?(_ reader: inout ByteReader) {
        guard let name = reader.text(), let street = reader.text(), let postcode = reader.text(),
            let town = reader.text(), let country = reader.text(), let source = reader.text(),
            let language = reader.number(UInt8.self).flatMap(Language.init)
        else { return nil }
        self.init(
            name: name, street: street, postcode: postcode, town: town, country: country, language: language,
            source: source)
    }
}
