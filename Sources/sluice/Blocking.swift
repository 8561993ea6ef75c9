import Dispatch
import Foundation

/// Runs asynchronous work from the main thread of a synchronous command and waits for it. Never call these from a task.
func waitForResult<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
    let box = ResultBox<Value>()
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        do { box.result = .success(try await work()) } catch { box.result = .failure(error) }
        done.signal()
    }
    done.wait()
    guard let result = box.result else { throw CancellationError() }
    return try result.get()
}

func waitUntilDone(_ work: @escaping @Sendable () async -> Void) {
    _ = try? waitForResult { await work() }
}

/// Written by the task before it signals, read after the wait: never at once.
private final class ResultBox<Value: Sendable>: @unchecked Sendable {
    var result: Result<Value, any Error>?
}
