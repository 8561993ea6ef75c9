import NIOCore

/// API Gateway's lines of the execution log, in its order. Phases call these; each does nothing where the method's
/// logging is off.
extension Exchange {
    /// Once the method is known.
    func openExecutionLog() {
        guard let settings = method?.settings, let level = settings.logging else { return }
        executionLog = ExecutionLog(level: level, traces: settings.dataTrace)
        trace("Extended Request Id: \(extendedId)")
        // AWS's word for an id of the client's that is no UUID.
        if let sent = loop.requestTable.last(.amznRequestId), withBytes({ RequestIdentity($0, sent.value) }) == nil {
            trace("UUID_REPLACED_INVALID_REQUEST_ID")
        }
    }

    /// The request as the method got it; its body is added as it comes.
    @inline(__always)
    func traceMethodRequest() {
        if let log = executionLog, !log.hasRequest { writeMethodRequest(log) }
    }

    @inline(never)
    private func writeMethodRequest(_ log: ExecutionLog) {
        log.hasRequest = true
        trace("Starting execution for request: \(requestId.text)")
        trace(
            "HTTP Method: \(withBytes { ByteScan.string($0, head.wantedMethod) }), "
                + "Resource Path: \(method?.resourcePath ?? "")")
        guard log.traces, log.level == .info else { return }
        let path = (method?.pathParameters ?? []).enumerated().compactMap { place, name in
            place < captures.count ? (name: Array(name.utf8), value: pathValue(place)) : nil
        }
        let query = rawQuery().map { (name: PercentCoding.decode($0.name), value: PercentCoding.decode($0.value)) }
        traceData("Method request path: \(LogText.map(path))")
        traceData("Method request query string: \(LogText.map(query))")
        traceData("Method request headers: \(LogText.map(requestHeaders()))")
        log.append(
            beforeRequestBody: "Method request body before transformations: ",
            wall: loop.clock.wall(LoopClock.monotonic()))
    }

    /// The backend's request, whose head stands in the loop's writer.
    @inline(__always)
    func traceEndpointRequest() {
        if let log = executionLog, log.level == .info { writeEndpointRequest(log) }
    }

    /// A request that no connection took: what would have been sent, so that the log tells where to.
    func traceUnsentRequest() {
        guard let log = executionLog, log.level == .info, !log.hasEndpointRequest, let plan = httpPlan else { return }
        refreshHeaders()
        loop.writer.removeAll()
        if isProxy { writeProxyRequest(plan) } else { writeIntegrationRequest(plan) }
        writeEndpointRequest(log)
        loop.writer.removeAll()
    }

    @inline(never)
    private func writeEndpointRequest(_ log: ExecutionLog) {
        log.hasEndpointRequest = true
        let head = WrittenHead(loop.writer.bytes)
        let host = head.fields.first { Self.sameName($0.name, Array("host".utf8)) }?.value ?? []
        let target = head.line.split(separator: " ", omittingEmptySubsequences: false).dropFirst().first ?? ""
        let scheme = httpPlan?.uri.tls == nil ? "http" : "https"
        let uri = LogText.masked(uri: "\(scheme)://\(String(decoding: host, as: UTF8.self))\(target)")
        traceData("Endpoint request URI: \(uri)")
        traceData("Endpoint request headers: \(LogText.map(head.fields))")
        if log.traces {
            let text = "Endpoint request body after transformations: "
            if isProxy {
                log.append(beforeRequestBody: text, wall: loop.clock.wall(LoopClock.monotonic()))
            } else {
                traceData(text + Self.logText(outcome.body))
            }
        }
        trace("Sending request to \(uri)")
    }

    /// The backend's response head in `bytes`, just parsed into the loop's table; said when its body has come.
    @inline(__always)
    func noteEndpointHead(_ status: Int, _ bytes: ByteBuffer) {
        if let log = executionLog { keepEndpointHead(status, bytes, log) }
    }

    @inline(never)
    private func keepEndpointHead(_ status: Int, _ bytes: ByteBuffer, _ log: ExecutionLog) {
        var fields: [(name: [UInt8], value: [UInt8])] = []
        if log.traces {
            fields = bytes.withUnsafeReadableBytes { all in
                all.baseAddress.map { Self.fields(loop.responseTable, $0) } ?? []
            }
        }
        log.endpointHead = (status, LogText.map(fields))
    }

    /// The backend's response, whole.
    @inline(__always)
    func traceEndpointResponse() {
        if let log = executionLog { writeEndpointResponse(log) }
    }

