/// What a request's execution log says, line by line, in the order in which it happened.
///
/// An exchange has one only where the method's `loggingLevel` is not `OFF`, or where it is a test-invoke.
final class ExecutionLog {
    enum Level: Sendable { case error, info }

    /// The most verbose that is kept.
    let level: Level
    /// Whole requests and responses: `dataTraceEnabled`.
    let traces: Bool
    private(set) var lines: [(wall: Int64, text: String)] = []

    init(level: Level, traces: Bool) {
        self.level = level
        self.traces = traces
    }

    /// `wall` in nanoseconds since 1970.
    func append(_ text: String, wall: Int64) { lines.append((wall, text)) }
}

extension Exchange {
    /// A line of the execution log, made only where somebody keeps it.
    @inline(__always)
    func trace(_ text: @autoclosure () -> String) {
        guard let log = executionLog, log.level == .info else { return }
        log.append(text(), wall: loop.clock.wall(LoopClock.monotonic()))
    }

    /// A line that is kept at level `ERROR` too.
    @inline(__always)
    func traceError(_ text: @autoclosure () -> String) {
        guard let log = executionLog else { return }
        log.append(text(), wall: loop.clock.wall(LoopClock.monotonic()))
    }

    /// A line with what passed: headers, bodies, addresses.
    @inline(__always)
    func traceData(_ text: @autoclosure () -> String) {
        guard let log = executionLog, log.traces else { return }
        log.append(text(), wall: loop.clock.wall(LoopClock.monotonic()))
    }
}
