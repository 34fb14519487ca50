extension Engine {
    /// Commands and queries for one plugin, which takes them in this order; waits for their replies. Any thread.
    ///
    /// A command that got no reply in time may have been done: it is asked again under its id.
    package func call(
        _ calls: [PluginCall], plugin name: String, waitNs: Nanoseconds = 30 * .second
    ) -> [PluginReply] {
        guard let runner = plugins.first(where: { $0.name == name }) else {
            let refusal = Refusal("unknown_plugin", "no plugin '\(name)' is attached")
            return calls.map { _ in .refused(refusal) }
        }
        return runner.call(calls).wait(waitNs)
    }
}
