import ControlAPI
import Terminal

/// What one key used of its plan's quota.
struct QuotaUse: Sendable, Equatable {
    /// Requests in a period; `nil` for a plan without a quota.
    let limit: Int?
    /// `DAY`, `WEEK` or `MONTH`.
    let period: String
    let usedToday: Int
    /// Of the period that runs now.
    let remaining: Int?
    /// Requests of the last days, the last is today's.
    let days: [Int]

    /// - Parameter days: `[used, remaining]` for each day.
    init(_ plan: UsagePlan, days: [[Int]]) {
        limit = plan.quota?.limit
        period = plan.quota?.period ?? ""
        self.days = days.map { $0.first ?? 0 }
        usedToday = self.days.last ?? 0
        remaining = limit.map { limit in
            guard let last = days.last, last.count > 1 else { return limit }
            return max(0, last[1])
        }
    }

    /// The share of the quota that is left, 0–1.
    var left: Double? {
        guard let limit, let remaining, limit > 0 else { return nil }
        return min(1, Double(remaining) / Double(limit))
    }

    /// A small share left is told in colour and in the number itself.
    var style: Style { LimitStyle.of(left ?? 1) }
}

/// The colours of limits: what is used up, what soon is, and what is not.
enum LimitStyle {
    /// - Parameter share: what is left, 0–1.
    static func of(_ share: Double) -> Style {
        if share <= 0 { return Style.error.bold }
        return share < 0.2 ? .warning : .healthy
    }
}

extension UsagePlan {
    /// `100/s, burst 200`
    var throttleText: String? { throttle.flatMap { ($0.rateLimit, $0.burstLimit) == (nil, nil) ? nil : $0.text } }

    /// `10,000 a month`
    var quotaText: String? {
        guard let limit = quota?.limit else { return nil }
        return "\(Format.grouped(limit)) a \((quota?.period ?? "period").lowercased())"
    }
}

extension ThrottleSettings {
    var text: String {
        let rate = rateLimit.map { "\(Format.shortRate($0))/s" } ?? "no rate"
        return rate + (burstLimit.map { ", burst \(Format.grouped($0))" } ?? "")
    }
}

extension Model {
    func usagePlan(_ id: String) -> UsagePlan? { usagePlans?.value?.first { $0.id == id } }

    /// A plan's keys with what each used.
    func quotaUses(_ plan: UsagePlan) -> [(key: UsagePlanKey, use: QuotaUse)] {
        guard let id = plan.id else { return [] }
        let used = usage(id)?.value?.items ?? [:]
        return (usagePlanKeys(id)?.value ?? []).map { key in
            (key, QuotaUse(plan, days: used[key.id ?? ""] ?? []))
        }
    }
}
