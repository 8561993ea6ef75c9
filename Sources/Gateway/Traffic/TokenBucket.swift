import Synchronization

/// A bucket that every loop takes its tokens from, without a lock: full at first, one token a request, refilled at a
/// steady rate (the generic cell rate algorithm: all that is kept is the time at which it will be full again).
///
/// Times are monotonic nanoseconds. They are kept in sixteenths, so that rates of millions a second stay exact.
final class TokenBucket: Sendable {
    /// When the bucket is full again, in ticks.
    private let full = Atomic<UInt64>(0)
    /// Ticks until one more token is there.
    private let interval: Atomic<UInt64>
    /// Ticks in which an empty bucket fills up; 0 refuses every request.
    private let depth: Atomic<UInt64>
    private let burst: Atomic<Int>
    private let refused = Atomic<Int>(0)

    private static let ticks: UInt64 = 16
    private static let deepest = UInt64(1) << 62

    init(_ limit: ThrottleLimit) {
        let (interval, depth) = Self.measure(limit)
        self.interval = Atomic(interval)
        self.depth = Atomic(depth)
        burst = Atomic(limit.burst)
    }

    /// Where a bucket would take longer than nine years to fill, it fills in nine years.
    private static func measure(_ limit: ThrottleLimit) -> (interval: UInt64, depth: UInt64) {
        guard limit.rate > 0, limit.burst > 0 else { return (1, 0) }
        let burst = UInt64(limit.burst)
        let interval = min(Double(ticks) * 1e9 / limit.rate, Double(deepest / burst))
        let whole = max(1, UInt64(interval.rounded(.down)))
        return (whole, whole * burst)
    }

    /// Takes a token if there is one.
    @inline(__always)
    func take(at now: UInt64) -> Bool {
        let depth = depth.load(ordering: .relaxed)
        let interval = interval.load(ordering: .relaxed)
        let now = now &* Self.ticks
        var full = full.load(ordering: .relaxed)
        while true {
            let next = max(full, now) &+ interval
            guard next &- now <= depth else {
                refused.wrappingAdd(1, ordering: .relaxed)
                return false
            }
            let outcome = self.full.weakCompareExchange(expected: full, desired: next, ordering: .relaxed)
            if outcome.exchanged { return true }
            full = outcome.original
        }
    }

    /// Sets other limits. The tokens that are out stay out, as far as the new bucket is deep enough.
    func adjust(to limit: ThrottleLimit, at now: UInt64) {
        let (interval, depth) = Self.measure(limit)
        let before = self.interval.load(ordering: .relaxed)
        burst.store(limit.burst, ordering: .relaxed)
        guard before != interval || self.depth.load(ordering: .relaxed) != depth else { return }
        self.interval.store(interval, ordering: .relaxed)
        self.depth.store(depth, ordering: .relaxed)
        let now = now &* Self.ticks
        var full = full.load(ordering: .relaxed)
        while full > now {
            let spent = Double(full - now) / Double(before)
            let debt = UInt64(min(spent * Double(interval), Double(depth)))
            let outcome = self.full.weakCompareExchange(expected: full, desired: now &+ debt, ordering: .relaxed)
            if outcome.exchanged { return }
            full = outcome.original
        }
    }

    /// Tokens there are, 0–burst.
    func available(at now: UInt64) -> Double {
        let depth = depth.load(ordering: .relaxed)
        guard depth > 0 else { return 0 }
        let now = now &* Self.ticks
        let full = full.load(ordering: .relaxed)
        let burst = Double(burst.load(ordering: .relaxed))
        guard full > now else { return burst }
        return min(burst, max(0, burst - Double(full - now) / Double(interval.load(ordering: .relaxed))))
    }

    /// Requests that got no token.
    var refusals: Int { refused.load(ordering: .relaxed) }
}
