import JSON
import Lambda
import NIOCore

/// How an exchange invokes a function and takes its answer.
extension Exchange {
    func invoke(_ plan: LambdaPlan) -> Verdict {
        guard let functions = loop.configuration.functions else {
            return .answer(
                .apiConfigurationError,
                cause: Self.configurationError(
                    "no functions here: use `sluice functions add`, or start the engine with --lambda-endpoint URL"))
        }
        guard outcome.body.readableBytes <= Self.largestFunctionPayload else {
            return .answer(
                .functionRequestTooLarge,
                cause: "Execution failed: the function's payload has \(outcome.body.readableBytes) bytes, more than "
                    + "\(Self.largestFunctionPayload)")
        }
        integrationStarted = LoopClock.monotonic()
        timeout = plan.timeoutNanoseconds
        deadline = integrationStarted &+ timeout
        loop.watch(self)
        let invocation = invocation(plan)
        traceInvocation(invocation, plan)
        // The payload is all that is kept while the function runs.
        outcome.body = ByteBuffer()
        collectedBody = nil
        let serial = serial
        functions.invoke(invocation) { [self] result in
            // On whatever thread. The loop may have ended meanwhile, and the exchange may serve another request.
            loop.gate.execute { self.receive(result, serial) }
        }
        return .wait
    }

    /// The invocation as the call of Lambda's `Invoke` that it stands for.
    func invocationRequest(_ plan: LambdaPlan) -> BackendRequest {
        let invocation = invocation(plan)
        let headers = invocationHeaders(invocation).map { field in
            BackendRequest.Header(
                name: String(decoding: field.name, as: UTF8.self), value: String(decoding: field.value, as: UTF8.self))
        }
        return BackendRequest(
            httpMethod: "POST", uri: plan.endpoint, headers: headers, body: Array(outcome.body.readableBytesView))
    }

    private func invocation(_ plan: LambdaPlan) -> FunctionInvocation {
        var invocation = FunctionInvocation(
            function: plan.function, payload: outcome.body, caller: plan.caller,
            traceId: String(decoding: completeTraceId(), as: UTF8.self))
        for header in mappedHeaders(plan.headers) {
            let value = String(decoding: HeaderGuard.value(header.value), as: UTF8.self)
            switch String(decoding: header.name, as: UTF8.self).lowercased() {
            case "x-amz-invocation-type": invocation.kind = FunctionInvocation.Kind(rawValue: value) ?? .requestResponse
            case "x-amz-log-type": invocation.wantsLogTail = value == "Tail"
            case "x-amz-client-context": invocation.clientContext = value
            default: continue
            }
        }
        return invocation
    }

    /// An answer that comes after the deadline, or after the client has gone, finds another serial number.
    private func receive(_ result: InvocationResult, _ serial: UInt64) {
        guard isActive, self.serial == serial, phase == .integration else { return }
        guard case .lambda(let plan) = method?.integration else { return }
        loop.unwatch(self)
        integrationEnded = LoopClock.monotonic()
        // Other messages used the loop's table meanwhile.
        refreshHeaders()
        if case .unreachable(let reason) = result.answer {
            return answer(
                .integrationFailure,
                cause: "Execution failed due to a network error communicating with endpoint: \(reason)")
        }
        take(result)
        traceEndpointResponse()
        if case .refused(let status, let code, let message) = result.answer {
            return refuse(status, code, message, requestId: result.requestId, plan)
        }
        if plan.isProxy, case .finished(let payload, .some, _) = result.answer {
            return answer(
                .badFunctionResponse,
                cause: "Lambda execution failed with status 200 due to customer function error: "
                    + "\(Self.errorMessage(payload)). Lambda request id: \(result.requestId)")
        }
        phase = .integrationResponse
        run()
    }

