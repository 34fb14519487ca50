import ANPRCore
import PluginKit

/// One person's application for one vacancy. It goes, all of it, on the day that the law sets.
struct Application: Equatable, Sendable {
    let number: UInt32
    let vacancy: UInt32
    /// Personal data: shown for a reason only, in no effect, in no event for others.
    let name: String
    let email: String
    let phone: String
    let language: Language
    let enteredNs: Nanoseconds

    var stage = ApplicationStage.eligibility
    /// From 1, within its vacancy; 0: none.
    var rank: UInt32 = 0
    var cause = ""
    var movedNs: Nanoseconds
    /// When its stage should be over; `.max`: no deadline.
    var dueNs: Nanoseconds
    /// Its deadline has passed, and people were told.
    var isLate = false
    var eraseNs: Nanoseconds

    static func name(_ number: UInt32) -> String { "A-\(number)" }
    var reference: String { Self.name(number) }

    /// When time must look at it next.
    var wakeNs: Nanoseconds { stage.isLast || isLate ? eraseNs : min(dueNs, eraseNs) }
}

extension Application: Stored {
    func write(into bytes: inout [UInt8]) {
        bytes.append(number: number)
        bytes.append(number: vacancy)
        for text in [name, email, phone, cause] { bytes.append(text: text) }
        for code in [language.rawValue, stage.rawValue, isLate ? 1 : 0] { bytes.append(number: code) }
        bytes.append(number: rank)
        for ns in [enteredNs, movedNs, dueNs, eraseNs] { bytes.append(number: ns) }
    }

    init?(_ reader: inout ByteReader) {
        guard let number = reader.number(UInt32.self), let vacancy = reader.number(UInt32.self),
            let name = reader.text(), let email = reader.text(), let phone = reader.text(), let cause = reader.text(),
            let language = reader.number(UInt8.self).flatMap(Language.init),
            let stage = reader.number(UInt8.self).flatMap(ApplicationStage.init), let late = reader.number(UInt8.self),
            let rank = reader.number(UInt32.self), let enteredNs = reader.number(Nanoseconds.self),
            let movedNs = reader.number(Nanoseconds.self), let dueNs = reader.number(Nanoseconds.self),
            let eraseNs = reader.number(Nanoseconds.self)
        else { return nil }
        self.init(
            number: number, vacancy: vacancy, name: name, email: email, phone: phone, language: language,
            enteredNs: enteredNs, stage: stage, rank: rank, cause: cause, movedNs: movedNs, dueNs: dueNs,
            isLate: late == 1, eraseNs: eraseNs)
    }
}
