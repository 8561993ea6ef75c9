import ControlAPI
import NIOConcurrencyHelpers

/// Hands new log lines to whoever listens. A listener that does not keep up loses its oldest batches.
final class FunctionLogFeed: Sendable {
    private struct Listeners {
        var next = 0
        var continuations: [Int: AsyncStream<[FunctionLogRecord]>.Continuation] = [:]
    }

    private let listeners = NIOLockedValueBox(Listeners())
    /// Batches that wait for a listener.
    private static let capacity = 64

    var isHeard: Bool { listeners.withLockedValue { !$0.continuations.isEmpty } }

    func listen() -> AsyncStream<[FunctionLogRecord]> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: [FunctionLogRecord].self, bufferingPolicy: .bufferingNewest(Self.capacity))
        let id = listeners.withLockedValue { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [weak self] _ in
            self?.listeners.withLockedValue { _ = $0.continuations.removeValue(forKey: id) }
        }
        return stream
    }

    func send(_ batch: [FunctionLogRecord]) {
        let all = listeners.withLockedValue { Array($0.continuations.values) }
        for continuation in all { continuation.yield(batch) }
    }

    func finish() {
        let all = listeners.withLockedValue { listeners in
            defer { listeners.continuations = [:] }
            return Array(listeners.continuations.values)
        }
        for continuation in all { continuation.finish() }
    }
}
