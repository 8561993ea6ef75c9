import ControlAPI

/// A stage's numbers as they stand on screen, taken once a second so that drawing costs nothing.
struct StageMetrics: Sendable {
    struct Side: Sendable {
        var text = ""
        var values: [Double?] = []
        /// Whether the text is another one than a second ago.
        var changed = false
    }

    struct Row: Sendable {
        var name: String
        var unit: String
        var metric: Metric
        var base = Side()
        var canary = Side()
        var difference = ""
        var judgement = Judgement.nothingToCompare
        /// What to colour red where it is not zero.
        var isError = false
    }

    /// Steps of a sparkline; a narrow window shows the last of them.
    static let sparks = 20

    private(set) var rows: [Row] = []
    private(set) var graphBase: [Double?] = []
    private(set) var graphCanary: [Double?] = []
    /// The moments of the graph's ends, in seconds since 1970.
    private(set) var marks: ClosedRange<Int>?
    /// Seconds that trends and graph span.
    private(set) var span = MetricsWindow.length
    /// Requests of the last ten seconds, and those that the canary answered.
    private(set) var recent = MetricsSummary()
    private(set) var recentCanary = MetricsSummary()
    /// The number of the log line shown: the newest request of the last second, a 5XX if there was one. It stands for a
    /// second, so that it can be read.
    private(set) var logLine: Int?
    /// The numbering of the log that `logLine` belongs to.
    private var edition = -1
    private var second = 0
    private var taken: Taken?

    /// What the numbers were taken from.
    private struct Taken: Equatable {
        var revision: Int
        var window: Int
        var graph: Metric
    }

    mutating func refresh(_ key: StageKey, _ graph: Metric, _ workspace: Workspace) {
        let window = workspace.model.metrics
        let log = workspace.model.log
        if edition != log.edition || logLine.flatMap({ log[$0] }) == nil || second != window.latest {
            logLine = Self.logLine(log)
            edition = log.edition
        }
        let now = Taken(revision: window.revision, window: workspace.window, graph: graph)
        guard now != taken else { return }
        taken = now
        span = window.span(workspace.window)
        let comparison = Comparison(window, key, seconds: workspace.window)
        var fresh = Self.rows(comparison)
        let latest = window.latest ?? 0
        for index in fresh.indices {
            let metric = fresh[index].metric
            fresh[index].base.values = window.values(
                metric, .variant(key, canary: false), seconds: span, points: Self.sparks)
            fresh[index].canary.values = window.values(
                metric, .variant(key, canary: true), seconds: span, points: Self.sparks)
            guard rows.indices.contains(index) else { continue }
            let before = rows[index]
            let sameSecond = latest == second
            fresh[index].base.changed = sameSecond ? before.base.changed : before.base.text != fresh[index].base.text
            fresh[index].canary.changed =
                sameSecond ? before.canary.changed : before.canary.text != fresh[index].canary.text
        }
        rows = fresh
        second = latest
        recent = window.summary(.stage(key), seconds: 10, histograms: false)
        recentCanary = window.summary(.variant(key, canary: true), seconds: 10, histograms: false)
        // Steps of five seconds, where it is five minutes, hold enough requests for a percentile.
        let points = min(60, span)
        graphBase = window.values(graph, .variant(key, canary: false), seconds: span, points: points)
        graphCanary = window.values(graph, .variant(key, canary: true), seconds: span, points: points)
        marks = window.span(seconds: span, points: points)
    }

    private static func logLine(_ log: LogBook) -> Int? {
        guard let newest = log.last else { return nil }
        for number in stride(from: log.end - 1, to: max(log.first, log.end - 2000) - 1, by: -1) {
            guard let record = log[number], record.responseTimeEpoch > newest.responseTimeEpoch - 1000 else { break }
            if record.status >= 500 { return number }
        }
        return log.end - 1
    }

    private static func rows(_ comparison: Comparison) -> [Row] {
        [
            row("Count", "req/s", .count, comparison) { Format.rate($0.seconds > 0 ? $0.rate : nil) },
            row("Latency", "p50 / p99 ms", .latencyP99, comparison) { pair($0, .latencyP50, .latencyP99) },
            row("IntegrationLatency", "p50 / p99 ms", .integrationP99, comparison) {
                pair($0, .integrationP50, .integrationP99)
            },
            row("4XXError", "%", .clientErrors, comparison) { Format.percent($0.clientErrorPercent) },
            row("5XXError", "%", .serverErrors, comparison) { Format.percent($0.serverErrorPercent) },
            row("Cache hits", "%", .cacheHitPercent, comparison) { Format.percent($0.cacheHitPercent) },
            row("CacheMissCount", "", .cacheMisses, comparison) { Format.grouped($0.cacheMisses) },
        ]
    }

    private static func pair(_ summary: MetricsSummary, _ one: Metric, _ other: Metric) -> String {
        guard let low = summary.value(of: one), let high = summary.value(of: other) else { return "–" }
        return Format.milliseconds(low) + " / " + Format.milliseconds(high)
    }

    private static func row(
        _ name: String, _ unit: String, _ metric: Metric, _ comparison: Comparison, text: (MetricsSummary) -> String
    ) -> Row {
        var row = Row(name: name, unit: unit, metric: metric)
        row.base.text = text(comparison.base)
        row.canary.text = text(comparison.canary)
        row.isError = metric == .serverErrors
        switch metric {
        case .latencyP99:
            row.judgement = comparison.latency
            row.difference = ratio(comparison, metric)
        case .integrationP99:
            row.judgement = comparison.integrationLatency
            row.difference = ratio(comparison, metric)
        case .clientErrors:
            row.judgement = comparison.clientErrors
            row.difference = points(comparison.base.clientErrorPercent, comparison.canary.clientErrorPercent)
        case .serverErrors:
            row.judgement = comparison.serverErrors
            row.difference = points(comparison.base.serverErrorPercent, comparison.canary.serverErrorPercent)
        case .cacheHitPercent:
            row.judgement = comparison.cacheHits
            row.difference = points(comparison.base.cacheHitPercent, comparison.canary.cacheHitPercent)
        default: break
        }
        return row
    }

    private static func ratio(_ comparison: Comparison, _ metric: Metric) -> String {
        comparison.ratio(metric).map { "p99 × \(Format.number($0, decimals: 1))" } ?? ""
    }

    /// Percentage points: `+ 1.9`, `− 0.2`, `±` where they are alike.
    private static func points(_ one: Double?, _ other: Double?) -> String {
        guard let one, let other else { return "" }
        let difference = other - one
        if abs(difference) < 0.05 { return "±" }
        return (difference > 0 ? "+ " : "− ") + Format.number(abs(difference), decimals: 1)
    }
}
