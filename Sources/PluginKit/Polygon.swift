/// An area of the plane: its corners in order, in whole millimetres, closed from the last to the first.
///
/// A point on an edge or a corner is inside. Everything else by the even-odd rule, so an area that crosses itself has
/// holes where it covers twice. All arithmetic is on integers: there is no point whose answer depends on rounding.
package struct Polygon: Equatable, Sendable {
    package let corners: [Point]

    package struct Point: Equatable, Sendable {
        package let xMm: Int
        package let yMm: Int

        /// Far past any plane of a deployment, and small enough for every product below.
        package static let metresMax = 1e9

        package init(xMm: Int, yMm: Int) {
            self.xMm = xMm
            self.yMm = yMm
        }

        /// Rounded to the millimetre; nil past `metresMax` or for what is no number.
        package init?(xM: Double, yM: Double) {
            guard abs(xM) <= Self.metresMax, abs(yM) <= Self.metresMax else { return nil }
            self.init(xMm: Int((xM * 1000).rounded()), yMm: Int((yM * 1000).rounded()))
        }
    }

    package static let cornersMax = 1000

    package init(corners: [Point]) {
        precondition(corners.count >= 3 && corners.count <= Self.cornersMax)
        self.corners = corners
    }

    package func contains(_ p: Point) -> Bool {
        var isInside = false
        var a = corners[corners.count - 1]
        for b in corners {
            let side = Self.side(a, b, p)
            if side == 0, Self.isWithin(a, b, p) { return true }
            // WHY: an edge counts with its lower end and without its upper one, so that a ray through a corner
            // crosses once. It is crossed to the right of p exactly if p lies to the left of it, seen upwards.
            if (a.yMm > p.yMm) != (b.yMm > p.yMm), (side > 0) == (b.yMm > a.yMm) { isInside.toggle() }
            a = b
        }
        return isInside
    }

    /// Above 0 when p is to the left of a -> b, below when to the right, 0 on the line.
    private static func side(_ a: Point, _ b: Point, _ p: Point) -> Int {
        let left = Int128(b.xMm - a.xMm) * Int128(p.yMm - a.yMm)
        let right = Int128(b.yMm - a.yMm) * Int128(p.xMm - a.xMm)
        return left == right ? 0 : left > right ? 1 : -1
    }

    private static func isWithin(_ a: Point, _ b: Point, _ p: Point) -> Bool {
        min(a.xMm, b.xMm) <= p.xMm && p.xMm <= max(a.xMm, b.xMm) && min(a.yMm, b.yMm) <= p.yMm
            && p.yMm <= max(a.yMm, b.yMm)
    }
}

extension Polygon {
    /// From `x y; x y; x y`, in metres. Nil when it is not that, or has fewer than three corners or too many.
    package init?(_ text: String) {
        var corners: [Point] = []
        for part in text.split(separator: ";") {
            let numbers = part.split(separator: " ")
            guard numbers.count == 2, let x = Double(numbers[0]), let y = Double(numbers[1]),
                let corner = Point(xM: x, yM: y)
            else { return nil }
            corners.append(corner)
        }
        guard corners.count >= 3, corners.count <= Self.cornersMax else { return nil }
        self.init(corners: corners)
    }
}
