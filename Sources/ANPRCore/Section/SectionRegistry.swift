/// All sections of a deployment. Immutable.
package struct SectionRegistry: Sendable {
    package let sections: [Section]
    private let byID: [UInt32: Int]

    package init(_ sections: [Section]) {
        self.sections = sections
        byID = Dictionary(uniqueKeysWithValues: sections.indices.map { (sections[$0].id, $0) })
    }

    package subscript(id: UInt32) -> Section? { byID[id].map { sections[$0] } }
}
