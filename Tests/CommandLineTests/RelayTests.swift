import Foundation
import Testing

/// The relay as a process between two of ours.
@Suite(.serialized) struct RelayTests {
    @Test(.timeLimit(.minutes(5)))
    func framesGoThroughItAndTheCountsAddUp() throws {
        let folder = try ServeTests.folder()
        let daemon = try Running(["serve", "--config", "\(folder.path)/anprd.json5", "--json", "--status-seconds", "1"])
        let port = try #require(try ServeTests.port(daemon).split(separator: ":").last.map(String.init))
        let relay = try Running([
            "relay", "--listen", "0", "--to", port, "--duplicate", "100", "--delay", "1", "--json",
        ])
        let line = try #require(relay.line(with: "relaying from"))
        let text = try #require(try WorkFolder.json(line)["text"] as? String)
        _ = try ServeTests.replay(folder, to: String(text.split(separator: " ")[2]))
        #expect(daemon.line(with: "\"reads\":3,") != nil)
        relay.signal(SIGTERM)
        let end = relay.end()
        let counts = try WorkFolder.json(end.output)
        #expect(end.code == 0 && counts["event"] as? String == "relay" && counts["senders"] as? Int == 1)
        let taken = try #require(counts["forth_taken"] as? Int)
        #expect(taken > 0 && counts["forth_delivered"] as? Int == 2 * taken && counts["back_taken"] as? Int == 0)
        daemon.signal(SIGTERM)
        #expect(daemon.end().code == 0)
    }

    @Test func whatItNeedsIsSaid() throws {
        let missing = try Program.run("relay", "--listen", "7701")
        #expect(missing.code == 2 && missing.errors.contains("--to is missing"))
        let tooMuch = try Program.run("relay", "--listen", "7701", "--to", "7700", "--loss", "101")
        #expect(tooMuch.code == 2 && tooMuch.errors.contains("--loss must be a number from 0.0 to 100.0"))
    }

    @Test func theAcknowledgedSendersFlagsAreChecked() throws {
        let frames = try Program.run("simulate", "--acknowledged", "--loss", "0.1")
        #expect(frames.code == 2 && frames.errors.contains("anprd relay"))
        let odd = try Program.run("simulate", "--acknowledged", "--store-reads", "1000")
        #expect(odd.code == 2 && odd.errors.contains("a power of two"))
        let alone = try Program.run("simulate", "--sent", "x.csv")
        #expect(alone.code == 2 && alone.errors.contains("--sent goes with --acknowledged"))
    }
}
