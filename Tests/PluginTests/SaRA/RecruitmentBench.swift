import Testing

@testable import ANPRCore
@testable import PluginKit
@testable import SaRA

/// SaRA in its host, on the repository's seeds, with two zones that are easy to reckon with.
final class RecruitmentBench {
    let folder: TemporaryFolder
    let hosted: HostedPlugin

    /// Camera 3 stands in zone A, camera 7 in zone B, camera 9 in none.
    static var knowledge: FixedKnowledge {
        var knowledge = Samples.knowledge
        knowledge.cameras = [
            3: Samples.camera(3, "E40-01-1", xM: 10, yM: 10), 7: Samples.camera(7, "E40-02-1", xM: 500, yM: 500),
            9: Samples.camera(9, "E40-03-1", xM: 9000, yM: 0),
        ]
        return knowledge
    }

    /// A hit is to be followed up within 15 minutes, and reported an hour later at most; four late ones, or two
    /// breaches, are one person's work; a week counts.
    static func options(_ folder: TemporaryFolder, _ more: [String: String] = [:]) throws -> [String: String] {
        let zones = try folder.write(
            "zones.csv",
            """
            zone,name,postcode,cameras,area,status,source
            A,Zone <A> & "co",1000,,0 0; 100 0; 100 100; 0 100,unconfirmed,invented
            B,Zone B,2000,E40-02-1,,unconfirmed,invented
            """)
        let workload = try folder.write(
            "workload.csv",
            """
            valid_from,valid_to,zone,shift,follow_minutes,hits_per_staff,breaches_per_staff,days,status,source
            2021-01-01,,*,*,15,4,2,7,unconfirmed,invented
            2021-01-01,,A,night,30,4,2,7,unconfirmed,invented
            """)
        return [
            "zones": zones, "workload": workload, "stages": Repository.seed("sara/stages.csv"),
            "applicant_data": Repository.seed("law/sara_applicant_data.csv"),
        ].merging(more) { $1 }
    }

    init(_ more: [String: String] = [:]) throws {
        folder = try TemporaryFolder()
        hosted = try HostedPlugin(
            SaRA.module.factory(Self.options(folder, more)),
            PluginContext(directory: folder.path, knowledge: Self.knowledge))
    }

    var plugin: SaRAPlugin {
        guard let plugin = hosted.host.plugin as? SaRAPlugin else { preconditionFailure("made by SaRA's factory") }
        return plugin
    }

    var register: RecruitmentRegister { plugin.register }

    /// Goes through the verb's table, as a command line does.
    @discardableResult
    func call(_ verb: String, _ texts: [String: String] = [:], reason: String = "") throws -> String {
        let table = try #require(SaRAVerbs.all.first { $0.name == verb }, "\(verb)")
        number += 1
        let reply = try hosted.call(table.call(texts, id: "call-\(number)", by: "hr", reason: reason))
        switch reply {
        case .done(let bytes), .lines(let bytes, _): return String(decoding: bytes, as: UTF8.self)
        case .refused(let refusal): throw refusal
        case .notNow(let text): throw InputProblem(file: verb, line: 0, message: text)
        }
    }

    /// The code with which a call is refused; nil: it is done.
    func refusal(_ verb: String, _ texts: [String: String] = [:]) throws -> String? {
        do {
            try call(verb, texts)
            return nil
        } catch let refusal as Refusal { return refusal.code }
    }

    private var number = 0

    static let draft = [
        "zone": "A", "places": "1", "closes": "2026-12-31", "language": "fr", "title": "Inspecteur",
        "profile": "Vous patrouillez.",
    ]

    func write(_ more: [String: String] = [:]) throws -> String {
        try call("vacancy add", Self.draft.merging(more) { $1 })
        return Vacancy.name(register.nextVacancy - 1)
    }

    func published(_ more: [String: String] = [:]) throws -> String {
        let vacancy = try write(more)
        try call("vacancy publish", ["vacancy": vacancy])
        return vacancy
    }

    func enter(_ vacancy: String, _ name: String) throws -> String {
        try call(
            "application enter",
            ["vacancy": vacancy, "name": name, "email": "\(name)@mail.example", "language": "nl"])
        return Application.name(register.nextApplication - 1)
    }

    /// To where it waits for a rank.
    func pass(_ application: String) throws {
        for stage in ["tests", "interview", "medical", "ranking"] {
            try call("application move", ["application": application, "to": stage])
        }
    }

    /// Two turns of the clock: hits that have become late are counted in the first, needs are found in the second.
    func later(_ ns: Nanoseconds) throws {
        try hosted.time(ns)
        try hosted.time(ns)
    }

    func hit(_ sequence: UInt32, camera: UInt32 = 3, at ns: Nanoseconds = Samples.noonishNs) -> Hit {
        var hit = Hit(read: Samples.read("1-ABC-234", camera: camera, at: ns, sequence: sequence))
        hit.sources[0] = HitSource(entry: 1, list: 0, kind: .exact, priority: 5)
        hit.sourceCount = 1
        return hit
    }
}
