import Synchronization

/// One address that a pool's requests go to: a target, or one of the addresses of a target that is a DNS name. Counted
/// by all loops without a lock.
final class PoolMember: Sendable {
    /// Where its connections are pooled on each loop.
    let backend: Backend
    private let underWay = Atomic<Int>(0)
    private let sent = Atomic<Int>(0)
    private let failed = Atomic<Int>(0)
    private let failuresInARow = Atomic<Int>(0)

    init(backend: Backend) {
        self.backend = backend
    }

    /// Requests under way.
    @inline(__always)
    var outstanding: Int { underWay.load(ordering: .relaxed) }
    /// Requests sent in all.
    var requests: Int { sent.load(ordering: .relaxed) }
    /// Those of them that failed: no connection, connection lost, timeout, 502–504.
    var failures: Int { failed.load(ordering: .relaxed) }

    @inline(__always)
    func begin() {
        sent.wrappingAdd(1, ordering: .relaxed)
        underWay.wrappingAdd(1, ordering: .relaxed)
    }

    @inline(__always)
    func end() { underWay.wrappingSubtract(1, ordering: .relaxed) }

    @inline(__always)
    func succeed() {
        // Read first, so that a target that is well costs no write that other loops have to wait for.
        if failuresInARow.load(ordering: .relaxed) != 0 { failuresInARow.store(0, ordering: .relaxed) }
    }

    /// Whether this failure is the one that makes `limit` in a row: said once.
    func fail(limit: Int) -> Bool {
        failed.wrappingAdd(1, ordering: .relaxed)
        return failuresInARow.wrappingAdd(1, ordering: .relaxed).newValue == limit
    }

    /// A new chance.
    func forgetFailures() { failuresInARow.store(0, ordering: .relaxed) }
}
