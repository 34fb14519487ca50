import Glibc
import Testing

@testable import ANPRCore
@testable import PluginKit

/// Answers as bytes, whole and cut and wrong.
@Suite struct HTTPCallTests {
    /// What a peer says, and then hangs up.
    private func answer(_ text: String, bytesMax: Int = 100, hasBody: Bool = true) throws -> DeliveryAnswer? {
        var ends: [CInt] = [-1, -1]
        #expect(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let call = HTTPCall(Descriptor(ends[0]), withinNs: 60 * .second)
        let bytes = Array(text.utf8)
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        do throws(DeliveryProblem) {
            return try call.answer(bytesMax: bytesMax, hasBody: hasBody)
        } catch {
            guard case .temporary = error else { throw error }
            return nil
        }
    }

    private static let plain = "HTTP/1.1 202 Accepted\r\nX: 1\r\nContent-Length: 5\r\n\r\nhello"
    private static let chunked =
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nT: 1\r\n\r\n"

    @Test(arguments: [plain, "HTTP/1.1 100 Continue\r\n\r\n" + plain, chunked])
    func theWholeAnswerIsOneAndNoPartOfIt(text: String) throws {
        #expect(try answer(text) == DeliveryAnswer(status: 202, body: Array("hello".utf8)))
        // By bytes: to Swift CRLF is one character.
        for cut in 0..<text.utf8.count {
            #expect(try answer(String(decoding: text.utf8.prefix(cut), as: UTF8.self)) == nil, "\(cut)")
        }
    }

    @Test func answersWithoutABody() throws {
        #expect(try answer("HTTP/1.1 204 None\r\n\r\n")?.status == 204)
        #expect(try answer("HTTP/1.1 200\r\nContent-Length: 7\r\n\r\n", hasBody: false)?.status == 200)
    }

    @Test(arguments: [
        "", "\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nno length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    ])
    func whatIsNoAnswer(text: String) throws { #expect(try answer(text) == nil) }

    @Test func nothingIsTakenWithoutABound() throws {
        let long = String(repeating: "a", count: 101)
        #expect(try answer("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + long) == nil)
        #expect(try answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n\(long)\r\n0\r\n\r\n") == nil)
        #expect(try answer(String(repeating: "a", count: 40_000)) == nil)
        #expect(try answer("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: 5000)) == nil)
    }

    @Test func addresses() {
        let address = HTTPAddress("http://[::1]:8080/a/b/")
        #expect(address?.host == "::1" && address?.port == 8080 && address?.path == "/a/b")
        #expect(HTTPAddress("http://peer")?.port == 80 && HTTPAddress("http://peer/")?.path == "")
    }
}
