import NIOCore

/// What one loop wrote for log files and the writer has not taken yet. A loop whose stages write no files has an empty
/// one, and no timer.
final class LogOutbox {
    private let eventLoop: any EventLoop
    private let writer: LogWriter
    private var lines: [LogFile: [UInt8]] = [:]
    private var byteCount = 0
    private var dropped = 0
    private var isScheduled = false
    private var isEnding = false

    /// Bytes that may wait on one loop.
    static let limit = 4 << 20
    /// The longest that a line waits for the writer.
    private static let interval = TimeAmount.milliseconds(100)

    init(eventLoop: any EventLoop, writer: LogWriter) {
        self.eventLoop = eventLoop
        self.writer = writer
    }

    /// Adds the lines that `write` appends, with their ends.
    func add(to file: LogFile, _ write: (inout [UInt8]) -> Void) {
        guard byteCount < Self.limit else {
            dropped += 1
            return
        }
        let before = lines[file]?.count ?? 0
        write(&lines[file, default: []])
        byteCount += (lines[file]?.count ?? 0) - before
        if isEnding { return handOver() }
        guard !isScheduled else { return }
        isScheduled = true
        // Only touched on this loop, like all of its state.
        let outbox = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: Self.interval) { outbox.value.handOver() }
    }

    /// The loop takes no timers any more: what still comes is handed over at once.
    func end() {
        isEnding = true
        handOver()
    }

    func handOver() {
        isScheduled = false
        guard byteCount > 0 || dropped > 0 else { return }
        writer.submit(lines, bytes: byteCount, dropped: dropped)
        lines.removeAll(keepingCapacity: true)
        byteCount = 0
        dropped = 0
    }
}
