import ANPRCore
import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// One request on its way, and whoever waits for its end.
final class HTTPExchange: Sendable {
    struct Outcome: Sendable {
        /// Nil: no head of an answer came.
        var status: Int?
        /// What the head says about the body; -1: nothing.
        var length: Int64 = -1
        var body: [UInt8] = []
        var isTooLong = false
        var failure: String?
    }

    private let bytesMax: Int
    private let outcome = Mutex(Outcome())
    private let done = DispatchSemaphore(value: 0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Nil when it has not ended within so long.
    func wait(_ ns: Nanoseconds) -> Outcome? {
        guard done.wait(timeout: .now() + .nanoseconds(Int(ns))) == .success else { return nil }
        return outcome.withLock { $0 }
    }

    /// False when there is too much of it.
    func take(_ data: Data) -> Bool {
        outcome.withLock { outcome in
            outcome.isTooLong = outcome.isTooLong || outcome.body.count + data.count > bytesMax
            if !outcome.isTooLong { outcome.body += data }
            return !outcome.isTooLong
        }
    }

    func end(_ response: URLResponse?, _ error: (any Error)?) {
        outcome.withLock { outcome in
            if let head = response as? HTTPURLResponse {
                outcome.status = head.statusCode
                outcome.length = head.value(forHTTPHeaderField: "Content-Length").flatMap { Int64($0) } ?? -1
            }
            outcome.failure = error.map { $0.localizedDescription }
        }
        done.signal()
    }
}

/// All requests of one session that are on their way. Called by the session, one call at a time, and by those who ask.
final class HTTPExchanges: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    // SAFE: the one property is a lock around its values; the superclass has none of its own.
    private let open = Mutex<[Int: (exchange: HTTPExchange, task: URLSessionDataTask)]>([:])

    func start(_ task: URLSessionDataTask, _ exchange: HTTPExchange) {
        open.withLock { $0[task.taskIdentifier] = (exchange, task) }
        task.resume()
    }

    /// Nobody waits for it any more.
    func cancel(_ exchange: HTTPExchange) {
        let task = open.withLock { open -> URLSessionDataTask? in
            guard let entry = open.first(where: { $0.value.exchange === exchange }) else { return nil }
            open[entry.key] = nil
            return entry.value.task
        }
        task?.cancel()
    }

    private func exchange(_ task: URLSessionTask) -> HTTPExchange? {
        open.withLock { $0[task.taskIdentifier]?.exchange }
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        guard let exchange = exchange(dataTask), !exchange.take(data) else { return }
        dataTask.cancel()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let entry = open.withLock { $0.removeValue(forKey: task.taskIdentifier) }
        entry?.exchange.end(task.response, error)
    }

    /// An effect goes where it was told to, or nowhere.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}
