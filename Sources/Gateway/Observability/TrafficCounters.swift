import ControlAPI

/// What one loop counts, by stage and by base or canary, in the current second. Closed seconds wait for the reader.
final class TrafficCounters {
    private final class Cell {
        var count = 0
        var clientErrors = 0
        var serverErrors = 0
        var cacheHits = 0
        var cacheMisses = 0
        let latency: UnsafeMutablePointer<UInt32>
        let integrationLatency: UnsafeMutablePointer<UInt32>

        init() {
            latency = .allocate(capacity: LatencyHistogram.bucketCount)
            latency.initialize(repeating: 0, count: LatencyHistogram.bucketCount)
            integrationLatency = .allocate(capacity: LatencyHistogram.bucketCount)
            integrationLatency.initialize(repeating: 0, count: LatencyHistogram.bucketCount)
        }

        deinit {
            latency.deallocate()
            integrationLatency.deallocate()
        }

        func take() -> (latency: LatencyHistogram, integration: LatencyHistogram) {
            let size = LatencyHistogram.bucketCount
            let taken = (
                LatencyHistogram(dense: UnsafeBufferPointer(start: latency, count: size)),
                LatencyHistogram(dense: UnsafeBufferPointer(start: integrationLatency, count: size))
            )
            latency.update(repeating: 0, count: size)
            integrationLatency.update(repeating: 0, count: size)
            count = 0
            clientErrors = 0
            serverErrors = 0
            cacheHits = 0
            cacheMisses = 0
            return taken
        }
    }

    /// A closed second of one cell; names come from ``PlanRegistry``.
    struct Closed: Sendable {
        var identity: Int
        var sample: MetricsSample
    }

    /// Two a stage: base, canary.
    private var cells = ContiguousArray<Cell?>()
    private var dirty = ContiguousArray<Int>()
    private var second = 0
    private var closed: [Closed] = []

    @inline(__always)
    func record(
        identity: Int, isCanary: Bool, second now: Int, status: Int, latency: UInt64, integrationLatency: UInt64?,
        cache: CacheResult = .notCached
    ) {
        if now != second { rotate(second: now) }
        let place = identity * 2 + (isCanary ? 1 : 0)
        let cell = place < cells.count ? cells[place] ?? make(place) : make(place)
        if cell.count == 0 { dirty.append(place) }
        cell.count &+= 1
        if status >= 500 { cell.serverErrors &+= 1 } else if status >= 400 { cell.clientErrors &+= 1 }
        switch cache {
        case .notCached: break
        case .hit: cell.cacheHits &+= 1
        case .miss: cell.cacheMisses &+= 1
        }
        cell.latency[LatencyHistogram.bucket(of: latency)] &+= 1
        if let integrationLatency { cell.integrationLatency[LatencyHistogram.bucket(of: integrationLatency)] &+= 1 }
    }

    @inline(never)
    private func make(_ place: Int) -> Cell {
        while cells.count <= place { cells.append(nil) }
        let cell = Cell()
        cells[place] = cell
        return cell
    }

    /// Closes the second that was counted, if `now` is a later one. (A clock that was set back closes it as well.)
    func rotate(second now: Int) {
        guard now != second else { return }
        for place in dirty {
            guard let cell = cells[place] else { continue }
            var sample = MetricsSample(
                time: second, apiId: "", stageName: "", canary: place & 1 == 1, count: cell.count,
                clientErrors: cell.clientErrors, serverErrors: cell.serverErrors, cacheHits: cell.cacheHits,
                cacheMisses: cell.cacheMisses)
            (sample.latency, sample.integrationLatency) = cell.take()
            closed.append(Closed(identity: place >> 1, sample: sample))
        }
        dirty.removeAll(keepingCapacity: true)
        second = now
        // Nobody has read for long: keep what a reader could still ask for.
        if closed.count > 100_000 { closed.removeFirst(closed.count - 50_000) }
    }

    /// The seconds closed since the last call.
    func takeClosed() -> [Closed] {
        defer { closed.removeAll() }
        return closed
    }
}
