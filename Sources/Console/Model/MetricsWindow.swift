package import ControlAPI

/// One stage of one API.
package struct StageKey: Sendable, Hashable {
    package var apiId: String
    package var stageName: String

    package init(_ apiId: String, _ stageName: String) {
        self.apiId = apiId
        self.stageName = stageName
    }
}

/// Whose traffic: everything, one API's, one stage's, or its base's or canary's alone.
package enum MetricsScope: Sendable, Hashable {
    case all
    case api(String)
    case stage(StageKey)
    case variant(StageKey, canary: Bool)
}

/// The last five minutes of metrics, by stage and by base and canary, to the second.
package struct MetricsWindow: Sendable {
    package static let length = 300

    private struct Key: Hashable {
        var stage: StageKey
        var canary: Bool
    }

    private var series: [Key: MetricsSeries] = [:]
    private var keysByApi: [String: Set<Key>] = [:]
    /// The newest second that the engine reported, with or without traffic.
    package private(set) var latest: Int?
    /// The first second that is known; rates are taken over what is known only.
    package private(set) var earliest: Int?
    /// Counts up with each change, so that who holds sums knows when they are old.
    package private(set) var revision = 0

    package init() {}

    /// Takes one second from the feed, or a stretch of history. Order does not matter, repetition does no harm.
    package mutating func take(_ samples: [MetricsSample], upTo time: Int, from start: Int? = nil) {
        revision += 1
        latest = max(latest ?? time, time)
        let first = min(start ?? time, samples.map(\.time).min() ?? time)
        earliest = min(earliest ?? first, first)
        var bySecond: [Key: [Int: MetricsSample]] = [:]
        for sample in samples {
            let key = Key(stage: StageKey(sample.apiId, sample.stageName), canary: sample.canary)
            if let held = bySecond[key]?[sample.time] {
                bySecond[key]?[sample.time] = held.adding(sample)
            } else {
                bySecond[key, default: [:]][sample.time] = sample
            }
        }
        for (key, seconds) in bySecond {
            if series[key] == nil { keysByApi[key.stage.apiId, default: []].insert(key) }
            for (_, sample) in seconds {
                series[key, default: MetricsSeries(seconds: Self.length)].put(sample)
            }
        }
        if time % 60 == 0 { forgetSilent(now: time) }
    }

    /// Series without traffic in the whole window are let go, so that deleted stages do not pile up.
    private mutating func forgetSilent(now: Int) {
        for (key, one) in series where one.isEmpty(since: now - Self.length) {
            series[key] = nil
            keysByApi[key.stage.apiId]?.remove(key)
        }
    }

    /// Forgets all, as when another engine answers.
    package mutating func clear() {
        let revision = self.revision
        self = MetricsWindow()
        self.revision = revision + 1
    }

    private func matching(_ scope: MetricsScope) -> [MetricsSeries] {
        switch scope {
        case .all: Array(series.values)
        case .api(let id): (keysByApi[id] ?? []).compactMap { series[$0] }
        case .stage(let stage): [false, true].compactMap { series[Key(stage: stage, canary: $0)] }
        case .variant(let stage, let canary): series[Key(stage: stage, canary: canary)].map { [$0] } ?? []
        }
    }

    /// How many of the last `seconds` are known.
    package func known(seconds: Int) -> Int {
        guard let latest, let earliest else { return 0 }
        return min(seconds, Self.length, latest - earliest + 1)
    }

    /// How many seconds graphs and trends span: as many as are asked for, fewer while less is known, so that a young
    /// engine's traffic fills them.
    package func span(_ seconds: Int) -> Int {
        let known = known(seconds: seconds)
        return [30, 60, 120].first { $0 >= known && $0 < seconds } ?? seconds
    }

    /// The sums of the last `seconds`. Leave the histograms out where only counts are shown.
    package func summary(_ scope: MetricsScope, seconds: Int, histograms: Bool = true) -> MetricsSummary {
        var summary = MetricsSummary()
        guard let latest else { return summary }
        summary.seconds = known(seconds: seconds)
        for one in matching(scope) {
            for time in stride(from: latest, to: latest - summary.seconds, by: -1) {
                if let sample = one[time] { summary.add(sample, histograms: histograms) }
            }
        }
        return summary
    }

    /// A metric over the last `seconds` in at most `points` steps, oldest first. Steps begin at fixed moments, so that
    /// a graph moves by whole steps and past values stay as they were. `nil` where nothing is known.
    package func values(_ metric: Metric, _ scope: MetricsScope, seconds: Int, points: Int) -> [Double?] {
        guard let latest, points > 0 else { return Array(repeating: nil, count: max(0, points)) }
        let width = max(1, (min(seconds, Self.length) + points - 1) / points)
        let histograms = metric.needsHistograms
        let matched = matching(scope)
        let lastStep = latest / width
        let earliest = earliest ?? latest
        return (0..<points).map { index in
            let step = lastStep - (points - 1 - index)
            let start = step * width
            let end = min(start + width - 1, latest)
            guard end >= earliest, start >= 0, end > latest - Self.length else { return nil }
            var summary = MetricsSummary()
            let from = max(start, earliest, latest - Self.length + 1)
            summary.seconds = end - from + 1
            for one in matched {
                for time in from...end {
                    if let sample = one[time] { summary.add(sample, histograms: histograms) }
                }
            }
            return summary.value(of: metric)
        }
    }

    /// The seconds since 1970 at which the first and the last of `points` steps begin.
    package func span(seconds: Int, points: Int) -> ClosedRange<Int>? {
        guard let latest, points > 0 else { return nil }
        let width = max(1, (min(seconds, Self.length) + points - 1) / points)
        let last = latest / width * width
        return (last - (points - 1) * width)...last
    }
}

extension Metric {
    var needsHistograms: Bool {
        switch self {
        case .latencyP50, .latencyP99, .integrationP50, .integrationP99: true
        case .count, .clientErrors, .serverErrors, .cacheHitPercent, .cacheHits, .cacheMisses: false
        }
    }
}
