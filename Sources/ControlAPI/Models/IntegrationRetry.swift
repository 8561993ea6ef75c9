/// When and how often the gateway sends a request to the backend again. What is not given has its standard value.
public struct IntegrationRetry: Codable, Sendable, Hashable {
    /// Calls in all, the first included, 1–5.
    public var maxAttempts: Int
    /// What the first wait takes at most; doubled for each further one. Each wait is anything from nothing to that.
    public var baseDelayMillis: Int?
    public var maxDelayMillis: Int?
    /// Until an attempt's response begins. Standard: the integration's timeout, divided by `maxAttempts` where
    /// `retryOn` has `timeout`. All attempts and waits together never take longer than the integration's timeout.
    public var attemptTimeoutMillis: Int?
    /// Retries that there may be, in percent of the integration's requests, 0–100. A few a second are always allowed.
    public var budgetPercent: Int?
    /// `connect-failure`, `reset`, `timeout`, `502`, `503`, `504`, `429`. Requests that are not idempotent are tried
    /// again after a `connect-failure` alone.
    public var retryOn: [String]?

    public init(maxAttempts: Int) {
        self.maxAttempts = maxAttempts
    }

    public static let standardBaseDelayMillis = 50
    public static let standardMaxDelayMillis = 1000
    public static let standardBudgetPercent = 20
    public static let standardRetryOn = ["connect-failure", "reset", "502", "503", "504"]
    public static let causes = ["connect-failure", "reset", "timeout", "502", "503", "504", "429"]
}
