/// A plate whose reads a plugin wants, from (inclusive) and to (exclusive) instants judged at the capture time.
package struct WatchedPlate: Hashable, Sendable {
    package let plate: Plate
    package let fromNs: Nanoseconds
    package let toNs: Nanoseconds
    package init(plate: Plate, fromNs: Nanoseconds = .min, toNs: Nanoseconds = .max) {
        self.plate = plate
        self.fromNs = fromNs
        self.toNs = toNs
    }
}
