import Foundation

/// What the difference between base and canary is worth.
package enum Judgement: Sendable, Hashable {
    case worse
    case better
    /// The difference may well be chance.
    case noEvidence
    /// One side has no traffic to compare.
    case nothingToCompare

    package var word: String {
        switch self {
        case .worse: "worse"
        case .better: "better"
        case .noEvidence: "no evidence"
        case .nothingToCompare: ""
        }
    }
}

/// How many of so many.
package struct Proportion: Sendable, Hashable {
    package var part: Int
    package var whole: Int

    package init(_ part: Int, of whole: Int) {
        self.part = part
        self.whole = whole
    }

    package var share: Double { whole > 0 ? Double(part) / Double(whole) : 0 }
}

/// Tests whether two proportions differ by more than chance.
package enum Evidence {
    /// Looked at every second for minutes, the usual 5 % would cry wolf; this is one in a thousand.
    package static let significance = 0.001

    /// Two-sided p-value. The normal approximation (two-proportion z-test) where both sides are large enough for it,
    /// Fisher's exact test where they are not: three failures of fifty against none of ten thousand count.
    package static func pValue(_ one: Proportion, _ two: Proportion) -> Double {
        guard one.whole > 0, two.whole > 0 else { return 1 }
        let total = Double(one.whole + two.whole)
        let hits = Double(one.part + two.part)
        let pooled = hits / total
        let smaller = Double(min(one.whole, two.whole))
        if smaller * pooled >= 10 && smaller * (1 - pooled) >= 10 {
            let error = (pooled * (1 - pooled) * (1 / Double(one.whole) + 1 / Double(two.whole))).squareRoot()
            let z = abs(one.share - two.share) / error
            return erfc(z / 2.0.squareRoot())
        }
        return fisher(one, two)
    }

    /// Doubles the tail on the side of what was seen. The rarer outcome is summed over, so the sum is short.
    private static func fisher(_ one: Proportion, _ two: Proportion) -> Double {
        var (a, b) = (one, two)
        if a.part + b.part > (a.whole + b.whole) / 2 {
            a = Proportion(a.whole - a.part, of: a.whole)
            b = Proportion(b.whole - b.part, of: b.whole)
        }
        let hits = a.part + b.part
        guard hits > 0 else { return 1 }
        let lowest = max(0, hits - b.whole)
        let highest = min(hits, a.whole)
        let whole = logChoose(a.whole + b.whole, hits)
        func probability(_ part: Int) -> Double {
            exp(logChoose(a.whole, part) + logChoose(b.whole, hits - part) - whole)
        }
        let upper = (a.part...highest).reduce(0) { $0 + probability($1) }
        let lower = (lowest...a.part).reduce(0) { $0 + probability($1) }
        return min(1, 2 * min(upper, lower))
    }

    private static func logChoose(_ n: Int, _ k: Int) -> Double {
        logFactorial(n) - logFactorial(k) - logFactorial(n - k)
    }

    private static func logFactorial(_ n: Int) -> Double {
        if n < 16 { return n < 2 ? 0 : (2...n).reduce(0) { $0 + log(Double($1)) } }
        let x = Double(n)
        return x * log(x) - x + 0.5 * log(2 * .pi * x) + 1 / (12 * x) - 1 / (360 * x * x * x)
    }

    /// Whether the canary's proportion is worse; `lowerIsBetter` for errors, the opposite for cache hits.
    package static func judge(base: Proportion, canary: Proportion, lowerIsBetter: Bool = true) -> Judgement {
        guard base.whole > 0, canary.whole > 0 else { return .nothingToCompare }
        guard pValue(base, canary) < significance else { return .noEvidence }
        return (canary.share > base.share) == lowerIsBetter ? .worse : .better
    }

    /// Compares two latencies at a percentile without assuming their shape: if the canary were like the base, the
    /// same share of its requests would lie above the base's percentile. A ratio within a tenth is not worth a word,
    /// whatever its evidence.
    package static func judge(
        base: HistogramSum, canary: HistogramSum, at share: Double
    ) -> Judgement {
        guard let boundary = base.bucket(at: share), let before = base.percentile(share),
            let after = canary.percentile(share), before > 0
        else { return .nothingToCompare }
        let slow = judge(
            base: Proportion(base.count(above: boundary), of: base.count),
            canary: Proportion(canary.count(above: boundary), of: canary.count))
        let ratio = after / before
        switch slow {
        case .worse where ratio > 1.1: return .worse
        case .better where ratio < 0.9: return .better
        default: return .noEvidence
        }
    }
}
