import ControlAPI
import NIOConcurrencyHelpers
import NIOCore

/// Merges what the loops counted, once a second, and hands it to readers. Runs beside the loops; each is asked for its
/// numbers by a task on itself.
final class TrafficHub: Sendable {
    /// Whole past seconds that are kept.
    static let keptSeconds = 15 * 60

    private struct Subscriber {
        var access: EventSelection.AccessSelection
        var continuation: AsyncStream<TrafficReport>.Continuation
        var dropped = 0
        /// Room in its stream after the last report.
        var remaining = TrafficHub.capacity

        mutating func yield(_ report: TrafficReport) -> Bool {
            guard case .enqueued(let remaining) = continuation.yield(report) else { return false }
            self.remaining = remaining
            return true
        }
    }

    private struct SampleKey: Hashable {
        var time: Int
        var identity: Int
        var canary: Bool
    }

    private struct State {
        var loops: [DataLoop] = []
        var subscribers: [Int: Subscriber] = [:]
        var nextSubscriber = 0
        /// Samples of seconds that are not published yet, then those of the last 15 minutes by second.
        var open: [SampleKey: MetricsSample] = [:]
        var history: [(time: Int, samples: [MetricsSample])] = []
        /// The same of single methods.
        var openMethods: [SampleKey: MetricsSample] = [:]
        var methodHistory: [(time: Int, samples: [MetricsSample])] = []
        var published = 0
        /// Next record of each loop for subscribers; `nil` before the first look.
        var positions: [UInt64]?
        var tasks: [Task<Void, Never>] = []
    }

    /// Reports that may wait for a reader. Records get 64 of them, metrics the rest: more seconds than are kept.
    private static let capacity = 1_024
    private static let reservedForMetrics = 960
    private static let recordsInOneReport = 500

    private let registry: PlanRegistry
    private let state = NIOLockedValueBox(State())

    init(registry: PlanRegistry) { self.registry = registry }

