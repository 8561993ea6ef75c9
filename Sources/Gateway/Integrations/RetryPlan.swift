import ControlAPI
import Synchronization

/// What may be tried again.
struct RetryCauses: OptionSet, Sendable {
    let rawValue: Int

    /// No connection, or none in time: the request never reached the backend.
    static let connectFailure = RetryCauses(rawValue: 1)
    /// The connection was lost before the first byte of a response.
    static let reset = RetryCauses(rawValue: 2)
    /// No response in an attempt's time.
    static let timeout = RetryCauses(rawValue: 4)
    static let badGateway = RetryCauses(rawValue: 8)
    static let unavailable = RetryCauses(rawValue: 16)
    static let gatewayTimeout = RetryCauses(rawValue: 32)
    static let tooManyRequests = RetryCauses(rawValue: 64)

    init(rawValue: Int) { self.rawValue = rawValue }

    init(_ names: [String]) {
        self = names.reduce(into: []) { causes, name in
            switch name {
            case "connect-failure": causes.insert(.connectFailure)
            case "reset": causes.insert(.reset)
            case "timeout": causes.insert(.timeout)
            case "502": causes.insert(.badGateway)
            case "503": causes.insert(.unavailable)
            case "504": causes.insert(.gatewayTimeout)
            case "429": causes.insert(.tooManyRequests)
            default: break
            }
        }
    }

    /// Empty for statuses that are never tried again.
    init(status: Int) {
        switch status {
        case 429: self = .tooManyRequests
        case 502: self = .badGateway
        case 503: self = .unavailable
        case 504: self = .gatewayTimeout
        default: self = []
        }
    }
}

/// An integration's `retry`, compiled. Times in nanoseconds.
final class RetryPlan: Sendable {
    /// Calls in all, the first included.
    let maxAttempts: Int
    let baseDelay: UInt64
    let maxDelay: UInt64
    /// Until an attempt's response begins.
    let attemptTimeout: UInt64
    let causes: RetryCauses
    let budget: RetryBudget

    init(_ retry: IntegrationRetry, timeoutMilliseconds: Int) {
        maxAttempts = min(max(retry.maxAttempts, 1), 5)
        baseDelay = UInt64(max(0, retry.baseDelayMillis ?? IntegrationRetry.standardBaseDelayMillis)) * 1_000_000
        maxDelay = UInt64(max(0, retry.maxDelayMillis ?? IntegrationRetry.standardMaxDelayMillis)) * 1_000_000
        causes = RetryCauses(retry.retryOn ?? IntegrationRetry.standardRetryOn)
        // Without a share for each, the first attempt would use up all of the integration's time.
        let share = causes.contains(.timeout) ? timeoutMilliseconds / maxAttempts : timeoutMilliseconds
        attemptTimeout = UInt64(max(1, retry.attemptTimeoutMillis ?? share)) * 1_000_000
        budget = RetryBudget(percent: retry.budgetPercent ?? IntegrationRetry.standardBudgetPercent)
    }

    /// Exponential backoff with full jitter: anything up to the bound, which doubles with each attempt. `attempt` is 2
    /// for the first retry.
    func delay(before attempt: Int, random: inout LoopRandom) -> UInt64 {
        let doubled = baseDelay.multipliedReportingOverflow(by: 1 << UInt64(min(max(attempt - 2, 0), 20)))
        let bound = min(maxDelay, doubled.overflow ? maxDelay : doubled.partialValue)
        return UInt64.random(in: 0...bound, using: &random)
    }
}

/// Keeps retries from making an overload worse: over time they are at most `percent` of an integration's requests, and
/// a few a second beyond that, so that seldom-called integrations may retry at all. Shared by all loops, without a lock.
final class RetryBudget: Sendable {
    /// Retries a second that need no requests to earn them.
    static let reserve = 3
    /// Retries that can be saved up for later.
    private static let mostSaved = 100
    /// One retry.
    private static let unit = 1000

    private let earned: Int
    private let saved = Atomic<Int>(0)
    private let spare = TokenBucket(ThrottleLimit(rate: Double(reserve), burst: reserve))

    init(percent: Int) {
        earned = min(max(percent, 0), 100) * Self.unit / 100
    }

    /// A request came.
    func deposit() {
        guard saved.load(ordering: .relaxed) < Self.mostSaved * Self.unit else { return }
        saved.wrappingAdd(earned, ordering: .relaxed)
    }

    /// Whether there may be one more retry now.
    func withdraw(at now: UInt64) -> Bool {
        var balance = saved.load(ordering: .relaxed)
        while balance >= Self.unit {
            let outcome = saved.weakCompareExchange(
                expected: balance, desired: balance - Self.unit, ordering: .relaxed)
            if outcome.exchanged { return true }
            balance = outcome.original
        }
        return spare.take(at: now)
    }
}
