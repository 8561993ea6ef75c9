package import ControlAPI
import Synchronization

/// Where events from other threads wait for the main loop. Bounded: when the terminal stalls, or an editor has it, log
/// records beyond the bound are counted and let go, and of the metrics those that no screen would show any more, so that
/// memory does not grow; everything else is small and kept.
package final class Mailbox: Sendable {
    /// Records of each log that may wait.
    package static let capacity = 50_000

    private struct Box {
        var events: [AppEvent] = []
        var access = Tail<AccessLogRecord>()
        var functions = Tail<FunctionLogRecord>()
        /// Seconds of metrics among the events.
        var seconds = 0
        var isEmpty: Bool { events.isEmpty && access.isEmpty && functions.isEmpty }

        mutating func append(_ event: AppEvent) {
            if event.isMetrics {
                seconds += 1
                if seconds > MetricsWindow.length, let oldest = events.firstIndex(where: \.isMetrics) {
                    events.remove(at: oldest)
                    seconds -= 1
                }
            }
            events.append(event)
        }
    }

    /// Log records that wait.
    private struct Tail<Record: LogRecord> {
        var records: [Record] = []
        var selection = Record.nobody
        var dropped = 0
        var isEmpty: Bool { records.isEmpty && dropped == 0 }

        mutating func take(_ more: [Record], dropped: Int, of selection: Record.Selection, capacity: Int) {
            if self.selection != selection {
                records = []
                self.dropped = 0
                self.selection = selection
            }
            let room = max(0, capacity - records.count)
            records.append(contentsOf: more.prefix(room))
            self.dropped += max(0, dropped) + max(0, more.count - room)
        }

        mutating func drain() {
            records = []
            dropped = 0
        }
    }

    private let box = Mutex(Box())
    private let capacity: Int
    private let wake: @Sendable () -> Void

    package init(capacity: Int = Mailbox.capacity, wake: @escaping @Sendable () -> Void) {
        self.capacity = capacity
        self.wake = wake
    }

    package func post(_ event: AppEvent) {
        let wasEmpty = box.withLock { box in
            defer { box.append(event) }
            return box.isEmpty
        }
        if wasEmpty { wake() }
    }

    /// Access records, in the order in which they came.
    package func post(tail records: [AccessLogRecord], dropped: Int, of selection: TailSelection) {
        let wasEmpty = box.withLock { box in
            defer { box.access.take(records, dropped: dropped, of: selection, capacity: capacity) }
            return box.isEmpty
        }
        if wasEmpty { wake() }
    }

    /// Lines of functions, in the order in which they came.
    package func post(
        tail records: [FunctionLogRecord], dropped: Int, of selection: EventSelection.FunctionSelection
    ) {
        let wasEmpty = box.withLock { box in
            defer { box.functions.take(records, dropped: dropped, of: selection, capacity: capacity) }
            return box.isEmpty
        }
        if wasEmpty { wake() }
    }

    /// Takes everything that waits.
    package func drain() -> [AppEvent] {
        var taken = box.withLock { box in
            let all = box
            box.events = []
            box.seconds = 0
            box.access.drain()
            box.functions.drain()
            return all
        }
        if !taken.access.isEmpty {
            taken.events.append(.tail(taken.access.selection, taken.access.records, dropped: taken.access.dropped))
        }
        if !taken.functions.isEmpty {
            taken.events.append(
                .functionTail(taken.functions.selection, taken.functions.records, dropped: taken.functions.dropped))
        }
        return taken.events
    }

    package var isEmpty: Bool { box.withLock { $0.isEmpty } }
}

extension AppEvent {
    fileprivate var isMetrics: Bool {
        if case .feed(.metrics) = self { return true }
        return false
    }
}
