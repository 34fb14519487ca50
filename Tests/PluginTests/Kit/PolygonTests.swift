import Testing

@testable import ANPRCore
@testable import PluginKit

@Suite struct PolygonTests {
    private typealias Point = Polygon.Point

    /// A twin with another ray and other reasons: the ray leaves in a direction that passes no corner of a small plane,
    /// so it counts the edges that it properly crosses and needs no rule for corners.
    private func naiveContains(_ corners: [Polygon.Point], _ p: Polygon.Point) -> Bool {
        func side(_ a: Point, _ b: Point, _ c: Point) -> Int {
            ((b.xMm - a.xMm) * (c.yMm - a.yMm) - (b.yMm - a.yMm) * (c.xMm - a.xMm)).signum()
        }
        let far = Point(xMm: p.xMm + 1_000_003, yMm: p.yMm + 1009)  // a prime slope, far past every corner
        var crossings = 0
        for i in corners.indices {
            let a = corners[i]
            let b = corners[(i + 1) % corners.count]
            let dot = (a.xMm - p.xMm) * (b.xMm - p.xMm) + (a.yMm - p.yMm) * (b.yMm - p.yMm)
            if side(a, b, p) == 0, dot <= 0 { return true }
            if side(a, b, p) * side(a, b, far) < 0, side(p, far, a) * side(p, far, b) < 0 { crossings += 1 }
        }
        return crossings % 2 == 1
    }

    /// In a plane of 13 by 13 points most polygons cross themselves and many points lie on edges and corners.
    @Test(arguments: UInt64(1)...8)
    func agreesWithItsTwin(seed: UInt64) {
        var random = Random(seed: seed)
        var inside = 0
        for _ in 0..<300 {
            let corners = (0..<3 + random.below(6)).map { _ in Point(xMm: random.below(13), yMm: random.below(13)) }
            let polygon = Polygon(corners: corners)
            for x in -1...13 {
                for y in -1...13 {
                    let p = Point(xMm: x, yMm: y)
                    let isInside = polygon.contains(p)
                    #expect(isInside == naiveContains(corners, p), "\(corners) \(p)")
                    if isInside { inside += 1 }
                }
            }
        }
        #expect(inside > 5000)
    }

    @Test func edgesAndCornersAreInside() throws {
        let square = try #require(Polygon("0 0; 10 0; 10 10; 0 10"))
        func contains(_ x: Double, _ y: Double) -> Bool { Point(xM: x, yM: y).map(square.contains) ?? false }
        for (x, y) in [(0.0, 0.0), (10, 10), (5, 0), (0, 5), (10, 0.001), (5, 5)] {
            #expect(contains(x, y), "\(x) \(y)")
        }
        for (x, y) in [(-0.001, 0.0), (10.001, 5), (5, 10.001), (20, 0), (-5, 10), (.infinity, 5)] {
            #expect(!contains(x, y), "\(x) \(y)")
        }
    }

    /// Either way round, and from any corner on.
    @Test func theWayRoundDoesNotMatter() throws {
        let corners = [(0, 0), (8, 1), (9, 9), (4, 3)].map { Point(xMm: $0.0, yMm: $0.1) }
        for first in corners.indices {
            let turned = Array(corners[first...] + corners[..<first])
            for polygon in [Polygon(corners: turned), Polygon(corners: turned.reversed())] {
                #expect(polygon.contains(Point(xMm: 7, yMm: 5)))
                #expect(!polygon.contains(Point(xMm: 4, yMm: 4)))
            }
        }
    }

    /// The largest plane allowed does not overflow.
    @Test func theLargestPlane() throws {
        let plane = try #require(Polygon("-1e9 -1e9; 1e9 -1e9; 1e9 1e9; -1e9 1e9"))
        #expect(plane.contains(Point(xMm: 0, yMm: 0)))
        #expect(plane.contains(try #require(Point(xM: 1e9, yM: 1e9))))
        #expect(Point(xM: 1.1e9, yM: 0) == nil)
        #expect(Point(xM: .nan, yM: 0) == nil)
    }

    @Test(arguments: ["", "1 1", "1 1; 2 2", "1 1; 2 2; 3", "a b; c d; e f", "1 1; 2 2; 3 1e12", "1,1; 2,2; 3,1"])
    func refused(text: String) { #expect(Polygon(text) == nil) }
}
