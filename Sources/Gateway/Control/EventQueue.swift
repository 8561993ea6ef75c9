import ControlAPI
import Synchronization

/// Lines that one reader of the live feed has not taken yet. Bounded: access-log records that a slow reader leaves
/// lying are dropped and counted; a reader that leaves even the few metrics and changes lying is given up.
final class EventQueue: Sendable {
    static let largestRecordCount = 4096
    static let largestLineCount = 512

    private struct State {
        var lines: [ControlEvent] = []
        var recordCount = 0
        /// Records dropped that no line has told of yet.
        var dropped = 0
        var finished = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    func push(_ event: ControlEvent) {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.finished else { return nil }
            if case .access(let records, let dropped) = event {
                state.dropped += dropped
                let room = Self.largestRecordCount - state.recordCount
                let kept = records.prefix(max(0, room))
                state.dropped += records.count - kept.count
                guard !kept.isEmpty || state.dropped > 0 else { return nil }
                state.recordCount += kept.count
                if !kept.isEmpty {
                    state.lines.append(.access(records: Array(kept), dropped: state.dropped))
                    state.dropped = 0
                }
            } else {
                state.lines.append(event)
            }
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
                if state.dropped > 0, !state.finished {
                    lines.append(.access(records: [], dropped: state.dropped))
                    state.dropped = 0
                }
                guard !lines.isEmpty else { return state.finished ? nil : [] }
                state.lines.removeAll(keepingCapacity: true)
                state.recordCount = 0
                return lines
            }
            guard let taken else { return nil }
            if !taken.isEmpty { return taken }
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> Bool in
                    if state.finished || !state.lines.isEmpty || state.dropped > 0 { return true }
                    state.waiting = continuation
                    return false
                }
                if ready { continuation.resume() }
            }
        }
    }
}
