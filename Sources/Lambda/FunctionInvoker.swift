package import NIOCore

/// Invokes functions: those of this machine, or a Lambda service elsewhere.
package protocol FunctionInvoker: Sendable {
    /// `completion` is called once, on any thread. Never blocks.
    func invoke(_ invocation: FunctionInvocation, completion: @escaping @Sendable (InvocationResult) -> Void)
}

/// One call of Lambda's `Invoke`.
package struct FunctionInvocation: Sendable {
    package enum Kind: String, Sendable, Hashable {
        case requestResponse = "RequestResponse"
        case event = "Event"
        case dryRun = "DryRun"
    }

    /// Who invokes, for the function's resource-based policy.
    package enum Caller: Sendable, Hashable {
        /// Somebody with credentials of the account: the policy is not asked.
        case account
        /// `sourceArn`: `arn:aws:execute-api:{region}:{account}:{apiId}/{stage}/{verb}/{resource path}`.
        case apiGateway(sourceArn: String)
    }

    /// A name, `name:qualifier`, a partial or a whole ARN, with or without a qualifier.
    package var function: String
    package var qualifier: String?
    package var kind: Kind
    package var payload: ByteBuffer
    package var caller: Caller
    /// `X-Amzn-Trace-Id` of the request that led here.
    package var traceId: String?
    /// Base64, as in `X-Amz-Client-Context`.
    package var clientContext: String?
    /// Whether the last 4 KB of the log are wanted.
    package var wantsLogTail: Bool

    package init(
        function: String, qualifier: String? = nil, kind: Kind = .requestResponse, payload: ByteBuffer,
        caller: Caller = .account, traceId: String? = nil, clientContext: String? = nil, wantsLogTail: Bool = false
    ) {
        self.function = function
        self.qualifier = qualifier
        self.kind = kind
        self.payload = payload
        self.caller = caller
        self.traceId = traceId
        self.clientContext = clientContext
        self.wantsLogTail = wantsLogTail
    }
}

package struct InvocationResult: Sendable {
    package enum Answer: Sendable {
        /// The function answered. `functionError` is `Handled` or `Unhandled` where it failed; the payload then has
        /// `errorMessage`, `errorType` and perhaps `stackTrace`.
        case finished(payload: ByteBuffer, functionError: String?, executedVersion: String)
        /// `Event`: queued.
        case accepted
        /// `DryRun`: it would have been invoked.
        case checked
        /// Lambda's own refusal, for example 404 `ResourceNotFoundException`, 403 `AccessDeniedException`,
        /// 429 `TooManyRequestsException`, 413 `RequestTooLargeException`.
        case refused(status: Int, code: String, message: String)
        /// Lambda could not be reached.
        case unreachable(reason: String)
    }

    /// Lambda's own request id.
    package var requestId: String
    package var answer: Answer
    /// Where it was asked for.
    package var logTail: [UInt8]?

    package init(requestId: String, answer: Answer, logTail: [UInt8]? = nil) {
        self.requestId = requestId
        self.answer = answer
        self.logTail = logTail
    }
}
