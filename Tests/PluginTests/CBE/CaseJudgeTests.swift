import Testing

@testable import ANPRCore
@testable import CBE

@Suite struct CaseJudgeTests {
    private func decide(_ record: SectionRecord, _ section: Section? = Samples.section()) throws -> Decision {
        CaseJudge(tariffs: try Law.table(), localTime: .europeBrussels).decide(record, section: section)
    }

    @Test func noOffenceIsNoCase() throws {
        #expect(try decide(Samples.record(correctedKmh: 120)) == .none)
        // Out of date: the correlator has said that it is no offence, whatever the speed.
        #expect(try decide(Samples.record(isOffence: false, review: .certificateExpired)) == .none)
    }

    @Test(arguments: [
        ReviewReasons.lookAlike, .severalEntries, .lowConfidence, .implausible, .countryDiffers, .certificateExpired,
        .severalExits, [.lowConfidence, .severalExits],
    ])
    func whatIsNotBeyondDoubtGoesToAHuman(review: ReviewReasons) throws {
        #expect(try decide(Samples.record(review: review)) == .verification(review.words))
    }

    @Test func anUncertifiedInstrumentNeverFines() throws {
        #expect(try decide(Samples.record(review: .uncertified)) == .uncertified)
        #expect(try decide(Samples.record(review: [.uncertified, .lookAlike])) == .uncertified)
    }

    @Test func theInstrumentIsCheckedAgain() throws {
        let reasons = Decision.verification(["instrument_unknown"])
        #expect(try decide(Samples.record(), nil) == reasons)
        #expect(try decide(Samples.record(), Samples.section(certificate: nil)) == reasons)
        func certificate(_ fromNs: Nanoseconds, _ toNs: Nanoseconds) -> Certificate {
            Certificate(serial: "S", approval: "A", validFromNs: fromNs, validToNs: toNs)
        }
        let record = Samples.record()
        let justLongEnough = certificate(record.entryNs, record.exitNs + 1)
        if case .fine = try decide(record, Samples.section(certificate: justLongEnough)) {} else { Issue.record() }
        let endsAtTheExit = certificate(record.entryNs, record.exitNs)
        #expect(try decide(record, Samples.section(certificate: endsAtTheExit)) == reasons)
        let beginsAfterTheEntry = certificate(record.entryNs + 1, .max)
        #expect(try decide(record, Samples.section(certificate: beginsAfterTheEntry)) == reasons)
    }

    @Test func withoutACountryNobodyCanBeWrittenTo() throws {
        #expect(try decide(Samples.record(country: "")) == .verification(["country_unknown"]))
        #expect(try decide(Samples.record(country: "ZZ")) == .verification(["country_unknown"]))
    }

    @Test func twoMarksAreNeverOneVehicle() throws {
        var record = Samples.record()
        record.exitPlate = Samples.plate("1ABC235")
        #expect(try decide(record) == .verification(["plate_differs"]))
        record.review = .lookAlike
        #expect(try decide(record) == .verification(["look_alike"]))
    }

    @Test func severalReasonsAreAllSaid() throws {
        let record = Samples.record(country: "", exitNs: Samples.ns("2020-06-01"), review: .lowConfidence)
        #expect(
            try decide(record) == .verification(["low_confidence", "country_unknown", "no_tariff"]))
    }

    @Test func theCopyGoesOutWithinFourteenDaysOfTheExit() throws {
        let judge = CaseJudge(tariffs: try Law.table(), localTime: .europeBrussels)
        #expect(judge.sendBeforeNs(Samples.record()) == Samples.ns("2026-12-07T08:15:30Z"))
    }
}
