import ANPRCore

/// Where and how fast frames go, from the command line.
enum Destination {
    static func options(_ arguments: Arguments, default listen: ListenConfiguration?) throws(UsageError)
        -> UDPSender.Options
    {
        guard let text = arguments.text("to") else {
            guard let listen, listen.port != 0 else { throw arguments.usageError("--to HOST:PORT is missing") }
            var options = UDPSender.Options(port: listen.port)
            // A daemon that listens on every interface is reached at this one.
            options.address = listen.address == 0 ? 0x7f00_0001 : listen.address
            return options
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let host = parts.first == "localhost" ? "127.0.0.1" : String(parts.first ?? "")
        guard parts.count == 2, let address = IPv4.parse(host), let port = UInt16(parts[1]), port > 0 else {
            throw arguments.usageError("--to must be an IPv4 address and a port, such as 127.0.0.1:7700, not '\(text)'")
        }
        var options = UDPSender.Options(port: port)
        options.address = address
        return options
    }

    static func pace(_ arguments: Arguments, default fallback: Pace) throws(UsageError) -> Pace {
        guard let text = arguments.text("pace") else { return fallback }
        if text == "flat" { return .flatOut }
        guard let times = Double(text), times > 0, times <= 1e6 else {
            throw arguments.usageError("--pace must be a number above 0 (times real time) or 'flat', not '\(text)'")
        }
        return .times(times)
    }
}
