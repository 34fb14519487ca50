import Foundation
import FoundationNetworking
import Testing

/// The simulated peer as a process.
@Suite(.serialized) struct PeerTests {
    private func start(_ folder: String, _ more: String...) throws -> (Running, port: String) {
        let peer = try Running(["peer", "plain", "--keep", folder, "--json"] + more)
        let line = try #require(peer.line(with: "listens at"))
        let text = try #require(try WorkFolder.json(line)["text"] as? String)
        return (peer, try #require(text.split(separator: " ")[3].split(separator: ":").last.map(String.init)))
    }

    private func ask(_ method: String, _ port: String, _ path: String, key: String, _ body: String) async throws -> Int?
    {
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(path)")))
        request.httpMethod = method
        request.httpBody = Data(body.utf8)
        request.setValue(key, forHTTPHeaderField: "Idempotency-Key")
        let (_, response) = try await URLSession.shared.data(for: request)
        return (response as? HTTPURLResponse)?.statusCode
    }

    @Test(.timeLimit(.minutes(2))) func whatItKeptOutlivesIt() async throws {
        let work = try WorkFolder()
        let keep = work.path + "/peer"
        var (peer, port) = try start(keep)
        #expect(try await ask("POST", port, "/a", key: "k1", "one") == 202)
        #expect(try await ask("POST", port, "/a", key: "k1", "other") == 409)
        peer.signal(SIGKILL)
        _ = peer.end()
        (peer, port) = try start(keep, "--fault", "fail=1")
        #expect(try await ask("POST", port, "/a", key: "k1", "one") == 503)
        #expect(try await ask("PUT", port, "/-/faults", key: "", "") == 200)
        #expect(try await ask("POST", port, "/a", key: "k1", "one") == 202)
        peer.signal(SIGTERM)
        let end = peer.end()
        let counts = try WorkFolder.json(end.output)
        #expect(end.code == 0 && counts["kept"] as? Int == 1 && counts["conflicts"] as? Int == 1)
        #expect(counts["failed"] as? Int == 1)
    }

    @Test func whatItNeedsIsSaid() throws {
        let unknown = try Program.run("peer", "nobody", "--keep", "x")
        #expect(unknown.code == 2 && unknown.errors.contains("known: plain"))
        let fault = try Program.run("peer", "plain", "--keep", "x", "--fault", "refus=.1")
        #expect(fault.code == 2 && fault.errors.contains("did you mean 'refuse'?"))
        for (peer, options, said) in [
            ("justice", "bogus=1", "'justice' has no option 'bogus'; known: refuse_permille"),
            ("plain", "bogus=1", "it has none"), ("holders", "invent=maybe", "must be yes or no, not 'maybe'"),
            ("findings", "refuse_permille=1001", "must be 0 to 1000"),
        ] {
            let result = try Program.run("peer", peer, "--keep", "x", "--options", options)
            #expect(result.code == 2 && result.errors.contains(said), "\(result.errors)")
        }
        #expect(try Program.run("peer", "--help").output.contains("amend_permille=N"))
        let missing = try Program.run("peer", "plain")
        #expect(missing.code == 2 && missing.errors.contains("--keep is missing"))
    }
}
