/// Where a correlator's records go; specialised, so that a call costs what its body costs.
package protocol RecordSink: ~Copyable {
    mutating func recorded(_ record: borrowing SectionRecord)
}
