import ControlAPI
import Synchronization

/// Lines that one reader of the live feed has not taken yet. Bounded: records of the access log and lines of functions
/// that a slow reader leaves lying are dropped and counted; a reader that leaves even the few metrics and changes lying
/// is given up.
final class EventQueue: Sendable {
    static let largestRecordCount = 4096
    static let largestLineCount = 512
    /// Of what functions wrote: a line of theirs may be long.
    static let largestFunctionBytes = 4 << 20

    /// Records of one kind: those that wait, and those that were dropped and that no line has told of yet.
    private struct Backlog {
        var count = 0
        var bytes = 0
        var dropped = 0

        /// Those that there is room for. The others count as dropped.
        mutating func admit<Record>(
            _ records: [Record], dropped: Int, size: (Record) -> Int = { _ in 0 }
        ) -> ArraySlice<Record> {
            var kept = 0
            for record in records {
                let bytes = bytes + size(record)
                guard count < largestRecordCount, bytes <= largestFunctionBytes else { break }
                self.bytes = bytes
                count += 1
                kept += 1
            }
            self.dropped += dropped + records.count - kept
            return records.prefix(kept)
        }

        /// The number to tell of now.
        mutating func takeDropped() -> Int {
            defer { dropped = 0 }
            return dropped
        }
    }

    private struct State {
        var lines: [ControlEvent] = []
        var access = Backlog()
        var functions = Backlog()
        var finished = false
        var waiting: CheckedContinuation<Void, Never>?

        var hasNews: Bool { finished || !lines.isEmpty || access.dropped > 0 || functions.dropped > 0 }
    }

    private let state = Mutex(State())

    func push(_ event: ControlEvent) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.finished else { return nil }
            switch event {
            case .access(let records, let dropped):
                let kept = state.access.admit(records, dropped: dropped)
                if !kept.isEmpty {
                    state.lines.append(.access(records: Array(kept), dropped: state.access.takeDropped()))
                }
            case .functions(let records, let dropped):
                let kept = state.functions.admit(records, dropped: dropped) { $0.message.utf8.count }
                if !kept.isEmpty {
                    state.lines.append(.functions(records: Array(kept), dropped: state.functions.takeDropped()))
                }
            default: state.lines.append(event)
            }
            guard state.hasNews else { return nil }
            if state.lines.count > Self.largestLineCount {
                state.finished = true
                state.lines.removeAll()
            }
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    func finish() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            state.finished = true
            defer { state.waiting = nil }
            return state.waiting
        }
        waiting?.resume()
    }

    /// All lines that are there, or those that come next; `nil` once it is over. For one reader.
    func next() async -> [ControlEvent]? {
        while true {
            let taken = state.withLock { state -> [ControlEvent]? in
                var lines = state.lines
                if !state.finished {
                    if state.access.dropped > 0 {
                        lines.append(.access(records: [], dropped: state.access.takeDropped()))
                    }
                    if state.functions.dropped > 0 {
                        lines.append(.functions(records: [], dropped: state.functions.takeDropped()))
                    }
                }
                guard !lines.isEmpty else { return state.finished ? nil : [] }
                state.lines.removeAll(keepingCapacity: true)
                (state.access.count, state.functions.count, state.functions.bytes) = (0, 0, 0)
                return lines
            }
            guard let taken else { return nil }
            if !taken.isEmpty { return taken }
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Bool in
                    if state.hasNews { return true }
                    state.waiting = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        }
    }
}
