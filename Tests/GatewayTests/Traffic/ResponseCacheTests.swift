import ControlAPI
import NIOCore
import Testing

@testable import Gateway

@Suite struct ResponseCacheTests {
    private static let gigabyte = 1_073_741_824
    private static let stage = PlanRegistry.StageIdentity(apiId: "a", stageName: "prod")

    private func publication(
        _ name: String = "prod", size: String? = "0.5", canary: Bool = false, useStageCache: Bool? = nil
    ) -> StagePublication {
        var stage = Stage(stageName: name, deploymentId: "d")
        stage.cacheClusterEnabled = size != nil
        stage.cacheClusterSize = size
        if canary { stage.canarySettings = CanarySettings(percentTraffic: 10, useStageCache: useStageCache) }
        return StagePublication(apiId: "a", stage: stage, base: TestPlane.snapshot([], id: "d"), canary: nil)
    }

    private func publish(_ publication: StagePublication, in cache: ResponseCache) -> StageCaches {
        let caches = StageCaches(publication, in: cache)
        cache.publish(
            caches, of: PlanRegistry.StageIdentity(apiId: "a", stageName: publication.stage.stageName))
        return caches
    }

    private func fill(_ cache: StageCache?) throws {
        let cache = try #require(cache)
        let identity = CacheFlight.Identity(exchange: ObjectIdentifier(cache), serial: 0)
        let flight = cache.refresh([1], hash: 1, by: identity)
        cache.finish(flight, with: .pass(key: [1], expires: .max, sequence: 1))
        #expect(cache.entries == 1)
    }

    @Test(
        arguments: [
            ("0.5", 536_870_912), ("1.6", 1_717_986_918), ("6.1", 6_549_825_126), ("13.5", 14_495_514_624),
            ("28.4", 30_494_267_801), ("58.2", 62_491_774_156), ("118", 126_701_535_232), ("237", 254_476_812_288),
            (nil, 536_870_912), ("x", 536_870_912), ("1e300", 1_073_741_824_000), ("-1", 0), ("nan", 536_870_912),
        ] as [(String?, Int)])
    func sizes(_ text: String?, _ bytes: Int) {
        #expect(StageCaches.bytes(text) == bytes)
    }

    @Test func `a stage gets its size, and where that is too much its part of the ceiling`() {
        let cache = ResponseCache(ceiling: Self.gigabyte)
        let first = publish(publication("one"), in: cache)
        #expect(first.base?.capacity == Self.gigabyte / 2)
        let second = publish(publication("two", size: "1.6"), in: cache)
        #expect((first.base?.capacity ?? 0) + (second.base?.capacity ?? 0) <= Self.gigabyte)
        #expect(abs(Double(second.base?.capacity ?? 0) / Double(first.base?.capacity ?? 1) - 3.2) < 0.001)
        cache.withdraw(PlanRegistry.StageIdentity(apiId: "a", stageName: "two"))
        #expect(first.base?.capacity == Self.gigabyte / 2)
        #expect(second.base?.capacity == 0)
    }

    @Test func `another publication keeps the entries, another size or none drops them`() throws {
        let cache = ResponseCache()
        let first = publish(publication(), in: cache)
        try fill(first.base)
        let again = publish(publication(), in: cache)
        #expect(again.base === first.base)
        #expect(again.base?.entries == 1)
        let resized = publish(publication(size: "1.6"), in: cache)
        #expect(resized.base === first.base)
        #expect(resized.base?.entries == 0)
        try fill(resized.base)
        #expect(publish(publication(size: nil), in: cache).base == nil)
        #expect(resized.base?.entries == 0)
        #expect(resized.base?.capacity == 0)
        // Turned on again, it begins empty, with another key.
        let later = publish(publication(), in: cache)
        #expect(later.base !== first.base)
    }

    @Test func `what is prepared and never published changes nothing`() throws {
        let cache = ResponseCache()
        let live = publish(publication(), in: cache)
        try fill(live.base)
        _ = StageCaches(publication(size: nil), in: cache)
        _ = StageCaches(publication(size: "237"), in: cache)
        let canary = StageCaches(publication(canary: true), in: cache)
        #expect(canary.canary?.capacity == 0)
        #expect(live.base?.entries == 1)
        #expect(cache.states(apiId: nil, stageName: nil).count == 1)
    }

    @Test func `a canary has a cache of its own unless it uses the stage's`() throws {
        let cache = ResponseCache()
        let own = publish(publication(canary: true), in: cache)
        try fill(own.base)
        try fill(own.canary)
        #expect(own.canary !== own.base)
        #expect(cache.states(apiId: "a", stageName: "prod").map(\.canary) == [false, true])
        let shared = publish(publication(canary: true, useStageCache: true), in: cache)
        #expect(shared.canary == nil)
        #expect(own.canary?.entries == 0)
        // Promoted or taken away, the stage keeps its own.
        let promoted = publish(publication(), in: cache)
        #expect(promoted.base?.entries == 1)
        cache.flush(Self.stage)
        #expect(promoted.base?.entries == 0)
    }

    @Test func `tells how full the caches are`() throws {
        let cache = ResponseCache(ceiling: Self.gigabyte)
        #expect(cache.states(apiId: nil, stageName: nil).isEmpty)
        let prod = publish(publication(), in: cache)
        _ = publish(publication("beta"), in: cache)
        _ = publish(publication("none", size: nil), in: cache)
        try fill(prod.base)
        let states = cache.states(apiId: nil, stageName: nil)
        #expect(states.map(\.stageName) == ["beta", "prod"])
        #expect(states.map(\.entries) == [0, 1])
        #expect(states.map { $0.bytes > 0 } == [false, true])
        #expect(states.allSatisfy { $0.capacityBytes == Self.gigabyte / 2 && $0.status == "AVAILABLE" })
        #expect(cache.states(apiId: "a", stageName: "beta").count == 1)
        #expect(cache.states(apiId: "b", stageName: nil).isEmpty)
    }
}
