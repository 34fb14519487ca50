@testable import ANPRCore

enum HitSample {
    static func hit(_ sequence: UInt32) -> Hit {
        var hit = Hit(read: Samples.read("1ABC234", sequence: sequence))
        hit.sources[0] = HitSource(entry: 1, list: 0, kind: .exact, priority: 5)
        hit.sourceCount = 1
        return hit
    }
}