    @inline(never)
    private func writeEndpointResponse(_ log: ExecutionLog) {
        guard let head = log.endpointHead else { return }
        let milliseconds = (integrationEnded &- integrationStarted) / 1_000_000
        trace("Received response. Status: \(head.status), Integration latency: \(milliseconds) ms")
        traceData("Endpoint response headers: \(head.headers)")
        traceData("Endpoint response body before transformations: \(log.responseBody.text)")
    }

    /// The answer's body before it is compressed.
    @inline(__always)
    func traceMethodResponse() {
        if let log = executionLog, !log.hasResponse { writeMethodResponse(log, Self.logText(outcome.body)) }
    }

    @inline(never)
    private func writeMethodResponse(_ log: ExecutionLog, _ body: String) {
        log.hasResponse = true
        traceData("Method response body after transformations: \(body)")
    }

    /// The answer's head, which stands in the loop's writer; said when the answer is out.
    @inline(__always)
    func noteMethodHead() {
        if let log = executionLog, log.traces { keepMethodHead(log) }
    }

    @inline(never)
    private func keepMethodHead(_ log: ExecutionLog) {
        log.responseHeaders = LogText.map(
            WrittenHead(loop.writer.bytes).fields.filter { !AnswerHeaders.isTransport($0.name) })
    }

    /// One of the gateway's own answers: `cause` is why.
    @inline(__always)
    func traceFailure(_ response: GatewayResponseType, _ cause: String?) {
        if let log = executionLog { writeFailure(response, cause, log) }
    }

    @inline(never)
    private func writeFailure(_ response: GatewayResponseType, _ cause: String?, _ log: ExecutionLog) {
        // API Gateway logs nothing of requests that are too large.
        if response == .requestTooLarge, test == nil { return executionLog = nil }
        log.hasFailed = true
        // What refuses a request before its execution writes AWS's lines itself; its cause is for the access log.
        if log.hasRequest, let cause { traceError(FailureLine.text(of: cause)) }
    }

    /// The last lines, and the log to those who keep it.
    func closeExecutionLog() {
        guard let log = executionLog else { return }
        writeCompletion(log)
        let lines = log.lines
        guard test == nil, let stage, !lines.isEmpty else { return }
        let isCanary = variant?.isCanary ?? false
        loop.executionLogs.append(
            ExecutionLogStore.Record(
                requestId: requestId, identity: stage.identity, isCanary: isCanary, lines: lines))
        let files = stage.executionLogFiles
        loop.logOutbox?.add(to: isCanary ? files.canary : files.base) { text in
            for line in lines { LogText.write(line, of: requestId.text, to: &text) }
        }
    }

    @inline(never)
    private func writeCompletion(_ log: ExecutionLog) {
        if !log.hasFailed, errorMessage == nil {
            if !log.hasResponse { writeMethodResponse(log, log.responseBody.text) }
            traceData("Method response headers: \(log.responseHeaders)")
            trace("Successfully completed execution")
        }
        trace("Method completed with status: \(status)")
    }

    private static func logText(_ body: ByteBuffer) -> String {
        ExecutionLog.text(ofBody: Array(body.readableBytesView.prefix(ExecutionLog.lineLimit + 4)))
    }
}

/// What a failure is called in the execution log. The causes that phases give may go on behind AWS's words; what they
/// add, what it was that the endpoint's connection said, stands in the access log's error message alone.
enum FailureLine {
    private static let whole = [
        "Execution failed due to a timeout error",
        "Execution failed due to a network error communicating with endpoint",
        "Execution failed due to configuration error: Invalid endpoint address",
    ]

    static func text(of cause: String) -> String { whole.first { cause.hasPrefix($0) } ?? cause }
}

/// Headers that the gateway writes on every answer, and those that say how it is carried: no part of a method's
/// response.
enum AnswerHeaders {
    static func isTransport(_ name: [UInt8]) -> Bool {
        names.contains { Exchange.sameName($0, name) }
    }

    private static let names = [
        "date", "x-amzn-requestid", "x-amz-apigw-id", "content-length", "transfer-encoding", "connection",
    ].map { Array($0.utf8) }
}

/// A message's head as the gateway wrote it.
struct WrittenHead {
    /// Request or status line, without its end.
    var line = ""
    var fields: [(name: [UInt8], value: [UInt8])] = []

    init(_ bytes: UnsafeRawBufferPointer) {
        var isFirst = true
        for part in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = part.last == 0x0D ? part.dropLast() : part
            if isFirst {
                line = String(decoding: text, as: UTF8.self)
                isFirst = false
                continue
            }
            guard let colon = text.firstIndex(of: 0x3A) else { return }
            let value = text[text.index(after: colon)...].drop { $0 == 0x20 }
            fields.append((Array(text[..<colon]), Array(value)))
        }
    }
}
