import Testing

@testable import ANPRCore

/// The memory of what has alerted against a dictionary that never forgets.
@Suite struct SuppressionTests {
    private struct Key: Hashable {
        var plate: Plate
        var camera: UInt32
        var entry: UInt32
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func aRepeatIsLessThanTheWindowFromTheLastAlert(seed: UInt64) throws {
        var random = Random(seed: seed)
        let windowNs = Nanoseconds(1 + random.below(50))
        var suppression = Suppression(windowNs: windowNs)
        var alertedNs: [Key: Nanoseconds] = [:]
        var repeats = 0
        for i in 0..<4000 {
            let key = Key(
                plate: try Plate("P\(random.below(20))"), camera: UInt32(random.below(3)),
                entry: UInt32(random.below(3)))
            // Reads of two receivers come in either order.
            let ns = Nanoseconds(i / 4 + random.below(60))
            let isRepeat = suppression.isRepeat(
                plate: key.plate, camera: key.camera, mark: UInt64(key.entry), capturedNs: ns)
            let expected = alertedNs[key].map { abs(ns - $0) < windowNs } ?? false
            #expect(isRepeat == expected)
            if expected { repeats += 1 } else { alertedNs[key] = ns }
        }
        #expect(repeats > 100)
    }

    @Test func noWindowNoRepeat() throws {
        var suppression = Suppression(windowNs: 0)
        for _ in 0..<3 {
            let isRepeat = suppression.isRepeat(plate: try Plate("A"), camera: 1, mark: 1, capturedNs: 5)
            #expect(!isRepeat)
        }
    }

    /// More than it can remember: it may show a repeat once more, and never hides what is none.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func aFullMemoryNeverErrsTowardsSilence(seed: UInt64) throws {
        var random = Random(seed: seed)
        var suppression = Suppression(windowNs: 1000, sets: 2)
        var alertedNs: [Plate: [Nanoseconds]] = [:]
        var forgotten = 0
        for i in 0..<2000 {
            let plate = try Plate("P\(random.below(30))")
            let ns = Nanoseconds(i)
            if suppression.isRepeat(plate: plate, camera: 1, mark: 1, capturedNs: ns) {
                #expect(alertedNs[plate, default: []].contains { ns - $0 < 1000 })
            } else {
                if let last = alertedNs[plate]?.last, ns - last < 1000 { forgotten += 1 }
                alertedNs[plate, default: []].append(ns)
            }
        }
        #expect(forgotten > 0)
    }

    @Test func theOldestIsForgottenFirst() throws {
        var suppression = Suppression(windowNs: 1000, sets: 1)
        func isRepeat(_ text: String, _ ns: Nanoseconds) throws -> Bool {
            let plate = try Plate(text)
            return suppression.isRepeat(plate: plate, camera: 1, mark: 1, capturedNs: ns)
        }
        // Four fit; B is the oldest, and the fifth takes its place.
        for (text, ns) in [("A", 20), ("B", 10), ("C", 30), ("D", 40), ("E", 50)] as [(String, Nanoseconds)] {
            #expect(try !isRepeat(text, ns))
        }
        for text in ["A", "C", "D", "E"] { #expect(try isRepeat(text, 60)) }
        #expect(try !isRepeat("B", 60))
    }
}
