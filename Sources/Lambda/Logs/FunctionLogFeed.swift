import ControlAPI
import NIOConcurrencyHelpers

/// Hands new log lines to whoever listens. A listener that does not keep up loses its oldest batches, and is told how
/// many lines those had.
final class FunctionLogFeed: Sendable {
    private struct Listener {
        var selection: EventSelection.FunctionSelection
        var continuation: AsyncStream<FunctionLogBatch>.Continuation
        /// Lines that it has not been told of.
        var dropped = 0
    }

    private struct Listeners {
        var next = 0
        var all: [Int: Listener] = [:]
    }

    private let listeners = NIOLockedValueBox(Listeners())
    /// Batches that wait for a listener.
    private static let capacity = 64

    var isHeard: Bool { listeners.withLockedValue { !$0.all.isEmpty } }

    func listen(to selection: EventSelection.FunctionSelection) -> AsyncStream<FunctionLogBatch> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: FunctionLogBatch.self, bufferingPolicy: .bufferingNewest(Self.capacity))
        guard selection != .none else {
            continuation.finish()
            return stream
        }
        let id = listeners.withLockedValue { listeners in
            listeners.next += 1
            listeners.all[listeners.next] = Listener(selection: selection, continuation: continuation)
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLockedValue { _ = $0.all.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ records: [FunctionLogRecord]) {
        for (id, listener) in listeners.withLockedValue({ $0.all }) {
            let wanted = records.filter { listener.selection.has($0) }
            guard !wanted.isEmpty else { continue }
            let outcome = listener.continuation.yield(FunctionLogBatch(records: wanted, dropped: listener.dropped))
            listeners.withLockedValue { listeners in
                listeners.all[id]?.dropped = 0
                if case .dropped(let lost) = outcome { listeners.all[id]?.dropped = lost.records.count + lost.dropped }
            }
        }
    }

    func finish() {
        let all = listeners.withLockedValue { listeners in
            defer { listeners.all = [:] }
            return Array(listeners.all.values)
        }
        for listener in all { listener.continuation.finish() }
    }
}

extension EventSelection.FunctionSelection {
    fileprivate func has(_ record: FunctionLogRecord) -> Bool {
        switch self {
        case .none: false
        case .all: true
        case .function(let name): record.functionName == name
        }
    }
}
