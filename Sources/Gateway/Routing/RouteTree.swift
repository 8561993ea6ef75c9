/// The resources of a deployment as a flat tree: per segment literal before `{variable}` before `{proxy+}`, and back to
/// the next best where a branch leads nowhere. Looks at each node at most once, so that no path is slow.
final class RouteTree: Sendable {
    struct Literal: Sendable {
        var hash: UInt64
        var text: [UInt8]
        var node: Int32
    }

    struct Node: Sendable {
        /// Ascending by hash.
        var literals: [Literal] = []
        var variable: Int32 = -1
        var greedy: Int32 = -1
        /// Place in `methods` of this resource's first verb, or -1 where it has no method.
        var methods: Int32 = -1
    }

    private let nodes: [Node]
    /// For each resource with methods one place per ``Verb``, without `other`; `ANY` is filled in where no exact one is.
    private let methods: [MethodPlan?]

    private static let verbCount = Verb.allCases.count - 1

    init(_ routes: [(path: String, methods: [String: MethodPlan])]) throws {
        var nodes = [Node()]
        var methods: [MethodPlan?] = []
        for route in routes {
            var current = 0
            let segments = route.path.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
            for segment in segments {
                current = Self.child(of: current, named: segment, in: &nodes)
            }
            if route.methods.isEmpty { continue }
            let first = methods.count
            let any = route.methods["ANY"]
            for verb in Verb.allCases where verb != .other {
                methods.append(route.methods[verb.name.description] ?? any)
            }
            nodes[current].methods = Int32(first)
        }
        for index in nodes.indices { nodes[index].literals.sort { $0.hash < $1.hash } }
        self.nodes = nodes
        self.methods = methods
    }

    private static func child(of parent: Int, named segment: String, in nodes: inout [Node]) -> Int {
        if segment.hasPrefix("{"), segment.hasSuffix("}") {
            let isGreedy = segment.hasSuffix("+}")
            let known = isGreedy ? nodes[parent].greedy : nodes[parent].variable
            if known >= 0 { return Int(known) }
            nodes.append(Node())
            let new = Int32(nodes.count - 1)
            if isGreedy { nodes[parent].greedy = new } else { nodes[parent].variable = new }
            return Int(new)
        }
        let text = Array(segment.utf8)
        if let known = nodes[parent].literals.first(where: { $0.text == text }) { return Int(known.node) }
        nodes.append(Node())
        let new = Int32(nodes.count - 1)
        nodes[parent].literals.append(
            Literal(hash: text.withUnsafeBytes { hash($0.baseAddress, 0, $0.count) }, text: text, node: new))
        return Int(new)
    }

    /// Every method, once for each verb that reaches it.
    var allMethods: [MethodPlan] { methods.compactMap(\.self) }

    /// FNV-1a.
    @inline(__always)
    static func hash(_ base: UnsafeRawPointer?, _ start: Int, _ end: Int) -> UInt64 {
        var value: UInt64 = 0xCBF2_9CE4_8422_2325
        guard let base else { return value }
        for index in start..<end {
            value = (value ^ UInt64(base.load(fromByteOffset: index, as: UInt8.self))) &* 0x100_0000_01B3
        }
        return value
    }

    /// The method for the path between `start` and `end`, which begins after the stage's name. The values of the
    /// path's variables go to `captures`, in the order of the path.
    func match(
        _ base: UnsafeRawPointer, _ start: Int, _ end: Int, verb: Verb, captures: inout [ByteSpan]
    ) -> MethodPlan? {
        captures.removeAll(keepingCapacity: true)
        guard verb != .other else { return nil }
        var start = start
        var end = end
        // Leading slashes collapse, a trailing one is ignored.
        while start < end, base.load(fromByteOffset: start, as: UInt8.self) == 0x2F { start += 1 }
        if end > start, base.load(fromByteOffset: end - 1, as: UInt8.self) == 0x2F { end -= 1 }
        return descend(0, base, start, end, verb, &captures)
    }

    private func descend(
        _ index: Int, _ base: UnsafeRawPointer, _ start: Int, _ end: Int, _ verb: Verb, _ captures: inout [ByteSpan]
    ) -> MethodPlan? {
        if start >= end { return method(index, verb) }
        let node = nodes[index]
        let segmentEnd = ByteScan.find(0x2F, base, start, end) ?? end
        let next = segmentEnd < end ? segmentEnd + 1 : end
        // Only `{proxy+}` takes an empty segment.
        if segmentEnd > start {
            let literal = literal(node.literals, base, start, segmentEnd)
            if literal >= 0, let found = descend(literal, base, next, end, verb, &captures) { return found }
            if node.variable >= 0 {
                let mark = captures.count
                captures.append(ByteSpan(start, segmentEnd))
                if let found = descend(Int(node.variable), base, next, end, verb, &captures) { return found }
                captures.removeLast(captures.count - mark)
            }
        }
        if node.greedy >= 0, let found = method(Int(node.greedy), verb) {
            captures.append(ByteSpan(start, end))
            return found
        }
        return nil
    }

    @inline(__always)
    private func method(_ node: Int, _ verb: Verb) -> MethodPlan? {
        let first = nodes[node].methods
        return first < 0 ? nil : methods[Int(first) + Int(verb.rawValue)]
    }

    @inline(__always)
    private func literal(_ literals: [Literal], _ base: UnsafeRawPointer, _ start: Int, _ end: Int) -> Int {
        guard !literals.isEmpty else { return -1 }
        let hash = Self.hash(base, start, end)
        var low = 0
        var high = literals.count
        while low < high {
            let middle = (low + high) / 2
            if literals[middle].hash < hash { low = middle + 1 } else { high = middle }
        }
        while low < literals.count, literals[low].hash == hash {
            let text = literals[low].text
            if text.count == end - start,
                text.withUnsafeBytes({ equalBytes($0.baseAddress, base + start, end - start) })
            {
                return Int(literals[low].node)
            }
            low += 1
        }
        return -1
    }
}
