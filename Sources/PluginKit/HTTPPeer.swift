import ANPRCore

/// Sends effects to an office over HTTP, each under its key (`Idempotency-Key`), and brings its answer back.
///
/// 2xx and 4xx are answers: the peer decided. 408, 425, 429, 3xx, 5xx, no answer in time, half of one or too much of
/// one are temporary: the effect comes again under its key. Nothing that the network does is ever permanent.
///
/// Has no state: any number of threads may ask. Waits up to `wholeNs`: for a courier's thread, never for a plugin's.
package final class HTTPPeer: Sendable {
    package struct Settings: Sendable {
        package var url: String
        /// From the connection to the answer's last byte. A name's look-up has the resolver's own limits.
        package var wholeNs: Nanoseconds = 10 * .second
        package var bytesMax = 256 << 10
        package var headers: [String: String] = [:]

        package init(url: String) { self.url = url }
    }

    private let settings: Settings
    private let address: HTTPAddress
    private let question: @Sendable (Effect) throws(DeliveryProblem) -> HTTPQuestion

    /// - Parameter request: how an effect is put; by itself it is posted to the URL as it is.
    package init(
        _ settings: Settings,
        request: @escaping @Sendable (Effect) throws(DeliveryProblem) -> HTTPQuestion = { effect in
            HTTPQuestion(body: effect.payload)
        }
    ) throws(InputProblem) {
        address = try Self.address(settings.url)
        self.settings = settings
        question = request
    }

    /// For whoever reads options: says what is wrong with a URL.
    package static func check(_ text: String) throws(InputProblem) { _ = try address(text) }

    private static func address(_ text: String) throws(InputProblem) -> HTTPAddress {
        guard let address = HTTPAddress(text) else {
            let advice = text.hasPrefix("https:") ? "; for https let a TLS relay stand beside the daemon" : ""
            throw InputProblem(
                file: "url", line: 0, message: "'\(text)' must be such as http://host:8080/path\(advice)")
        }
        return address
    }

    package func ask(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer {
        let question = try question(effect)
        let bytes = try request(effect, question)
        let call = try HTTPCall(address, withinNs: settings.wholeNs)
        try call.send(bytes)
        let answer = try call.answer(bytesMax: settings.bytesMax, hasBody: question.method != "HEAD")
        let isAnswer = (200..<300).contains(answer.status) || (400..<500).contains(answer.status)
        guard isAnswer, ![408, 425, 429].contains(answer.status) else {
            throw .temporary("answered with status \(answer.status)")
        }
        return answer
    }

    private func request(_ effect: Effect, _ question: HTTPQuestion) throws(DeliveryProblem) -> [UInt8] {
        let target = address.path + question.path
        guard target.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .permanent("'\(target)' is no path of a URL")
        }
        guard !effect.key.isEmpty, Self.isOneLine(effect.key) else {
            throw .permanent("the key '\(effect.key)' cannot stand in a header")
        }
        var head = "\(question.method) \(target.hasPrefix("/") ? "" : "/")\(target) HTTP/1.1\r\n"
        head += "Host: \(address.authority)\r\nIdempotency-Key: \(effect.key)\r\nConnection: close\r\n"
        for (name, value) in settings.headers.sorted(by: { $0.key < $1.key }) {
            guard Self.isOneLine(name), Self.isOneLine(value) else {
                throw .permanent("'\(name)' cannot stand in a header")
            }
            head += "\(name): \(value)\r\n"
        }
        if !question.body.isEmpty || !["GET", "HEAD"].contains(question.method) {
            head += "Content-Type: \(question.type)\r\nContent-Length: \(question.body.count)\r\n"
        }
        return Array((head + "\r\n").utf8) + question.body
    }

    private static func isOneLine(_ text: String) -> Bool { text.utf8.allSatisfy { (0x20...0x7e).contains($0) } }
}

extension HTTPPeer: EffectDelivery {
    package func deliver(_ effect: Effect) throws(DeliveryProblem) -> DeliveryAnswer? { try ask(effect) }
}
