/// When a call is sent again: exponential backoff with full jitter, a few times, and only where that is safe.
///
/// 429 `TooManyRequestsException` and 503 are always worth another try, 502 and 504 only for calls that may be sent
/// twice; everything else is final (`LimitExceededException` too: waiting does not raise a limit).
public struct RetryPolicy: Sendable {
    /// Calls in all, the first included.
    public var attempts: Int
    /// Seconds the first wait may take at most; doubled for each further one.
    public var base: Double
    /// Seconds no wait goes beyond.
    public var ceiling: Double

    public init(attempts: Int = 3, base: Double = 0.1, ceiling: Double = 5) {
        self.attempts = attempts
        self.base = base
        self.ceiling = ceiling
    }

    public static let standard = RetryPolicy()
    public static let never = RetryPolicy(attempts: 1)

    func isWorthAnotherTry(status: Int, code: String, isIdempotent: Bool) -> Bool {
        switch status {
        case 429: code == "TooManyRequestsException"
        case 503: true
        case 502, 504: isIdempotent
        default: false
        }
    }

    /// Seconds to wait before attempt `attempt` (2, 3, …), somewhere between nothing and the bound.
    func delay(before attempt: Int) -> Double {
        Double.random(in: 0...min(ceiling, base * Double(1 << min(attempt - 2, 20))))
    }
}
