import Crypto
import Synchronization

/// The responses that one stage, or its canary, keeps. All loops share it.
///
/// In memory alone, and bounded in bytes: beyond its capacity the entries go that were not used for longest. A new
/// entry makes room in its own shard first, which comes close to one order of use over all of them.
final class StageCache: Sendable {
    private static let shardCount = 8

    private let shards: [CacheShard]
    private let total = CacheShard.ByteCount()
    private let limit = Atomic(0)
    /// Encrypts the entries of methods whose settings ask for it. Made with the cache, and never stored.
    let secret = SymmetricKey(size: .bits256)

    init() {
        let total = total
        shards = (0..<Self.shardCount).map { _ in CacheShard(total: total) }
    }

    /// The shard's bits are not those that the shard's table goes by.
    @inline(__always)
    private func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 61) }

    /// A stored response that has not expired at `now`. May be one that says to pass by, see ``CachedResponse/isPass``.
    @inline(__always)
    func find(_ hash: UInt64, _ key: UnsafeRawBufferPointer, now: UInt64) -> CachedResponse? {
        shards[place(hash)].find(hash, key, now: now)
    }

    /// What a request does whose key was not found.
    func join(_ key: [UInt8], hash: UInt64, now: UInt64, as waiter: CacheFlight.Waiter) -> CacheShard.Step {
        shards[place(hash)].join(key, hash: hash, now: now, as: waiter, of: self)
    }

    /// A backend call whose answer replaces the entry.
    func refresh(_ key: [UInt8], hash: UInt64, by leader: CacheFlight.Identity) -> CacheFlight {
        shards[place(hash)].refresh(key, hash: hash, by: leader, of: self)
    }

    func sequence(of flight: CacheFlight) -> UInt64 { shards[place(flight.hash)].sequence(of: flight) }

    /// Ends a call with its answer, and hands that to all who waited.
    func finish(_ flight: CacheFlight, with response: CachedResponse) {
        let first = place(flight.hash)
        let waiters = shards[first].finish(flight, with: response, capacity: capacity)
        makeRoom(from: first)
        for waiter in waiters { waiter.resume(response.isPass ? .alone : .found(response)) }
    }

    /// A request goes: its client is gone, or it was answered without anything for the cache. If it led, another does.
    func leave(_ flight: CacheFlight, _ identity: CacheFlight.Identity) {
        shards[place(flight.hash)].leave(flight, identity)?.resume(.lead)
    }

    private func makeRoom(from first: Int) {
        var place = first
        while bytes > capacity {
            if shards[place].removeOldest(keepsNewest: place == first) > 0 { continue }
            place = (place + 1) % shards.count
            if place == first { return }
        }
    }

    func flush() {
        for shard in shards { shard.flush() }
    }

    // MARK: Size

    /// Bytes, with what each entry costs besides its content.
    var bytes: Int { total.value.load(ordering: .relaxed) }

    var entries: Int { shards.reduce(0) { $0 + $1.entries } }

    /// Bytes that it may hold; 0 stores nothing. Setting it lower drops what is too much at once.
    var capacity: Int {
        get { limit.load(ordering: .relaxed) }
        set {
            limit.store(newValue, ordering: .relaxed)
            var place = 0
            var emptied = 0
            while bytes > newValue, emptied < shards.count {
                emptied = shards[place].removeOldest(keepsNewest: false) > 0 ? 0 : emptied + 1
                place = (place + 1) % shards.count
            }
        }
    }
}
