import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// The exchange with Jobpol: each version once, in order, also when the other end fails or forgets.
@Suite(.timeLimit(.minutes(5))) struct JobpolTests {
    private static let url = ["jobpol_url": "http://127.0.0.1:1"]

    private func posting(_ bench: RecruitmentBench) -> Posting { bench.register.vacancies[1]?.posting ?? Posting() }

    @Test func oneVersionIsOnItsWayAtATime() throws {
        let bench = try RecruitmentBench(Self.url)
        let vacancy = try bench.published()
        try bench.call("vacancy change", ["vacancy": vacancy, "places": "2"])
        try bench.call("vacancy change", ["vacancy": vacancy, "places": "3"])
        #expect(try bench.hosted.sent(to: "jobpol").map(\.key) == ["jobpol-V-1-1"])
        try bench.hosted.answer("jobpol-V-1-1", from: "jobpol", status: 202)
        #expect(try bench.hosted.sent(to: "jobpol").map(\.key) == ["jobpol-V-1-1", "jobpol-V-1-3"])
        try bench.hosted.answer("jobpol-V-1-1", from: "jobpol", status: 202)
        #expect(bench.hosted.counter("answers_late") == 1)
        try bench.hosted.answer("jobpol-V-1-3", from: "jobpol", status: 202)
        #expect(posting(bench).state == .sent)
        try bench.hosted.time(Samples.noonishNs + 31 * .second)
        try bench.hosted.answer("kept-jobpol-V-1-3-1", from: "jobpol-kept", status: 200)
        #expect(posting(bench).state == .kept)
    }

    /// The clock jumps over a question to Jobpol and the vacancy's last day at once, in either order.
    @Test(arguments: ["2026-12-31T22:59:40Z", "2026-12-31T22:59:10Z"])
    func aVacancyClosesWhileJobpolIsToBeAsked(at: String) throws {
        let bench = try RecruitmentBench(Self.url)
        _ = try bench.published()
        try bench.hosted.time(Samples.ns(at))
        try bench.hosted.answer("jobpol-V-1-1", from: "jobpol", status: 202)
        try bench.hosted.time(Samples.ns("2027-01-01T12:00:00Z"))
        #expect(posting(bench) == Posting(state: .sending, version: 2))
        try bench.hosted.answer("jobpol-V-1-2", from: "jobpol", status: 202)
        try bench.hosted.time(Samples.ns("2027-01-01T13:00:00Z"))
        try bench.hosted.answer("kept-jobpol-V-1-2-1", from: "jobpol-kept", status: 200)
        #expect(posting(bench).state == .kept && posting(bench).version == 2)
    }

    @Test func whatIsForgottenGoesAgainUnderItsKey() throws {
        let bench = try RecruitmentBench(Self.url)
        _ = try bench.published()
        try bench.hosted.answer("jobpol-V-1-1", from: "jobpol", status: 202)
        try bench.hosted.time(Samples.noonishNs + .hour)
        try bench.hosted.answer("kept-jobpol-V-1-1-1", from: "jobpol-kept", status: 404)
        let sent = try bench.hosted.sent(to: "jobpol")
        #expect(sent.map(\.key) == ["jobpol-V-1-1", "jobpol-V-1-1"] && sent[0] == sent[1], "byte for byte")
    }

    @Test func aRefusalIsAnAlarmAndTheNextVersionGoes() throws {
        let bench = try RecruitmentBench(Self.url)
        let vacancy = try bench.published()
        try bench.hosted.answer("jobpol-V-1-1", from: "jobpol", status: 422)
        #expect(posting(bench).state == .refused)
        let alarm = #"{"id":"jobpol_refused-V-1-1","alarm":"jobpol_refused","vacancy":"V-1","status":422}"#
        #expect(try bench.hosted.sent(to: "alarms").map { String(decoding: $0.payload, as: UTF8.self) } == [alarm])
        try bench.call("vacancy withdraw", ["vacancy": vacancy])
        #expect(try bench.hosted.sent(to: "jobpol").map(\.key) == ["jobpol-V-1-1", "jobpol-V-1-2"])
    }

    /// Real HTTP against the simulated office, which fails at every point one time in five: each version that was sent
    /// is kept once, the last of each vacancy is its last, and what is withdrawn is withdrawn there.
    @Test(arguments: UInt64(1)...2) func eachVersionIsKeptOnce(seed: UInt64) throws {
        let keep = try TemporaryFolder()
        let script = try JobpolPeer([:])
        let server = try PeerServer(
            script, keep: keep.path + "/peer", faults: PeerFaults(all: 0.2, delayNs: .millisecond), seed: seed)
        defer { server.stop() }
        let url = "http://127.0.0.1:\(server.port)"
        let bench = try RecruitmentBench(["jobpol_url": url])
        let post = try HTTPPeer(HTTPPeer.Settings(url: url))
        let ask = try HTTPPeer(HTTPPeer.Settings(url: url)) { .kept(SaRA.keptKey($0.key)) }
        var random = Random(seed: seed)
        var attempts = 0
        func exchange() throws {
            for effect in bench.hosted.waiting where effect.destination.hasPrefix("jobpol") {
                attempts += 1
                do throws(DeliveryProblem) {
                    let answer = try (effect.destination == Destination.kept ? ask : post).ask(effect)
                    try? bench.hosted.answer(effect.key, from: effect.destination, status: answer.status)
                } catch { continue }  // it comes again under its key
            }
            try bench.hosted.time(bench.hosted.nowNs + 40 * .second)
        }
        for _ in 0..<12 { _ = try bench.published() }
        for _ in 0..<30 {
            let vacancy = "V-\(1 + random.below(12))"
            let verb = random.chance(0.7) ? "vacancy change" : "vacancy withdraw"
            _ = try bench.refusal(
                verb,
                verb == "vacancy change"
                    ? ["vacancy": vacancy, "places": "\(1 + random.below(99))"] : ["vacancy": vacancy])
            try exchange()
        }
        for _ in 0..<400 where bench.register.vacancies.values.contains(where: { $0.posting.state != .kept }) {
            try exchange()
        }
        let sent = Dictionary(try bench.hosted.sent(to: "jobpol").map { ($0.key, $0.payload) }) { first, again in
            #expect(first == again, "one key, one document")
            return first
        }
        let kept = try keep.lines("peer/kept.jsonl")
        #expect(Set(kept.compactMap { $0["key"] as? String }).count == kept.count)
        for line in kept {
            let payload = try #require(sent[line["key"] as? String ?? ""])
            #expect(line["sha256"] as? String == SHA256.digest(payload).description)
        }
        #expect(try keep.text("peer/conflicts.jsonl").isEmpty && attempts > sent.count * 2)
        for vacancy in bench.register.vacancies.values {
            #expect(vacancy.posting.state == .kept && vacancy.posting.version == vacancy.version)
            #expect(kept.contains { $0["key"] as? String == "jobpol-\(vacancy.name)-\(vacancy.version)" })
            #expect(script.vacancies[vacancy.name]?.version == Int(vacancy.version))
            #expect(script.vacancies[vacancy.name]?.state == vacancy.phase.name)
        }
        #expect(bench.register.phases[.withdrawn] ?? 0 > 0)
    }

    @Test func theSimulatedOfficeRefusesWhatItIsTold() throws {
        #expect(throws: InputProblems.self) { try JobpolPeer(["refuse": "1"]) }
        #expect(throws: InputProblems.self) { try JobpolPeer(["refuse_permille": "1001"]) }
        func request(_ body: String, _ key: String = "k") -> PeerRequest {
            PeerRequest(method: "POST", target: "/", key: key, body: Array(body.utf8), atNs: 0)
        }
        let peer = try JobpolPeer([:])
        #expect(peer.answer(request("{}")).status == 422)
        #expect(peer.answer(request(#"{"vacancy":"V-1","version":2,"state":"published"}"#)).status == 202)
        #expect(peer.answer(request(#"{"vacancy":"V-1","version":1,"state":"published"}"#)).status == 409)
        let strict = try JobpolPeer(["refuse_permille": "1000"])
        #expect(strict.answer(request(#"{"vacancy":"V-1","version":2,"state":"published"}"#)).status == 422)
    }
}