    /// Puts an answer into ``outcome`` as the backend's response: Lambda's `Invoke` is an HTTP call.
    private func take(_ result: InvocationResult) {
        var fields: [(String, String)] = []
        switch result.answer {
        case .finished(let payload, let functionError, let version):
            outcome.status = 200
            outcome.body = payload
            outcome.functionError = functionError.map { _ in Self.errorMessage(payload) }
            fields.append(("X-Amz-Executed-Version", version))
            if let functionError { fields.append(("X-Amz-Function-Error", functionError)) }
        case .accepted: outcome.status = 202
        case .checked: outcome.status = 204
        case .refused(let status, let code, let message):
            outcome.status = (100...999).contains(status) ? status : 500
            outcome.body = ByteBuffer(bytes: JSON.object(JSONObject([("Message", .string(message))])).bytes())
            fields.append(("x-amzn-ErrorType", code))
        case .unreachable: return
        }
        if let tail = result.logTail {
            let text = Base64.encode(ByteBuffer(bytes: tail))
            fields.append(("X-Amz-Log-Result", String(buffer: text)))
        }
        writeInvocationHead(fields, requestId: result.requestId)
        if let types = variant?.payload.binaryTypes {
            // Lambda's own responses are `application/json`, which is what no type at all counts as.
            outcome.isBinary = withBytes { types.hold($0, nil) }
        }
    }

    private func writeInvocationHead(_ fields: [(String, String)], requestId: String) {
        let writer = loop.writer
        writer.removeAll()
        func field(_ name: StaticString, _ value: String) {
            writer.append(name)
            writer.append(": ")
            writer.append(HeaderGuard.value(Array(value.utf8)))
            writer.append("\r\n")
        }
        writer.append("HTTP/1.1 ")
        writer.append(decimal: outcome.status)
        writer.append(" \r\nDate: ")
        writer.append(loop.clock.date)
        writer.append("\r\n")
        field("Content-Type", "application/json")
        if outcome.status != 204 { field("Content-Length", String(outcome.body.readableBytes)) }
        field("Connection", "keep-alive")
        field("x-amzn-RequestId", requestId)
        for (name, value) in fields {
            writer.append(name)
            writer.append(": ")
            writer.append(HeaderGuard.value(Array(value.utf8)))
            writer.append("\r\n")
        }
        field("X-Amzn-Trace-Id", String(decoding: traceId(), as: UTF8.self))
        writer.append("\r\n")
        let head = ByteBuffer(bytes: writer.bytes)
        writer.removeAll()
        outcome.head = head
        outcome.headStart = 0
        outcome.headEnd = head.readableBytes
        keepInvocationHead(head)
    }

    /// `errorMessage` of a function's failure; the whole payload where it has none.
    private static func errorMessage(_ payload: ByteBuffer) -> String {
        if let message = (try? JSON(parsing: payload.readableBytesView))?["errorMessage"] {
            return message.string ?? message.text()
        }
        return String(decoding: payload.readableBytesView, as: UTF8.self)
    }

    /// Lambda ran nothing. That a policy lets API Gateway in nowhere is AWS's most common mistake and has words of its
    /// own.
    private func refuse(_ status: Int, _ code: String, _ message: String, requestId: String, _ plan: LambdaPlan) {
        if status == 413 {
            return answer(.functionRequestTooLarge, cause: "Execution failed: \(code): \(message)")
        }
        traceError("Lambda invocation failed with status: \(status). Lambda request id: \(requestId)")
        var reason = message
        if status == 403, case .apiGateway(let source) = plan.caller {
            // `{apiId}/{stage}/{verb}/{path}`: the access log's ring keeps no more than that.
            let place = source.split(separator: ":", maxSplits: 5).last ?? ""
            reason = "\(FailureLine.invalidPermissions): add-permission --source-arn …:\(place): \(message)"
        }
        answer(.apiConfigurationError, cause: Self.configurationError(reason))
    }
}

extension Exchange {
    @inline(__always)
    var isFunction: Bool {
        if case .lambda = method?.integration { return true }
        return false
    }

    /// `AWS`: what template or passthrough give. A function gets `{}` where there is no body.
    func makeFunctionPayload(_ plan: LambdaPlan) -> Verdict {
        let verdict = transformRequest(plan.request, plan.contentHandling)
        if case .next = verdict, outcome.body.readableBytes == 0 { outcome.body = ByteBuffer(string: "{}") }
        return verdict
    }
}
