import Synchronization

/// A part of a stage's cache, with a lock of its own: loops that look for different keys seldom meet.
final class CacheShard: Sendable {
    private struct State: ~Copyable {
        var table = CacheTable()
        /// Calls under way, by key.
        var flights: [[UInt8]: CacheFlight] = [:]
        var generation = 0
        var sequence: UInt64 = 0

        mutating func next() -> UInt64 {
            sequence += 1
            return sequence
        }
    }

    /// What a request does about a key.
    enum Step {
        case found(CachedResponse)
        case leads(CacheFlight)
        case waits(CacheFlight)
        case alone
    }

    private let state = Mutex(State())
    /// Bytes that all shards of the cache hold.
    private let total: ByteCount

    /// A count that shards share.
    final class ByteCount: Sendable {
        let value = Atomic(0)
    }

    init(total: ByteCount) { self.total = total }

    @inline(__always)
    private func count(_ bytes: Int) {
        if bytes != 0 { total.value.add(bytes, ordering: .relaxed) }
    }

    @inline(__always)
    func find(_ hash: UInt64, _ key: UnsafeRawBufferPointer, now: UInt64) -> CachedResponse? {
        state.withLock { state in
            let (response, freed) = state.table.find(hash, key, now: now)
            count(-freed)
            return response
        }
    }

    /// The entry that came meanwhile, or a place in the call that is under way, or a new call.
    func join(_ key: [UInt8], hash: UInt64, now: UInt64, as waiter: CacheFlight.Waiter, of cache: StageCache) -> Step {
        state.withLock { state in
            let (response, freed) = key.withUnsafeBytes { state.table.find(hash, $0, now: now) }
            count(-freed)
            if let response { return response.isPass ? .alone : .found(response) }
            if let flight = state.flights[key] {
                flight.waiters.append(waiter)
                return .waits(flight)
            }
            let flight = CacheFlight(
                cache: cache, key: key, hash: hash, generation: state.generation, isShared: true,
                sequence: state.next(), leader: waiter.identity)
            state.flights[key] = flight
            return .leads(flight)
        }
    }

    /// A call for a fresh answer, which others neither wait for nor hold up.
    func refresh(_ key: [UInt8], hash: UInt64, by leader: CacheFlight.Identity, of cache: StageCache) -> CacheFlight {
        state.withLock { state in
            CacheFlight(
                cache: cache, key: key, hash: hash, generation: state.generation, isShared: false,
                sequence: state.next(), leader: leader)
        }
    }

    /// Ends a call: stores its answer, unless the shard was flushed since it began or the answer is larger than
    /// `capacity`. Gives those who waited.
    func finish(_ flight: CacheFlight, with response: CachedResponse, capacity: Int) -> [CacheFlight.Waiter] {
        state.withLock { state in
            flight.isOver = true
            if state.flights[flight.key] === flight { state.flights[flight.key] = nil }
            if flight.generation == state.generation, response.cost <= capacity {
                let grown = flight.key.withUnsafeBytes {
                    state.table.insert(response, hash: flight.hash, key: $0)
                }
                count(grown ?? 0)
            }
            defer { flight.waiters = [] }
            return flight.waiters
        }
    }

    /// Takes a request out of a call. Where it led, the next one that waits leads, and is given.
    func leave(_ flight: CacheFlight, _ identity: CacheFlight.Identity) -> CacheFlight.Waiter? {
        state.withLock { state in
            if let place = flight.waiters.firstIndex(where: { $0.identity == identity }) {
                flight.waiters.remove(at: place)
                return nil
            }
            guard !flight.isOver, flight.leader == identity else { return nil }
            guard !flight.waiters.isEmpty else {
                flight.isOver = true
                if state.flights[flight.key] === flight { state.flights[flight.key] = nil }
                return nil
            }
            let next = flight.waiters.removeFirst()
            flight.leader = next.identity
            flight.sequence = state.next()
            return next
        }
    }

    /// The sequence of the call that a flight stands for now.
    func sequence(of flight: CacheFlight) -> UInt64 { state.withLock { _ in flight.sequence } }

    /// Drops one entry and gives its cost; 0 where there is none to drop.
    func removeOldest(keepsNewest: Bool) -> Int {
        state.withLock { state in
            let freed = state.table.removeOldest(keepsNewest: keepsNewest)
            count(-freed)
            return freed
        }
    }

    /// Drops every entry. Calls under way end without storing theirs, and new requests do not wait for them.
    func flush() {
        state.withLock { state in
            count(-state.table.removeAll())
            state.generation += 1
            state.flights = [:]
        }
    }

    var entries: Int { state.withLock { $0.table.count } }
}
