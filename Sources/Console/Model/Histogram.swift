package import ControlAPI

/// Many latency histograms added up, to take percentiles from: dense, so that adding one costs its own buckets only.
package struct HistogramSum: Sendable, Equatable {
    private var counts: [Int] = []
    package private(set) var count = 0

    package init() {}

    package mutating func add(_ histogram: LatencyHistogram) {
        guard histogram.count > 0 else { return }
        if counts.isEmpty { counts = Array(repeating: 0, count: LatencyHistogram.bucketCount) }
        for entry in histogram.buckets where entry.bucket < counts.count { counts[entry.bucket] += entry.count }
        count += histogram.count
    }

    /// The bucket that holds the value which `share` (0…1) of the durations do not exceed.
    package func bucket(at share: Double) -> Int? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((Double(count) * share).rounded(.up)))
        var seen = 0
        for (bucket, number) in counts.enumerated() where number > 0 {
            seen += number
            if seen >= rank { return bucket }
        }
        return nil
    }

    /// Milliseconds; `nil` if nothing was counted.
    package func percentile(_ share: Double) -> Double? {
        bucket(at: share).map { LatencyHistogram.value(of: $0) / 1000 }
    }

    /// How many durations lie in a bucket above `bucket`.
    package func count(above bucket: Int) -> Int {
        guard bucket + 1 < counts.count else { return 0 }
        return counts[(bucket + 1)...].reduce(0, +)
    }
}
