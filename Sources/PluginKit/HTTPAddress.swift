/// Where an office is: `http://host:8080/path`.
struct HTTPAddress: Equatable, Sendable {
    let host: String
    let port: UInt16
    /// Put before each question's; without a slash at its end.
    let path: String
    /// As it stands in a request's `Host`.
    let authority: String

    /// Nil when it is not that: no other scheme, no user, query or fragment.
    init?(_ text: String) {
        let scheme = "http://"
        guard text.hasPrefix(scheme), text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            !text.contains(where: { "?#@\"<>\\".contains($0) })
        else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        var path = rest.dropFirst(authority.count)
        while path.last == "/" { path = path.dropLast() }
        self.path = String(path)
        self.authority = String(authority)
        var host = authority
        var port: UInt16 = 80
        if let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") {
            guard let number = UInt16(authority[colon...].dropFirst()), number > 0 else { return nil }
            port = number
            host = authority[..<colon]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }  // IPv6
        guard !host.isEmpty, !host.contains(where: { "[]".contains($0) }) else { return nil }
        self.host = String(host)
        self.port = port
    }
}
