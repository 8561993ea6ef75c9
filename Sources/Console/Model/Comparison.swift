/// Base and canary of one stage side by side, over the same seconds.
package struct Comparison: Sendable {
    package let base: MetricsSummary
    package let canary: MetricsSummary

    package init(_ window: MetricsWindow, _ key: StageKey, seconds: Int) {
        base = window.summary(.variant(key, canary: false), seconds: seconds)
        canary = window.summary(.variant(key, canary: true), seconds: seconds)
    }

    package init(base: MetricsSummary, canary: MetricsSummary) {
        self.base = base
        self.canary = canary
    }

    package var serverErrors: Judgement {
        Evidence.judge(
            base: Proportion(base.serverErrors, of: base.count),
            canary: Proportion(canary.serverErrors, of: canary.count))
    }

    package var clientErrors: Judgement {
        Evidence.judge(
            base: Proportion(base.clientErrors, of: base.count),
            canary: Proportion(canary.clientErrors, of: canary.count))
    }

    package var latency: Judgement { Evidence.judge(base: base.latency, canary: canary.latency, at: 0.99) }

    package var integrationLatency: Judgement {
        Evidence.judge(base: base.integrationLatency, canary: canary.integrationLatency, at: 0.99)
    }

    package var cacheHits: Judgement {
        Evidence.judge(
            base: Proportion(base.cacheHits, of: base.cacheLookups),
            canary: Proportion(canary.cacheHits, of: canary.cacheLookups), lowerIsBetter: false)
    }

    /// `× 2.7` of a percentile.
    package func ratio(_ metric: Metric) -> Double? {
        guard let before = base.value(of: metric), let after = canary.value(of: metric), before > 0 else { return nil }
        return after / before
    }

    /// What speaks against giving the canary more, in sentences.
    package var warnings: [String] {
        var found: [String] = []
        if serverErrors == .worse {
            found.append(
                "5XXError of the canary is \(Format.percent(canary.serverErrorPercent)) % "
                    + "(base \(Format.percent(base.serverErrorPercent)) %)")
        }
        if clientErrors == .worse {
            found.append(
                "4XXError of the canary is \(Format.percent(canary.clientErrorPercent)) % "
                    + "(base \(Format.percent(base.clientErrorPercent)) %)")
        }
        if latency == .worse {
            found.append(
                "Latency p99 of the canary is \(Format.milliseconds(canary.value(of: .latencyP99))) ms "
                    + "(base \(Format.milliseconds(base.value(of: .latencyP99))) ms)")
        }
        return found
    }
}
