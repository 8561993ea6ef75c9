/// One backend call whose answer is to be stored, and the requests that wait for it. The first request that misses a
/// key leads; when it goes without an answer for the cache, the one that has waited longest leads instead.
///
/// Its variables are guarded by the lock of the key's shard.
final class CacheFlight: @unchecked Sendable {
    /// A request, told from those that its connection had before.
    struct Identity: Sendable, Equatable {
        var exchange: ObjectIdentifier
        var serial: UInt64
    }

    struct Waiter: Sendable {
        var identity: Identity
        /// Called once, on any thread, unless the waiter leaves before.
        var resume: @Sendable (Outcome) -> Void
    }

    /// What a waiter is told.
    enum Outcome: Sendable {
        case found(CachedResponse)
        /// Call the backend, for yourself and for those who still wait.
        case lead
        /// The answer cannot be stored: call the backend for yourself.
        case alone
    }

    let cache: StageCache
    let key: [UInt8]
    let hash: UInt64
    /// How often the shard had been flushed when the call began: what was asked for before a flush is not stored.
    let generation: Int
    /// Whether others may wait for it: not for a request that wants a fresh answer while there is one.
    let isShared: Bool
    var sequence: UInt64
    var leader: Identity
    var waiters: [Waiter] = []
    var isOver = false

    init(
        cache: StageCache, key: [UInt8], hash: UInt64, generation: Int, isShared: Bool, sequence: UInt64,
        leader: Identity
    ) {
        self.cache = cache
        self.key = key
        self.hash = hash
        self.generation = generation
        self.isShared = isShared
        self.sequence = sequence
        self.leader = leader
    }
}
