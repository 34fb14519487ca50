/// What is linked to a record in so many steps, breadth first, by links that hold.
///
/// A record with very many links (a busy place) is shown and not gone through, unless it is the first one.
struct GraphWalk: Equatable {
    struct Node: Equatable {
        let record: UInt32
        let steps: Int
        var isHub = false
    }

    private(set) var nodes: [Node]
    /// Numbers of links, in the order in which they were met.
    private(set) var links: [UInt32] = []
    /// There is more than is shown.
    private(set) var isCut = false

    static let nodesMax = 2000
    static let linksMax = 5000
    static let hubLinks = 200

    init(_ register: Register, from start: UInt32, steps: Int) {
        nodes = [Node(record: start, steps: 0)]
        var known: Set<UInt32> = [start]
        var seen: Set<UInt32> = []
        var place = 0
        while place < nodes.count {
            let node = nodes[place]
            defer { place += 1 }
            guard node.steps < steps, register.records[node.record].state == .active else { continue }
            if place > 0, Self.isHub(node.record, register) {
                nodes[place].isHub = true
                continue
            }
            register.forEachLink(of: node.record) { number, link in
                guard link.holds, seen.insert(number).inserted else { return true }
                let other = link.other(than: node.record)
                guard links.count < Self.linksMax, known.contains(other) || nodes.count < Self.nodesMax else {
                    isCut = true
                    return false
                }
                links.append(number)
                if known.insert(other).inserted { nodes.append(Node(record: other, steps: node.steps + 1)) }
                return true
            }
        }
    }

    private static func isHub(_ record: UInt32, _ register: Register) -> Bool {
        var count = 0
        register.forEachLink(of: record) { _, link in
            if link.holds { count += 1 }
            return count <= hubLinks
        }
        return count > hubLinks
    }
}
