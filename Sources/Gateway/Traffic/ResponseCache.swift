import ControlAPI
import Synchronization

/// The caches of all stages, within one bound for the engine's memory.
///
/// A stage's cache lives from the publication that turns it on to the one that turns it off: deployments keep its
/// entries, another size drops them. A canary has one of its own of the same size, unless its settings say
/// `useStageCache`. Entries are kept in memory alone: a cache is empty when the engine starts.
final class ResponseCache: Sendable {
    private struct Owner: Hashable {
        var stage: PlanRegistry.StageIdentity
        var isCanary: Bool
    }

    private struct Live {
        var cache: StageCache
        /// `cacheClusterSize` in bytes.
        var size: Int
    }

    /// Bytes that all caches together may hold.
    private let ceiling: Int
    private let live = Mutex<[Owner: Live]>([:])

    init(ceiling: Int = EngineConfiguration.standardCacheMemory) { self.ceiling = max(0, ceiling) }

    /// The cache of a stage that is on already; otherwise a new one, which stores nothing before it is published.
    func cache(of stage: PlanRegistry.StageIdentity, isCanary: Bool) -> StageCache {
        live.withLock { $0[Owner(stage: stage, isCanary: isCanary)]?.cache } ?? StageCache()
    }

    /// Brings the caches of a stage into force.
    func publish(_ caches: StageCaches, of stage: PlanRegistry.StageIdentity) {
        live.withLock { live in
            for (isCanary, cache) in [(false, caches.base), (true, caches.canary)] {
                let owner = Owner(stage: stage, isCanary: isCanary)
                let before = live[owner]
                if let before, before.cache !== cache || before.size != caches.size { Self.empty(before.cache) }
                live[owner] = cache.map { Live(cache: $0, size: caches.size) }
            }
            share(live)
        }
    }

    func withdraw(_ stage: PlanRegistry.StageIdentity) { publish(StageCaches(), of: stage) }

    /// A cache that is off keeps nothing of what requests under way still bring.
    private static func empty(_ cache: StageCache) {
        cache.capacity = 0
        cache.flush()
    }

    /// Each cache gets its size; where all together are more than the ceiling, each gets its part of that.
    private func share(_ live: [Owner: Live]) {
        let sum = live.values.reduce(0.0) { $0 + Double($1.size) }
        let part = sum > Double(ceiling) ? Double(ceiling) / sum : 1
        for one in live.values { one.cache.capacity = Int(Double(one.size) * part) }
    }

    func flush(_ stage: PlanRegistry.StageIdentity) {
        live.withLock { live in
            for isCanary in [false, true] { live[Owner(stage: stage, isCanary: isCanary)]?.cache.flush() }
        }
    }

    func states(apiId: String?, stageName: String?) -> [CacheState] {
        live.withLock { live in
            live.compactMap { owner, one in
                guard apiId == nil || apiId == owner.stage.apiId, stageName == nil || stageName == owner.stage.stageName
                else { return nil }
                return CacheState(
                    apiId: owner.stage.apiId, stageName: owner.stage.stageName, canary: owner.isCanary,
                    entries: one.cache.entries, bytes: one.cache.bytes, capacityBytes: one.cache.capacity,
                    status: "AVAILABLE")
            }
        }.sorted { ($0.apiId, $0.stageName, $0.canary ? 1 : 0) < ($1.apiId, $1.stageName, $1.canary ? 1 : 0) }
    }
}

/// The caches of one stage as its settings have them; empty where the stage's cache is off.
struct StageCaches: Sendable {
    /// Bytes, of each.
    var size = 0
    var base: StageCache?
    /// `nil` without a canary, and where the canary uses the stage's.
    var canary: StageCache?

    init() {}

    init(_ publication: StagePublication, in cache: ResponseCache) {
        let stage = publication.stage
        guard stage.cacheClusterEnabled == true else { return }
        size = Self.bytes(stage.cacheClusterSize)
        let identity = PlanRegistry.StageIdentity(apiId: publication.apiId, stageName: stage.stageName)
        base = cache.cache(of: identity, isCanary: false)
        if let settings = stage.canarySettings, settings.useStageCache != true {
            canary = cache.cache(of: identity, isCanary: true)
        }
    }

    /// `cacheClusterSize` is in GB of 2^30 bytes; the smallest where there is none.
    static func bytes(_ size: String?) -> Int {
        let gigabytes = size.flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil } ?? 0.5
        return Int(min(max(gigabytes, 0), 1_000) * 1_073_741_824)
    }
}
