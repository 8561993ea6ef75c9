import ControlAPI
import Testing

@testable import Gateway

@Suite struct TargetSelectionTests {
    private static func members(_ count: Int) -> [PoolMember] {
        (0..<count).map { PoolMember(backend: Backend(number: $0, host: "h", port: $0 + 1)) }
    }

    @Test func `round robin takes each in turn`() {
        let selection = TargetSelection(members: Self.members(3))
        var (cursor, random) = (0, LoopRandom())
        let picked = (0..<7).compactMap { _ in selection.pick(cursor: &cursor, random: &random)?.backend.number }
        #expect(picked == [1, 2, 0, 1, 2, 0, 1])
    }

    @Test(arguments: [2, TargetSelection.smallPool])
    func `of a small pool the one with the fewest requests is taken`(_ count: Int) {
        let members = Self.members(count)
        for member in members.dropLast() { member.begin() }
        let selection = TargetSelection(members: members, algorithm: .leastOutstandingRequests)
        var (cursor, random) = (0, LoopRandom())
        for _ in 0..<(3 * count) {
            #expect(selection.pick(cursor: &cursor, random: &random) === members[count - 1])
        }
    }

    @Test func `equals take turns`() {
        let selection = TargetSelection(members: Self.members(4), algorithm: .leastOutstandingRequests)
        var (cursor, random) = (0, LoopRandom())
        let picked = Set((0..<4).compactMap { _ in selection.pick(cursor: &cursor, random: &random)?.backend.number })
        #expect(picked.count == 4)
    }

    @Test func `of a large pool the better of two is taken`() {
        let members = Self.members(1000)
        let selection = TargetSelection(members: members, algorithm: .leastOutstandingRequests)
        var (cursor, random) = (0, LoopRandom())
        for _ in 0..<20_000 { selection.pick(cursor: &cursor, random: &random)?.begin() }
        let counts = members.map { $0.outstanding }
        // 20 on average. One draw would leave some member with more than 35; two do not.
        #expect((counts.max() ?? 0) <= 25)
    }

    @Test(arguments: TargetPool.Algorithm.allCases)
    func `one that failed the request is taken again only where there is no other`(_ algorithm: TargetPool.Algorithm) {
        let members = Self.members(3)
        let selection = TargetSelection(members: members, algorithm: algorithm)
        var (cursor, random) = (0, LoopRandom())
        for _ in 0..<10 {
            let tried = Array(members.prefix(2))
            #expect(selection.pick(cursor: &cursor, random: &random, tried: tried) === members[2])
            #expect(selection.pick(cursor: &cursor, random: &random, tried: members) != nil)
        }
        #expect(TargetSelection(members: []).pick(cursor: &cursor, random: &random) == nil)
    }

    @Test func `loops begin at different members`() {
        let selection = TargetSelection(members: Self.members(8))
        let cursors = (0..<4).map { index in
            var link = LoopVpcLink()
            link.take(.pool(selection), loop: index, of: 4)
            return link.cursor
        }
        #expect(cursors == [0, 2, 4, 6])
    }

    @Test func `a smaller selection keeps the cursor inside`() {
        var link = LoopVpcLink()
        link.take(.pool(TargetSelection(members: Self.members(8))), loop: 3, of: 4)
        link.take(.pool(TargetSelection(members: Self.members(2))), loop: 3, of: 4)
        #expect(link.cursor < 2)
    }

    @Test func `failures in a row are told once`() {
        let member = Self.members(1)[0]
        #expect((1...4).map { _ in member.fail(limit: 3) } == [false, false, true, false])
        member.succeed()
        #expect((1...3).map { _ in member.fail(limit: 3) } == [false, false, true])
        #expect(member.failures == 7)
    }
}
