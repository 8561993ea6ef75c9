import ControlAPI
import Lambda
import NIOCore
import Synchronization

@testable import Gateway

/// Functions that answer as a test tells them, and note what came.
final class ToldFunctions: FunctionService {
    private struct State {
        var published: [[Function]] = []
        var invocations: [FunctionInvocation] = []
        var answer = InvocationResult(requestId: "r", answer: .accepted)
        var records: [FunctionLogRecord] = []
        var readers: [AsyncStream<FunctionLogBatch>.Continuation] = []
        var states: [FunctionState] = []
    }

    private let state = Mutex(State())

    /// What was published last.
    var published: [Function] { state.withLock { $0.published.last ?? [] } }
    var publications: Int { state.withLock { $0.published.count } }
    var invocations: [FunctionInvocation] { state.withLock { $0.invocations } }
    var readerCount: Int { state.withLock { $0.readers.count } }

    func answer(_ answer: InvocationResult.Answer, logTail: [UInt8]? = nil) {
        state.withLock { $0.answer = InvocationResult(requestId: "r-1", answer: answer, logTail: logTail) }
    }

    func tell(_ states: [FunctionState], _ records: [FunctionLogRecord]) {
        let readers = state.withLock { state in
            (state.states, state.records) = (states, records)
            return state.readers
        }
        for reader in readers { reader.yield(FunctionLogBatch(records: records, dropped: 1)) }
    }

    func invoke(_ invocation: FunctionInvocation, completion: @escaping @Sendable (InvocationResult) -> Void) {
        completion(
            state.withLock { state in
                state.invocations.append(invocation)
                return state.answer
            })
    }

    func publish(_ functions: [Function]) async { state.withLock { $0.published.append(functions) } }

    func states() -> [FunctionState] { state.withLock { $0.states } }

    func logs(function name: String, limit: Int) -> [FunctionLogRecord] {
        state.withLock { Array($0.records.filter { $0.functionName == name }.suffix(limit)) }
    }

    func logLines(of selection: EventSelection.FunctionSelection) -> AsyncStream<FunctionLogBatch> {
        AsyncStream { continuation in state.withLock { $0.readers.append(continuation) } }
    }
}
