import ANPRCore
import PluginKit

/// What CBE can be told. Made from a call; nothing behind it sees text that was not checked.
enum CBECommand: Equatable {
    /// The attribution is right, as it was read or as corrected here.
    case accept(UInt64, plate: Plate?, country: Country?)
    case reject(UInt64, cause: String)
    case enter(EnteredOffence)
    case holder(UInt64, Holder)
    /// Asks the register again.
    case ask(UInt64)
    /// To the prosecutor instead of a fine.
    case prosecute(UInt64)
    /// After a refusal by Justice: a new document goes.
    case again(UInt64)
    case close(UInt64, cause: String)
    case pay(UInt64, cents: Int, reference: String)
    /// What is ready goes now.
    case closeBatch

    init(_ call: PluginCall) throws(Refusal) {
        let fields = CallFields(call)
        switch call.verb {
        case "file verify": self = try Self.verdict(fields)
        case "offence enter": self = .enter(try EnteredOffence(fields))
        case "file holder":
            self = .holder(try fields.file("file"), try Self.holder(fields, by: call.by))
        case "file ask": self = .ask(try fields.file("file"))
        case "file prosecute": self = .prosecute(try fields.file("file"))
        case "file again": self = .again(try fields.file("file"))
        case "file close": self = .close(try fields.file("file"), cause: try fields.text("cause"))
        case "pay":
            let cents = try fields.whole("cents")
            guard (1...10_000_000).contains(cents) else { throw fields.bad("cents", "must be 1 to 10000000") }
            self = .pay(try fields.file("file"), cents: cents, reference: try fields.text("reference", max: 64))
        case "batch close": self = .closeBatch
        default: throw Refusal("unknown_verb", "'\(call.verb)' is no command of cbe")
        }
    }

    private static func verdict(_ fields: CallFields) throws(Refusal) -> CBECommand {
        let file = try fields.file("file")
        switch try fields.text("verdict") {
        case "accept":
            return .accept(
                file, plate: try fields.optionalPlate("plate"), country: try fields.optionalCountry("country"))
        case "reject": return .reject(file, cause: try fields.optionalText("cause") ?? "rejected")
        default: throw fields.bad("verdict", "must be accept or reject")
        }
    }

    private static func holder(_ fields: CallFields, by: String) throws(Refusal) -> Holder {
        guard let language = Language(code: try fields.text("language").lowercased()) else {
            throw fields.bad("language", "must be fr, nl, de or en")
        }
        guard let country = try fields.optionalCountry("country") else {
            throw Refusal("missing", "'country' is missing")
        }
        return Holder(
            name: try fields.text("name"), street: try fields.text("street"), postcode: try fields.text("postcode"),
            town: try fields.text("town"), country: country.description, language: language, source: "person:" + by)
    }
}

/// An offence that an officer found with an instrument of his own.
struct EnteredOffence: Equatable {
    let reference: String
    let plate: Plate
    let country: Country
    let atNs: Nanoseconds
    let place: String
    let road: String
    let zone: RoadZone
    let measuredKmh: Int
    let limitKmh: Int
    let serial: String
    let approval: String
    let validToNs: Nanoseconds

    private static let kmhMax = 500

    init(_ fields: CallFields) throws(Refusal) {
        reference = try fields.text("reference", max: 64)
        guard let plate = try fields.optionalPlate("plate") else { throw Refusal("missing", "'plate' is missing") }
        guard let country = try fields.optionalCountry("country") else {
            throw Refusal("missing", "'country' is missing")
        }
        (self.plate, self.country) = (plate, country)
        atNs = try fields.instant("at")
        (place, road) = (try fields.text("place"), try fields.optionalText("road") ?? "")
        guard let zone = RoadZone(rawValue: try fields.text("zone")) else {
            throw fields.bad("zone", "must be one of \(RoadZone.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        self.zone = zone
        (measuredKmh, limitKmh) = (try fields.whole("measured_kmh"), try fields.whole("limit_kmh"))
        guard (1...Self.kmhMax).contains(measuredKmh), (1...Self.kmhMax).contains(limitKmh) else {
            throw fields.bad("measured_kmh", "and 'limit_kmh' must be 1 to \(Self.kmhMax)")
        }
        (serial, approval) = (try fields.text("serial"), try fields.text("approval"))
        validToNs = try fields.instant("valid_to")
    }

    /// With the technical tolerance off.
    var correctedKmh: Int {
        Int(SpeedRule.correctedKmh(speedMkmh: UInt32(measuredKmh * 1000), tolerance: TechnicalTolerance()))
    }

    /// As `CaseLine.finding` writes a record's; what an officer's instrument does not have is not there.
    func finding(sendBeforeNs: Nanoseconds?, by: String) -> [UInt8] {
        FileDocument.members { line in
            line.field("plate", plate.description)
            line.field("country", country.description)
            line.field("resident", country == CaseJudge.resident)
            line.field("road", road)
            line.field("place", place)
            line.field("zone", zone.rawValue)
            line.field("measured_kmh", milli: measuredKmh * 1000)
            line.field("corrected_kmh", correctedKmh)
            line.field("limit_kmh", limitKmh)
            line.field("excess_kmh", max(0, correctedKmh - limitKmh))
            line.field("entry_at", Instant.format(atNs))
            line.field("exit_at", Instant.format(atNs))
            line.field("instrument_serial", serial)
            line.field("instrument_approval", approval)
            line.field("instrument_valid_to", Instant.format(validToNs))
            line.field("entered_by", by)
            line.field("found_at", Instant.format(atNs))
            if let sendBeforeNs { line.field("send_before", Instant.format(sendBeforeNs)) }
        }
    }
}
