/// A function's counters since the host started.
struct FunctionFigures: Sendable {
    /// Whether `$LATEST` can run on this machine.
    enum Readiness: Sendable, Hashable {
        case unknown
        case ready
        case failed(reason: String)
    }

    var readiness = Readiness.unknown
    var environments = 0
    var busy = 0
    var invocations = 0
    var coldStarts = 0
    var errors = 0
    var timeouts = 0
    var throttles = 0
    /// Milliseconds.
    var durations = DurationSample()
    var initDuration: Double?
    var lastError: String?
}

/// The newest durations, for quantiles: a bounded ring.
struct DurationSample: Sendable {
    private var values: [Double] = []
    private var next = 0
    static let capacity = 512

    mutating func add(_ value: Double) {
        if values.count < Self.capacity {
            values.append(value)
        } else {
            values[next] = value
            next = (next + 1) % Self.capacity
        }
    }

    /// The nearest rank; `nil` where there is none.
    func quantile(_ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let rank = Int((share * Double(values.count)).rounded(.up))
        return values.sorted()[min(max(rank - 1, 0), values.count - 1)]
    }
}
