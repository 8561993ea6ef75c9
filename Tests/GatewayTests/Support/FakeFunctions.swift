import ControlAPI
import Foundation
import Lambda
import NIOCore

@testable import Gateway

/// Functions that answer what a test says, on a thread that is not the loop's, and keep what they were asked.
final class FakeFunctions: FunctionInvoker, @unchecked Sendable {
    typealias Script = @Sendable (FunctionInvocation) -> InvocationResult?

    private let lock = NSLock()
    private let script: Script
    private var kept: [FunctionInvocation] = []
    private var unanswered: [@Sendable (InvocationResult) -> Void] = []

    /// The script gives `nil` for an invocation that nobody answers before ``answerLate(_:)``.
    init(_ script: @escaping Script) { self.script = script }

    /// Each invocation succeeds with the same payload.
    convenience init(payload: String) { self.init { _ in Self.success(payload) } }

    static let requestId = "93b07909-0217-4875-86d6-e5a8747c70a2"

    static func success(_ payload: String, error: String? = nil) -> InvocationResult {
        InvocationResult(
            requestId: requestId,
            answer: .finished(
                payload: ByteBuffer(string: payload), functionError: error, executedVersion: "$LATEST"))
    }

    static func refusal(_ status: Int, _ code: String, _ message: String) -> InvocationResult {
        InvocationResult(requestId: requestId, answer: .refused(status: status, code: code, message: message))
    }

    func invoke(_ invocation: FunctionInvocation, completion: @escaping @Sendable (InvocationResult) -> Void) {
        lock.withLock { kept.append(invocation) }
        let answer = script(invocation)
        guard let answer else { return lock.withLock { unanswered.append(completion) } }
        Thread.detachNewThread { completion(answer) }
    }

    func answerLate(_ result: InvocationResult) {
        let waiting = lock.withLock {
            defer { unanswered = [] }
            return unanswered
        }
        for completion in waiting { completion(result) }
    }

    var invocations: [FunctionInvocation] { lock.withLock { kept } }
    var last: FunctionInvocation? { invocations.last }

    // MARK: Methods

    static let arn = "arn:aws:lambda:us-east-1:000000000000:function:hello"

    static func uri(_ function: String = arn) -> String {
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\(function)/invocations"
    }

    static func integration(_ type: String = "AWS_PROXY", function: String = arn) -> Integration {
        var integration = Integration(type: type)
        integration.httpMethod = "POST"
        integration.uri = uri(function)
        return integration
    }
}

extension Stage {
    /// `prod` with settings of all its methods.
    static func prod(_ change: (inout MethodSetting) -> Void) -> Stage {
        var setting = MethodSetting()
        change(&setting)
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.methodSettings = ["*/*": setting]
        return stage
    }
}
