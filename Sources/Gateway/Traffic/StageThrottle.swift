import NIOConcurrencyHelpers

/// The bucket that a method's requests take from, of the method's own setting or of the stage's `*/*`.
final class StageThrottle: Sendable {
    let limit: ThrottleLimit
    let bucket: TokenBucket
    /// `nil` for `*/*`.
    let method: MethodIdentity?

    init(limit: ThrottleLimit, bucket: TokenBucket, method: MethodIdentity?) {
        self.limit = limit
        self.bucket = bucket
        self.method = method
    }
}

/// Keeps the buckets of stages and methods from one publication to the next, by what they limit: publishing a stage
/// again refills none of them. A bucket that no plan uses any more goes.
///
/// A method's own setting stands in place of the stage's `*/*`, as everywhere in method settings: such a method takes
/// nothing from the stage's bucket. A setting of 10,000 requests a second and a burst of 5,000 is what AWS fills in
/// when another setting of the method is changed; it means the account's limit. It is a bucket of its own only while
/// the engine has an account limit.
final class ThrottleRegistry: Sendable {
    private struct Key: Hashable {
        var stage: Int
        var method: MethodIdentity?
    }

    private struct Weak {
        weak var bucket: TokenBucket?
    }

    /// The account's own bucket, where the engine limits it.
    let account: StageThrottle?
    private let buckets = NIOLockedValueBox<[Key: Weak]>([:])

    init(account: ThrottleLimit?) {
        self.account = account.map { StageThrottle(limit: $0, bucket: TokenBucket($0), method: nil) }
    }

    /// What limits a method; `nil` where only the account's limit does. Changes no limit that is in force: the plan may
    /// never be published.
    func throttle(stage: Int, method: MethodIdentity, settings: EffectiveSettings) -> StageThrottle? {
        guard let limit = ThrottleLimit(rate: settings.throttlingRateLimit, burst: settings.throttlingBurstLimit) else {
            return nil
        }
        if limit == .accountDefault, account == nil { return nil }
        let own = settings.hasOwnThrottle ? method : nil
        return buckets.withLockedValue { buckets in
            let key = Key(stage: stage, method: own)
            if let kept = buckets[key]?.bucket { return StageThrottle(limit: limit, bucket: kept, method: own) }
            let bucket = TokenBucket(limit)
            buckets[key] = Weak(bucket: bucket)
            return StageThrottle(limit: limit, bucket: bucket, method: own)
        }
    }

    /// The plan is live from here on. `now` in monotonic nanoseconds.
    func adopt(_ plan: StagePlan, now: UInt64) {
        for throttle in plan.throttles { throttle.bucket.adjust(to: throttle.limit, at: now) }
        buckets.withLockedValue { buckets in
            buckets = buckets.filter { $0.value.bucket != nil }
        }
    }
}
