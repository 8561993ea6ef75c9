package import ControlAPI

/// A rate that is limited: how fast tokens come, and how many there can be.
///
/// AWS leaves open what stands for a value that is missing, so this is chosen: −1 in either lifts the limit, as does a
/// missing rate; a missing burst is one second's tokens; 0 in either refuses every request.
package struct ThrottleLimit: Sendable, Hashable {
    /// Tokens a second.
    package var rate: Double
    /// Tokens that a full bucket holds.
    package var burst: Int

    /// What API Gateway fills in for a method when any other setting of it is changed: the account's own limit.
    package static let accountDefault = ThrottleLimit(rate: 10_000, burst: 5000)

    package init(rate: Double, burst: Int) {
        self.rate = rate
        self.burst = burst
    }

    /// `nil` where nothing is limited.
    package init?(rate: Double?, burst: Int?) {
        guard let rate, rate >= 0, rate.isFinite else { return nil }
        let burst = burst ?? Int(min(max(1, rate.rounded(.up)), Double(Int32.max)))
        guard burst >= 0 else { return nil }
        self.init(rate: rate, burst: burst)
    }

    package init?(_ settings: ThrottleSettings?) {
        self.init(rate: settings?.rateLimit, burst: settings?.burstLimit)
    }

    /// `1.00`, as the execution log prints rates.
    var rateText: String {
        let hundredths = (min(rate, 1e15) * 100).rounded()
        let whole = Int(hundredths / 100)
        let part = Int(hundredths) % 100
        return "\(whole).\(part < 10 ? "0" : "")\(part)"
    }
}
