import ANPRCore

/// A case's number: ten digits, which its structured communication carries.
///
/// It follows from the section record's identity alone, so that a record gets the same number in every run. Where two
/// identities fall on one number, the one that came first keeps it and the other takes the next that is free.
/// That happens to about 200 of two million cases (n^2 / 2 * 10^10), and it is all that can depend on the order of
/// arrival. Within one ledger no two cases ever have one number.
enum CaseNumber {
    /// 1...9,999,999,999.
    static func preferred(_ id: SectionRecordID) -> UInt64 {
        var hash: UInt64 = 0
        for word in [
            id.section, id.entry.camera, id.entry.epoch, id.entry.sequence, id.exit.camera, id.exit.epoch,
            id.exit.sequence,
        ] {
            hash = mixed(hash ^ UInt64(word))
        }
        return scaled(hash)
    }

    /// As the record's, from an officer's reference.
    static func preferred(_ reference: String) -> UInt64 {
        scaled(reference.utf8.reduce(UInt64(reference.utf8.count)) { mixed($0 ^ UInt64($1)) })
    }

    private static func scaled(_ hash: UInt64) -> UInt64 {
        hash.multipliedFullWidth(by: StructuredCommunication.numberEnd - 1).high + 1
    }

    /// The preferred number or the next one up that is free, going round at the end. There are a thousand times as many
    /// numbers as a ledger holds, so one is.
    static func free(_ id: SectionRecordID, isTaken: (UInt64) -> Bool) -> UInt64 {
        free(from: preferred(id), isTaken: isTaken)
    }

    static func free(from preferred: UInt64, isTaken: (UInt64) -> Bool) -> UInt64 {
        var number = preferred
        while isTaken(number) { number = number % (StructuredCommunication.numberEnd - 1) + 1 }
        return number
    }

    /// SplitMix64's step. Numbers that were sent out depend on it: it never changes.
    private static func mixed(_ word: UInt64) -> UInt64 {
        var z = word &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
