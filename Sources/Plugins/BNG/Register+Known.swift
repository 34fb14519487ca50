import ANPRCore

extension Register {
    /// A record that is there, erased or not.
    func known(_ reference: RecordReference) throws(Refusal) -> UInt32 {
        switch reference {
        case .number(let number):
            guard records.has(number) else { throw Refusal("unknown", "there is no BNG-\(number)") }
            return number
        case .key(let category, let key):
            guard let number = record(category, key: key) else {
                throw Refusal("unknown", "there is no \(category.name) '\(key)'")
            }
            return number
        }
    }
}
