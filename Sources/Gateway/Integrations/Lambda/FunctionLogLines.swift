import Lambda
import NIOCore

/// The execution log's lines of an invocation, as API Gateway has them.
extension Exchange {
    @inline(__always)
    func traceInvocation(_ invocation: FunctionInvocation, _ plan: LambdaPlan) {
        if let log = executionLog, log.level == .info { writeInvocation(invocation, plan, log) }
    }

    @inline(never)
    private func writeInvocation(_ invocation: FunctionInvocation, _ plan: LambdaPlan, _ log: ExecutionLog) {
        log.hasEndpointRequest = true
        if log.traces {
            traceData("Endpoint request URI: \(plan.endpoint)")
            traceData("Endpoint request headers: \(LogText.map(invocationHeaders(invocation)))")
            let body = invocation.payload.readableBytesView.prefix(ExecutionLog.lineLimit + 4)
            traceData("Endpoint request body after transformations: \(ExecutionLog.text(ofBody: Array(body)))")
        }
        trace("Sending request to \(plan.endpoint)")
    }

    /// Those of the call of Lambda's `Invoke` that the invocation stands for.
    func invocationHeaders(_ invocation: FunctionInvocation) -> [(name: [UInt8], value: [UInt8])] {
        var fields: [(String, String)] = [
            ("x-amzn-apigateway-api-id", stage?.apiId ?? ""), ("Accept", "application/json"),
            ("User-Agent", "AmazonAPIGateway_\(stage?.apiId ?? "")"),
            ("X-Amzn-Trace-Id", String(decoding: traceId(), as: UTF8.self)),
            ("x-amzn-lambda-integration-tag", requestId.text),
        ]
        if case .apiGateway(let source) = invocation.caller { fields.append(("X-Amz-Source-Arn", source)) }
        if invocation.kind != .requestResponse { fields.append(("X-Amz-Invocation-Type", invocation.kind.rawValue)) }
        if invocation.wantsLogTail { fields.append(("X-Amz-Log-Type", "Tail")) }
        if let context = invocation.clientContext { fields.append(("X-Amz-Client-Context", context)) }
        return fields.map { (Array($0.0.utf8), Array($0.1.utf8)) }
    }

    /// The head that ``outcome`` got, and the body with it.
    @inline(__always)
    func keepInvocationHead(_ head: ByteBuffer) {
        if let log = executionLog { keep(head, log) }
    }

    @inline(never)
    private func keep(_ head: ByteBuffer, _ log: ExecutionLog) {
        let fields = log.traces ? backendHeaders() : []
        log.endpointHead = (outcome.status, LogText.map(fields))
        log.take(responseBody: outcome.body.readableBytesView)
    }

    /// The last line of a request that a function answered.
    @inline(__always)
    func traceEndpointRequestId() {
        guard test == nil, case .lambda = method?.integration, outcome.head != nil else { return }
        trace("AWS Integration Endpoint RequestId : \(value(of: .awsEndpointRequestId) ?? "")")
    }
}
