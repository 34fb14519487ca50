import ANPRCore
import Foundation
import FoundationNetworking

/// Sends effects to an office over HTTP, each under its key (`Idempotency-Key`), and brings its answer back.
///
/// 2xx and 4xx are answers: the peer has decided. 408, 425, 429, 3xx, 5xx, no answer in time, half of one and too much of
/// one are temporary: the effect comes again under its key. Nothing that the network does is ever permanent.
///
/// One for a destination and for the life of the process, shared by its threads: on Linux, sessions that are made and
/// dropped leave threads behind. Waits up to `wholeNs`: for a courier's thread, never for a plugin's.
package final class HTTPPeer: Sendable {
    package struct Settings: Sendable {
        package var url: String
        /// From the connection to the answer's last byte.
        package var wholeNs: Nanoseconds = 10 * .second
        package var bytesMax = 256 << 10
        package var headers: [String: String] = [:]

        package init(url: String) { self.url = url }
    }

    private let settings: Settings
    private let session: URLSession
    private let exchanges = HTTPExchanges()
    private let question: @Sendable (Effect) throws(DeliveryProblem) -> HTTPQuestion

    /// Connections at once.
    private static let connectionsMax = 16

    /// - Parameter request: how an effect is put; by itself it is posted to the URL as it is.
    package init(
        _ settings: Settings,
        request: @escaping @Sendable (Effect) throws(DeliveryProblem) -> HTTPQuestion = { effect in
            HTTPQuestion(body: effect.payload)
        }
    ) throws(InputProblem) {
        try Self.check(settings.url)
        self.settings = settings
        question = request
        let configuration = URLSessionConfiguration.ephemeral
        configuration.urlCache = nil
        configuration.requestCachePolicy = .reloadIgnoringLocalCacheData
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        configuration.urlCredentialStorage = nil
        configuration.httpMaximumConnectionsPerHost = Self.connectionsMax
        session = URLSession(configuration: configuration, delegate: exchanges, delegateQueue: nil)
    }

    deinit { session.invalidateAndCancel() }

    /// For whoever reads options: says what is wrong with a URL.
    package static func check(_ text: String) throws(InputProblem) {
        guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
            url.host?.isEmpty == false, url.query == nil, url.fragment == nil
        else {
            throw InputProblem(file: "url", line: 0, message: "'\(text)' must be such as http://host:8080/path")
        }
    }

    package func ask(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer {
        let request = try request(effect)
        let exchange = HTTPExchange(bytesMax: settings.bytesMax)
        exchanges.start(session.dataTask(with: request), exchange)
        guard let outcome = exchange.wait(settings.wholeNs) else {
            exchanges.cancel(exchange)
            throw .temporary("no answer within \(settings.wholeNs / .millisecond) ms")
        }
        return try Self.judge(outcome, bytesMax: settings.bytesMax)
    }

    private func request(_ effect: Effect) throws(DeliveryProblem) -> URLRequest {
        let question = try question(effect)
        guard let url = URL(string: settings.url + question.path) else {
            throw .permanent("'\(settings.url + question.path)' is no URL")
        }
        guard !effect.key.isEmpty, effect.key.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw .permanent("the key '\(effect.key)' cannot stand in a header")
        }
        // The session's own clock starts again with each byte; ours does not, and this is for when ours has failed.
        let seconds = Double(settings.wholeNs / .second + 1)
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: seconds)
        request.httpMethod = question.method
        for (name, value) in settings.headers { request.setValue(value, forHTTPHeaderField: name) }
        request.setValue(effect.key, forHTTPHeaderField: "Idempotency-Key")
        // So that an answer's bytes can be held against its length.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if !question.body.isEmpty || !["GET", "HEAD"].contains(question.method) {
            request.setValue(question.type, forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(question.body)
        }
        return request
    }

    private static func judge(_ outcome: HTTPExchange.Outcome, bytesMax: Int) throws(DeliveryProblem) -> DeliveryAnswer
    {
        if outcome.isTooLong { throw .temporary("the answer is longer than \(bytesMax) bytes") }
        if let failure = outcome.failure { throw .temporary(failure) }
        guard let status = outcome.status else { throw .temporary("closed without an answer") }
        guard outcome.length < 0 || outcome.length == Int64(outcome.body.count) else {
            throw .temporary("\(outcome.body.count) of the answer's \(outcome.length) bytes came")
        }
        let isAnswer = (200..<300).contains(status) || (400..<500).contains(status)
        guard isAnswer, ![408, 425, 429].contains(status) else { throw .temporary("answered with status \(status)") }
        return DeliveryAnswer(status: status, body: outcome.body)
    }
}
