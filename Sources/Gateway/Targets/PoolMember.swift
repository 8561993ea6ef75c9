import Synchronization

/// One address that a pool's requests go to: a target, or one of the addresses of a target that is a DNS name. Counted
/// by all loops without a lock.
final class PoolMember: Sendable {
    /// Where its connections are pooled on each loop.
    let backend: Backend
    /// Requests under way.
    let outstanding = Atomic<Int>(0)
    /// Requests sent in all, and those of them that failed: no connection, connection lost, timeout, 502–504.
    let requests = Atomic<Int>(0)
    let failures = Atomic<Int>(0)
    private let failuresInARow = Atomic<Int>(0)

    init(backend: Backend) {
        self.backend = backend
    }

    @inline(__always)
    func begin() {
        requests.wrappingAdd(1, ordering: .relaxed)
        outstanding.wrappingAdd(1, ordering: .relaxed)
    }

    @inline(__always)
    func end() { outstanding.wrappingSubtract(1, ordering: .relaxed) }

    @inline(__always)
    func succeed() {
        // Read first, so that a target that is well costs no write that other loops have to wait for.
        if failuresInARow.load(ordering: .relaxed) != 0 { failuresInARow.store(0, ordering: .relaxed) }
    }

    /// Whether this failure is the one that makes `limit` in a row: said once.
    func fail(limit: Int) -> Bool {
        failures.wrappingAdd(1, ordering: .relaxed)
        return failuresInARow.wrappingAdd(1, ordering: .relaxed).newValue == limit
    }

    /// A new chance.
    func forgetFailures() { failuresInARow.store(0, ordering: .relaxed) }
}
