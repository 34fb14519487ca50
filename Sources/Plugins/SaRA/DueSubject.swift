/// What time must look at, of what people work on.
struct DueSubject: Comparable {
    enum Kind: UInt8 { case vacancy, posting, application }

    let kind: Kind
    let number: UInt32

    static func < (a: DueSubject, b: DueSubject) -> Bool {
        (a.kind.rawValue, a.number) < (b.kind.rawValue, b.number)
    }
}
