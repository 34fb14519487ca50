import ANPRCore

/// What becomes of a section record: the rules of the immediate perception, and nothing else. Pure.
struct CaseJudge: Sendable {
    let tariffs: TariffTable
    /// Whose calendar says which day an offence belongs to.
    let localTime: LocalTime

    static let resident = Country("BE")!

    /// - Parameter section: the section as the engine knows it now; nil when it is not known any more.
    func decide(_ record: SectionRecord, section: Section?) -> Decision {
        guard record.isOffence else { return .none }
        // A measurement without a certified instrument proves nothing, and no human can mend that afterwards.
        if record.review.contains(.uncertified) { return .uncertified }
        var reasons = record.review.words
        if !isInstrumentInForce(record, section) { reasons.append("instrument_unknown") }
        if !CountryList.has(record.country) { reasons.append("country_unknown") }
        // Paired with the correlator's own checks: a fine never rests on two different marks.
        if record.entryPlate != record.exitPlate, !record.review.contains(.lookAlike) {
            reasons.append("plate_differs")
        }
        guard let charge = charge(offence(record, section: section)) else {
            return .verification(reasons + ["no_tariff"])
        }
        guard reasons.isEmpty else { return .verification(reasons) }
        switch charge {
        case .open: preconditionFailure("an offence is priced or is not")
        case .fine(let fine): return .fine(fine)
        case .prosecutor(let cause): return .prosecutor(cause)
        }
    }

    func offence(_ record: SectionRecord, section: Section?) -> Offence {
        Offence(
            plate: record.entryPlate, country: record.country, excessKmh: record.excessKmh,
            isProtectedZone: section?.zone.isProtected ?? false, foundNs: record.exitNs,
            sendBeforeNs: sendBeforeNs(foundNs: record.exitNs))
    }

    /// By the rows of the offence's day; nil when one is missing.
    func charge(_ offence: Offence) -> Charge? {
        let day = localTime.day(offence.foundNs)
        guard let tariff = tariffs.tariff(day: day, isProtectedZone: offence.isProtectedZone),
            let fee = tariffs.fee(day: day), tariffs.deadline(day: day) != nil
        else { return nil }
        guard offence.excessKmh <= tariff.prosecutorExcessKmh else { return .prosecutor(.excess) }
        let amountCents = tariff.amountCents(excessKmh: offence.excessKmh)
        guard amountCents <= tariff.capCents(isResident: offence.isResident) else { return .prosecutor(.cap) }
        return .fine(
            Fine(amountCents: amountCents, feeCents: fee.cents, tariffStatus: tariff.status, feeStatus: fee.status))
    }

    /// When the copy must have gone out at the latest; nil when no row of the day says so.
    ///
    /// The finding is the exit read: with it, the average speed is known.
    func sendBeforeNs(_ record: SectionRecord) -> Nanoseconds? { sendBeforeNs(foundNs: record.exitNs) }

    func sendBeforeNs(foundNs: Nanoseconds) -> Nanoseconds? {
        tariffs.deadline(day: localTime.day(foundNs)).map { foundNs + Nanoseconds($0.withinDays) * .day }
    }

    private func isInstrumentInForce(_ record: SectionRecord, _ section: Section?) -> Bool {
        guard let certificate = section?.certificate else { return false }
        return certificate.validFromNs <= record.entryNs && record.exitNs < certificate.validToNs
    }
}

enum Decision: Equatable {
    /// No offence: nothing is written.
    case none
    /// An offence by an instrument without a certificate (a laboratory, a replay): counted, nothing is written.
    case uncertified
    /// A human looks first, and this is why.
    case verification([String])
    case prosecutor(ProsecutorCause)
    case fine(Fine)
}

/// Why there is no immediate perception.
enum ProsecutorCause: String, Sendable {
    /// More km/h above the limit than the tariff allows.
    case excess
    /// A higher amount than may be perceived.
    case cap
    /// Nobody knows who answers for the vehicle, or Justice took no letter to him.
    case holder
}

struct Fine: Equatable, Sendable {
    let amountCents: Int
    let feeCents: Int
    let tariffStatus: String
    let feeStatus: String
    var totalCents: Int { amountCents + feeCents }
}
