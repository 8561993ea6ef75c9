import ControlAPI

/// The members of a pool that may get requests now. Immutable: made anew when membership or health changes, so that a
/// pick looks at no member that may not be taken and costs the same for 2 members and for 1,000.
final class TargetSelection: Sendable {
    let members: [PoolMember]
    let algorithm: TargetPool.Algorithm
    /// Failures in a row that a member is reported for.
    let ejectAfter: Int

    init(members: [PoolMember], algorithm: TargetPool.Algorithm = .roundRobin, ejectAfter: Int = .max) {
        self.members = members
        self.algorithm = algorithm
        self.ejectAfter = ejectAfter
    }

    /// Up to so many members the one with the fewest requests under way is looked for among all; beyond, among two that
    /// are drawn ("power of two choices": no hot spot, and no list to keep in order over all loops).
    static let smallPool = 8

    /// - Parameters:
    ///   - cursor: the loop's own place in the round.
    ///   - tried: members that have failed this request already; taken again only if there is no other.
    @inline(__always)
    func pick(cursor: inout Int, random: inout LoopRandom, tried: [PoolMember] = []) -> PoolMember? {
        guard !members.isEmpty else { return nil }
        return tried.isEmpty ? next(cursor: &cursor, random: &random) : another(than: tried, cursor, &random)
    }

    @inline(__always)
    private func next(cursor: inout Int, random: inout LoopRandom) -> PoolMember {
        switch algorithm {
        case .roundRobin:
            cursor = cursor &+ 1 < members.count ? cursor &+ 1 : 0
            return members[cursor]
        case .leastOutstandingRequests:
            return members.count <= Self.smallPool ? leastOfAll(cursor: &cursor) : leastOfTwo(random: &random)
        }
    }

    /// Begins at another member each time, so that equals take turns.
    private func leastOfAll(cursor: inout Int) -> PoolMember {
        cursor = cursor &+ 1 < members.count ? cursor &+ 1 : 0
        var best = members[cursor]
        var fewest = best.outstanding
        var place = cursor
        for _ in 1..<members.count {
            place = place + 1 < members.count ? place + 1 : 0
            let count = members[place].outstanding
            if count < fewest { (best, fewest) = (members[place], count) }
        }
        return best
    }

    @inline(__always)
    private func leastOfTwo(random: inout LoopRandom) -> PoolMember {
        let draw = random.next()
        let count = UInt64(members.count)
        let one = Int(((draw & 0xFFFF_FFFF) &* count) >> 32)
        // Among the others, so that the two are never the same.
        var other = Int(((draw >> 32) &* (count - 1)) >> 32)
        if other >= one { other += 1 }
        let isOther =
            members[other].outstanding < members[one].outstanding
        return members[isOther ? other : one]
    }

    /// The round goes on where it was: a request that is tried again takes nobody's turn. At most one step more than
    /// there are tried members.
    private func another(than tried: [PoolMember], _ cursor: Int, _ random: inout LoopRandom) -> PoolMember {
        let start = algorithm == .roundRobin ? cursor : Int.random(in: 0..<members.count, using: &random)
        for step in 1...(tried.count + 1) {
            let member = members[(start + step) % members.count]
            if !tried.contains(where: { $0 === member }) { return member }
        }
        return members[(start + 1) % members.count]
    }
}

/// A VPC link as one loop knows it.
struct LoopVpcLink {
    enum State: Sendable {
        /// No such link.
        case unknown
        /// A link without a pool.
        case direct
        case pool(TargetSelection)
    }

    var state = State.unknown
    /// The loop's place in the pool's round. Loops begin at different ones, so that they do not all turn to the same
    /// target at once.
    var cursor = 0

    mutating func take(_ new: State, loop: Int, of loops: Int) {
        let isFirst = if case .pool = state { false } else { true }
        state = new
        guard case .pool(let selection) = new, !selection.members.isEmpty else { return }
        if isFirst { cursor = selection.members.count * loop / max(1, loops) }
        cursor %= selection.members.count
    }
}
