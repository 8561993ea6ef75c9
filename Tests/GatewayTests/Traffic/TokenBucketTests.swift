import ControlAPI
import Foundation
import Testing

@testable import Gateway

/// Section 7: each token bucket has the burst as its capacity, the rate as its refill, and gives one token a request.
@Suite struct TokenBucketTests {
    static let second: UInt64 = 1_000_000_000

    /// Tokens that a bucket of a rate and a burst gives at these times (seconds) when all it has is asked for.
    struct Row: Sendable, CustomTestStringConvertible {
        let rate: Double
        let burst: Int
        let takes: [(at: Double, tokens: Int)]
        var testDescription: String { "rate \(rate), burst \(burst)" }
    }

    @Test(arguments: [
        Row(rate: 1, burst: 1, takes: [(0, 1), (0.999, 0), (1, 1), (1.5, 0), (2, 1)]),
        Row(rate: 10, burst: 5, takes: [(0, 5), (0.1, 1), (0.35, 2), (0.4, 1), (9, 5)]),
        Row(rate: 0.5, burst: 2, takes: [(0, 2), (1.9, 0), (2, 1), (100, 2)]),
        Row(rate: 10_000, burst: 5000, takes: [(0, 5000), (0.1, 1000), (1, 5000)]),
        Row(rate: 3, burst: 3, takes: [(0, 3), (1, 3), (2, 3), (2.25, 0), (2.5, 1)]),
        // A rate or a burst of 0 refuses everything.
        Row(rate: 0, burst: 10, takes: [(0, 0), (1000, 0)]),
        Row(rate: 10, burst: 0, takes: [(0, 0), (1000, 0)]),
        // A bucket that never refills in anybody's time still gives its burst.
        Row(rate: 1e-12, burst: 100, takes: [(0, 100), (1000, 0)]),
        Row(rate: 1e12, burst: 3, takes: [(0, 3), (0.001, 3)]),
    ])
    func tokens(_ row: Row) {
        let bucket = TokenBucket(ThrottleLimit(rate: row.rate, burst: row.burst))
        var refusals = 0
        for (time, expected) in row.takes {
            let now = UInt64((1000 + time) * 1e9)
            var taken = 0
            while taken <= row.burst, bucket.take(at: now) { taken += 1 }
            refusals += 1
            #expect(taken == expected, "at \(time) s")
            #expect(bucket.refusals == refusals)
        }
    }

    @Test func `what is there is told`() {
        let bucket = TokenBucket(ThrottleLimit(rate: 2, burst: 10))
        let start = 7 * Self.second
        #expect(bucket.available(at: start) == 10)
        for _ in 0..<4 { #expect(bucket.take(at: start)) }
        #expect(bucket.available(at: start) == 6)
        #expect(bucket.available(at: start + Self.second) == 8)
        #expect(bucket.available(at: start + 60 * Self.second) == 10)
    }

    @Test(
        "other limits take the tokens that are out along",
        arguments: [
            // before, spent, after, available then
            (ThrottleLimit(rate: 1, burst: 10), 4, ThrottleLimit(rate: 1, burst: 10), 6.0),
            (ThrottleLimit(rate: 1, burst: 10), 4, ThrottleLimit(rate: 100, burst: 10), 6.0),
            (ThrottleLimit(rate: 1, burst: 10), 10, ThrottleLimit(rate: 1, burst: 15), 5.0),
            (ThrottleLimit(rate: 1, burst: 10), 10, ThrottleLimit(rate: 1, burst: 5), 0.0),
            (ThrottleLimit(rate: 1, burst: 10), 3, ThrottleLimit(rate: 0, burst: 0), 0.0),
            (ThrottleLimit(rate: 0, burst: 0), 0, ThrottleLimit(rate: 1, burst: 5), 5.0),
        ])
    func adjusted(before: ThrottleLimit, spent: Int, after: ThrottleLimit, available: Double) {
        let bucket = TokenBucket(before)
        let now = 50 * Self.second
        for _ in 0..<spent { #expect(bucket.take(at: now)) }
        bucket.adjust(to: after, at: now)
        #expect(abs(bucket.available(at: now) - available) < 0.001)
        #expect(bucket.take(at: now) == (available >= 1))
    }

    @Test func `loops at once get each token once`() async {
        let bucket = TokenBucket(ThrottleLimit(rate: 0.001, burst: 1000))
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask { (0..<1000).reduce(0) { sum, _ in sum + (bucket.take(at: Self.second) ? 1 : 0) } }
            }
            return await group.reduce(0, +)
        }
        #expect(taken == 1000)
        #expect(bucket.refusals == 7000)
    }

    @Test(
        "what a limit's values mean",
        arguments: [
            (10.0, 5, ThrottleLimit(rate: 10, burst: 5)), (0, 0, ThrottleLimit(rate: 0, burst: 0)),
            (-1, 5, nil), (10, -1, nil), (nil, 5, nil), (nil, nil, nil),
            (2.5, nil, ThrottleLimit(rate: 2.5, burst: 3)), (0.1, nil, ThrottleLimit(rate: 0.1, burst: 1)),
        ] as [(Double?, Int?, ThrottleLimit?)])
    func limits(rate: Double?, burst: Int?, expected: ThrottleLimit?) {
        #expect(ThrottleLimit(ThrottleSettings(burstLimit: burst, rateLimit: rate)) == expected)
    }

    @Test(arguments: [(1.0, "1.00"), (0.5, "0.50"), (12.345, "12.35"), (10_000, "10000.00"), (0.001, "0.00")])
    func `rates as the log prints them`(rate: Double, text: String) {
        #expect(ThrottleLimit(rate: rate, burst: 1).rateText == text)
    }
}
