/// How an event that was set aside is written: one line of `set-aside.jsonl`.
enum SetAsideLine {
    static func effect(_ name: EventName, _ attempt: AttemptPage.Attempt, deaths: Int) -> Effect {
        var line = JSONLine()
        line.begin()
        line.field("key", name.key)
        line.field("kind", name.kind)
        line.field("identity", name.identity)
        line.field("captured_at", Instant.format(name.capturedNs))
        line.field("shard", attempt.shard)
        line.field("position", attempt.cursor.position)
        line.field("event", attempt.cursor.event)
        line.field("deaths", deaths)
        line.end()
        return Effect(key: name.key, destination: HostDelivery.setAside, payload: line.bytes)
    }
}
