/// Carries one value, noncopyable perhaps, into a thread or out of it.
final class Handover<Value: ~Copyable>: @unchecked Sendable {
    // SAFE: @unchecked Sendable: put before the thread starts or ends, taken once after; starting and joining order
    // both.
    private var value: Value?

    init(_ value: consuming Value) { self.value = consume value }

    func put(_ value: consuming Value) { self.value = consume value }

    func take() -> Value {
        guard let value = self.value.take() else { preconditionFailure("taken twice") }
        return value
    }
}