    func start(loops: [DataLoop]) {
        let second = Task { [weak self] in
            while !Task.isCancelled {
                // A little after the full second, so that every loop has closed it.
                let now = Self.wallMilliseconds()
                try? await Task.sleep(for: .milliseconds(1000 - now % 1000 + 20))
                guard let self, !Task.isCancelled else { return }
                await self.publishSecond()
            }
        }
        let records = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: .milliseconds(100))
                guard let self, !Task.isCancelled else { return }
                await self.publishRecords()
            }
        }
        state.withLockedValue { state in
            state.loops = loops
            state.published = Int(Self.wallMilliseconds() / 1000) - 1
            state.tasks = [second, records]
        }
    }

    /// From here on the loops are not asked any more, so that they can end.
    func stop() {
        let (tasks, subscribers) = state.withLockedValue { state in
            defer { (state.tasks, state.subscribers, state.loops) = ([], [:], []) }
            return (state.tasks, Array(state.subscribers.values))
        }
        for task in tasks { task.cancel() }
        for subscriber in subscribers { subscriber.continuation.finish() }
    }

    /// What a loop answers; `nil` after the end. Handed over under the lock: a loop that has ended takes no question.
    private func ask<Answer: Sendable>(
        _ loop: DataLoop, _ question: @escaping @Sendable () -> Answer
    ) async -> Answer? {
        let answer = state.withLockedValue { state in
            state.loops.isEmpty ? nil : loop.eventLoop.submit(question)
        }
        return try? await answer?.get()
    }

    private static func wallMilliseconds() -> Int64 {
        LoopClock().wall(LoopClock.monotonic()) / 1_000_000
    }

    // MARK: Metrics

    /// Takes closed seconds from every loop into `open`.
    private func collect() async {
        for loop in state.withLockedValue({ $0.loops }) {
            let closed = await ask(loop) {
                let second = Int(loop.clock.wall(LoopClock.monotonic()) / 1_000_000_000)
                loop.counters.rotate(second: second)
                loop.methodCounters.rotate(second: second)
                return (stages: loop.counters.takeClosed(), methods: loop.methodCounters.takeClosed())
            }
            guard let closed, !closed.stages.isEmpty else { continue }
            let stages = registry.names().stages
            let methods = closed.methods.isEmpty ? [] : registry.methods()
            state.withLockedValue { state in
                Self.add(closed.stages, to: &state.open, after: state.published) { identity, sample in
                    guard identity < stages.count else { return false }
                    sample.apiId = stages[identity].apiId
                    sample.stageName = stages[identity].stageName
                    return true
                }
                Self.add(closed.methods, to: &state.openMethods, after: state.published) { identity, sample in
                    guard identity < methods.count else { return false }
                    sample.apiId = methods[identity].apiId
                    sample.stageName = methods[identity].stageName
                    sample.resourcePath = methods[identity].resourcePath
                    sample.httpMethod = methods[identity].verb
                    return true
                }
            }
        }
    }

    /// A loop that reports a second late adds to the next one rather than to nothing.
    private static func add(
        _ closed: [TrafficCounters.Closed], to open: inout [SampleKey: MetricsSample], after published: Int,
        name: (Int, inout MetricsSample) -> Bool
    ) {
        for entry in closed {
            var sample = entry.sample
            guard name(entry.identity, &sample) else { continue }
            sample.time = max(sample.time, published + 1)
            let key = SampleKey(time: sample.time, identity: entry.identity, canary: sample.canary)
            open[key] = open[key]?.adding(sample) ?? sample
        }
    }

    private func publishSecond() async {
        await collect()
        let last = Int(Self.wallMilliseconds() / 1000) - 1
        state.withLockedValue { state in
            guard last > state.published else { return }
            for time in max(state.published + 1, last - Self.keptSeconds)...last {
                let samples = state.open.filter { $0.key.time == time }.map(\.value).sorted {
                    ($0.apiId, $0.stageName, $0.canary ? 1 : 0) < ($1.apiId, $1.stageName, $1.canary ? 1 : 0)
                }
                if !samples.isEmpty { state.history.append((time, samples)) }
                for number in state.subscribers.keys {
                    _ = state.subscribers[number]?.yield(.metrics(time: time, samples: samples))
                }
            }
            let methods = Dictionary(grouping: state.openMethods.filter { $0.key.time <= last }.values, by: \.time)
            for (time, samples) in methods.sorted(by: { $0.key < $1.key }) {
                state.methodHistory.append((time, samples.sorted { Self.methodOrder($0) < Self.methodOrder($1) }))
            }
            state.open = state.open.filter { $0.key.time > last }
            state.openMethods = state.openMethods.filter { $0.key.time > last }
            state.published = last
            Self.forget(&state.history, upTo: last - Self.keptSeconds)
            Self.forget(&state.methodHistory, upTo: last - Self.keptSeconds)
        }
    }

    private static func methodOrder(_ sample: MetricsSample) -> (String, String, String, String, Int) {
        (
            sample.apiId, sample.stageName, sample.resourcePath ?? "", sample.httpMethod ?? "", sample.canary ? 1 : 0
        )
    }

    private static func forget(_ history: inout [(time: Int, samples: [MetricsSample])], upTo time: Int) {
        if let keep = history.firstIndex(where: { $0.time > time }) {
            history.removeFirst(keep)
        } else {
            history.removeAll()
        }
    }

    func metrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample] {
        Self.select(state.withLockedValue { $0.history }, apiId: apiId, stageName: stageName, since: since)
    }

    func methodMetrics(apiId: String?, stageName: String?, since: Int) async -> [MetricsSample] {
        Self.select(state.withLockedValue { $0.methodHistory }, apiId: apiId, stageName: stageName, since: since)
    }

    private static func select(
        _ history: [(time: Int, samples: [MetricsSample])], apiId: String?, stageName: String?, since: Int
    ) -> [MetricsSample] {
        history.filter { $0.time >= since }.flatMap(\.samples).filter { sample in
            (apiId == nil || sample.apiId == apiId) && (stageName == nil || sample.stageName == stageName)
        }
    }

    // MARK: Records

    func accessLog(_ query: AccessLogQuery) async -> [AccessLogRecord] {
        var records: [AccessLogRecord] = []
        for loop in state.withLockedValue({ $0.loops }) {
            // Where a filter stands, all have to be looked through to find the newest that pass it.
            let hasFilter = query.apiId != nil || query.stageName != nil
            let limit = hasFilter ? Int.max : max(0, query.limit)
            guard let raw = await ask(loop, { loop.accessLog.copy(from: 0, limit: limit) }) else { continue }
            records += raw.decode(registry.names()) { stage, time in
                (query.apiId == nil || stage.apiId == query.apiId)
                    && (query.stageName == nil || stage.stageName == query.stageName)
                    && time >= Int64(query.since ?? .min)
            }
        }
        records.sort { $0.responseTimeEpoch < $1.responseTimeEpoch }
        return Array(records.suffix(max(0, query.limit)))
    }

    // MARK: Execution logs

    func executionLog(requestId: String) async -> ExecutionLogRecord? {
        guard let id = RequestIdentity(text: requestId) else { return nil }
        var found: [ExecutionLogRecord] = []
        for loop in state.withLockedValue({ $0.loops }) {
            guard let record = await ask(loop, { loop.executionLogs.find(id) }) ?? nil else { continue }
            if let named = Self.named(record, registry.names()) { found.append(named) }
        }
        return found.max { ($0.lines.first?.time ?? 0) < ($1.lines.first?.time ?? 0) }
    }

    func executionLogs(apiId: String?, stageName: String?, limit: Int) async -> [ExecutionLogRecord] {
        let names = registry.names()
        let wanted = Set(
            names.stages.indices.filter { place in
                (apiId == nil || names.stages[place].apiId == apiId)
                    && (stageName == nil || names.stages[place].stageName == stageName)
            })
        var all: [ExecutionLogRecord] = []
        for loop in state.withLockedValue({ $0.loops }) {
            let records = await ask(loop) { loop.executionLogs.newest(max(0, limit)) { wanted.contains($0) } }
            all += (records ?? []).compactMap { Self.named($0, names) }
        }
        all.sort { ($0.lines.last?.time ?? 0) < ($1.lines.last?.time ?? 0) }
        return Array(all.suffix(max(0, limit)))
    }

    private static func named(_ record: ExecutionLogStore.Record, _ names: PlanRegistry.Names) -> ExecutionLogRecord? {
        guard record.identity < names.stages.count else { return nil }
        let stage = names.stages[record.identity]
        return ExecutionLogRecord(
            requestId: record.requestId.text, apiId: stage.apiId, stage: stage.stageName,
            isCanaryRequest: record.isCanary,
            lines: record.lines.map { ExecutionLogRecord.Line(time: Int($0.wall / 1_000_000), message: $0.text) })
    }

    func reports(access: EventSelection.AccessSelection) -> AsyncStream<TrafficReport> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: TrafficReport.self, bufferingPolicy: .bufferingOldest(Self.capacity))
        let number = state.withLockedValue { state in
            state.nextSubscriber += 1
            state.subscribers[state.nextSubscriber] = Subscriber(access: access, continuation: continuation)
            return state.nextSubscriber
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLockedValue { $0.subscribers[number] = nil }
        }
        return stream
    }

    /// What came since the last call, to those who asked for it.
    private func publishRecords() async {
        let (loops, positions, wanted) = state.withLockedValue { state in
            (state.loops, state.positions, state.subscribers.values.contains { $0.access != .none })
        }
        var next: [UInt64] = []
        var all: [AccessLogRecord] = []
        var dropped = 0
        for (index, loop) in loops.enumerated() {
            let from = positions.flatMap { index < $0.count ? $0[index] : nil }
            let raw = await ask(loop) {
                // Also without readers the place moves on: one that comes gets what came since the last look, and
                // misses nothing.
                loop.accessLog.copy(from: wanted ? from ?? loop.accessLog.written : .max, limit: .max)
            }
            guard let raw else {
                next.append(from ?? 0)
                continue
            }
            next.append(raw.next)
            if !raw.bytes.isEmpty { all += raw.decode(registry.names()) { _, _ in true } }
            dropped += raw.dropped
        }
        // What the loops answered side by side stands in the order of the answers.
        all.sort { $0.responseTimeEpoch < $1.responseTimeEpoch }
        if !all.isEmpty || dropped > 0 { distribute(all, dropped: dropped) }
        state.withLockedValue { $0.positions = next }
    }

    private func distribute(_ all: [AccessLogRecord], dropped: Int) {
        state.withLockedValue { state in
            for (number, var subscriber) in state.subscribers {
                let records = all.filter { subscriber.access.holds($0) }
                subscriber.dropped += subscriber.access == .none ? 0 : dropped
                for start in stride(
                    from: 0, to: max(records.count, subscriber.dropped > 0 ? 1 : 0), by: Self.recordsInOneReport)
                {
                    let part = Array(records[start..<min(records.count, start + Self.recordsInOneReport)])
                    let report = TrafficReport.access(records: part, dropped: subscriber.dropped)
                    if subscriber.remaining > Self.reservedForMetrics, subscriber.yield(report) {
                        subscriber.dropped = 0
                    } else {
                        subscriber.dropped += part.count
                    }
                }
                state.subscribers[number] = subscriber
            }
        }
    }
}

extension EventSelection.AccessSelection {
    func holds(_ record: AccessLogRecord) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .api(let apiId): record.apiId == apiId
        case .stage(let apiId, let stageName): record.apiId == apiId && record.stage == stageName
        }
    }
}
