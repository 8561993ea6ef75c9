package import ControlAPI

/// What is shown of a stage's traffic, with CloudWatch's names.
package enum Metric: Sendable, Hashable, CaseIterable {
    case count
    case latencyP50, latencyP99
    case integrationP50, integrationP99
    case clientErrors, serverErrors
    case cacheHitPercent, cacheHits, cacheMisses

    package var title: String {
        switch self {
        case .count: "Count, req/s"
        case .latencyP50: "Latency p50, ms"
        case .latencyP99: "Latency p99, ms"
        case .integrationP50: "IntegrationLatency p50, ms"
        case .integrationP99: "IntegrationLatency p99, ms"
        case .clientErrors: "4XXError, %"
        case .serverErrors: "5XXError, %"
        case .cacheHitPercent: "Cache hits, %"
        case .cacheHits: "CacheHitCount, req/s"
        case .cacheMisses: "CacheMissCount, req/s"
        }
    }
}

/// The sums of some seconds.
package struct MetricsSummary: Sendable, Equatable {
    /// How many seconds were looked at, with and without traffic.
    package var seconds = 0
    package var count = 0
    package var clientErrors = 0
    package var serverErrors = 0
    package var cacheHits = 0
    package var cacheMisses = 0
    package var latency = HistogramSum()
    package var integrationLatency = HistogramSum()

    package init() {}

    package mutating func add(_ sample: MetricsSample, histograms: Bool = true) {
        count += sample.count
        clientErrors += sample.clientErrors
        serverErrors += sample.serverErrors
        cacheHits += sample.cacheHits
        cacheMisses += sample.cacheMisses
        guard histograms else { return }
        latency.add(sample.latency)
        integrationLatency.add(sample.integrationLatency)
    }

    /// Requests a second.
    package var rate: Double { seconds > 0 ? Double(count) / Double(seconds) : 0 }
    package var clientErrorPercent: Double? { percent(clientErrors, count) }
    package var serverErrorPercent: Double? { percent(serverErrors, count) }
    package var cacheLookups: Int { cacheHits + cacheMisses }
    package var cacheHitPercent: Double? { percent(cacheHits, cacheLookups) }

    private func percent(_ part: Int, _ whole: Int) -> Double? {
        whole > 0 ? 100 * Double(part) / Double(whole) : nil
    }

    /// `nil` where there was nothing to measure; the rate is zero then.
    package func value(of metric: Metric) -> Double? {
        switch metric {
        case .count: seconds > 0 ? rate : nil
        case .latencyP50: latency.percentile(0.5)
        case .latencyP99: latency.percentile(0.99)
        case .integrationP50: integrationLatency.percentile(0.5)
        case .integrationP99: integrationLatency.percentile(0.99)
        case .clientErrors: clientErrorPercent
        case .serverErrors: serverErrorPercent
        case .cacheHitPercent: cacheHitPercent
        case .cacheHits: seconds > 0 ? Double(cacheHits) / Double(seconds) : nil
        case .cacheMisses: seconds > 0 ? Double(cacheMisses) / Double(seconds) : nil
        }
    }
}

/// The last seconds of one stage's base or canary, one place a second.
package struct MetricsSeries: Sendable {
    private var ring: [MetricsSample?]

    package init(seconds: Int) {
        ring = Array(repeating: nil, count: max(1, seconds))
    }

    private func place(_ time: Int) -> Int {
        let place = time % ring.count
        return place < 0 ? place + ring.count : place
    }

    /// A second that comes again (history after a reconnect) replaces what was known of it, unless it says less.
    package mutating func put(_ sample: MetricsSample) {
        let place = place(sample.time)
        if let held = ring[place] {
            if held.time > sample.time { return }
            if held.time == sample.time && held.count > sample.count { return }
        }
        ring[place] = sample
    }

    package subscript(time: Int) -> MetricsSample? {
        guard let sample = ring[place(time)], sample.time == time else { return nil }
        return sample
    }

    package func isEmpty(since time: Int) -> Bool {
        ring.allSatisfy { ($0?.time ?? Int.min) < time }
    }
}
