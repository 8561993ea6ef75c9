package import ControlAPI
import Synchronization

/// Where events from other threads wait for the main loop. Bounded: when the terminal stalls, or an editor has it, access
/// records beyond the bound are counted and let go, and of the metrics those that no screen would show any more, so that
/// memory does not grow; everything else is small and kept.
package final class Mailbox: Sendable {
    /// Access records that may wait.
    package static let capacity = 50_000

    private struct Box {
        var events: [AppEvent] = []
        var tail: [AccessLogRecord] = []
        var tailSelection: TailSelection = .none
        var dropped = 0
        /// Seconds of metrics among the events.
        var seconds = 0
        var isEmpty: Bool { events.isEmpty && tail.isEmpty && dropped == 0 }

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
            let wasEmpty = box.isEmpty
            if box.tailSelection != selection {
                box.tail = []
                box.dropped = 0
                box.tailSelection = selection
            }
            let room = max(0, capacity - box.tail.count)
            box.tail.append(contentsOf: records.prefix(room))
            box.dropped += max(0, dropped) + max(0, records.count - room)
            return wasEmpty
        }
        if wasEmpty { wake() }
    }

    /// Takes everything that waits.
    package func drain() -> [AppEvent] {
        var taken = box.withLock { box in
            let all = box
            box = Box()
            box.tailSelection = all.tailSelection
            return all
        }
        if !taken.tail.isEmpty || taken.dropped > 0 {
            taken.events.append(.tail(taken.tailSelection, taken.tail, dropped: taken.dropped))
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
