internal import Foundation

/// When a call is sent again: exponential backoff with full jitter, a few times, and only where that is safe.
///
/// 429 `TooManyRequestsException` and 503 are always worth another try, 502 and 504 only for calls that may be sent
/// twice; everything else is final (`LimitExceededException` too: waiting does not raise a limit).
public struct RetryPolicy: Sendable {
    /// Calls in all, the first included.
    public var attempts: Int
    /// Seconds the first wait may take at most; doubled for each further one.
    public var base: Double
    /// Seconds no wait of our own goes beyond.
    public var ceiling: Double
    /// Seconds that a server may ask to wait for with `Retry-After`; who asks for more gets no further try.
    public var patience: Double

    public init(attempts: Int = 3, base: Double = 0.1, ceiling: Double = 5, patience: Double = 30) {
        self.attempts = attempts
        self.base = base
        self.ceiling = ceiling
        self.patience = patience
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

    /// Seconds to wait before attempt `attempt`: at least as long as the server asks for. `nil` where that is too long.
    func delay(before attempt: Int, retryAfter: Double?) -> Double? {
        guard let retryAfter else { return delay(before: attempt) }
        return retryAfter <= patience ? max(retryAfter, delay(before: attempt)) : nil
    }

    /// Seconds that a `Retry-After` asks for (RFC 9110, 10.2.3): a number or a date; `nil` for what is neither.
    static func seconds(retryAfter text: String, now: Date = Date()) -> Double? {
        let text = text.trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Double(text) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text).map { max(0, $0.timeIntervalSince(now)) }
    }

    /// Seconds to wait before attempt `attempt` (2, 3, …), somewhere between nothing and the bound.
    func delay(before attempt: Int) -> Double {
        Double.random(in: 0...min(ceiling, base * Double(1 << min(attempt - 2, 20))))
    }
}
