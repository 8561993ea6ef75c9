import NIOCore

/// `HTTP` and `HTTP_PROXY`: how an exchange takes a backend's connection, sends its request and gets the response.
extension Exchange {
    func callBackend(_ plan: HTTPPlan) -> Verdict {
        let now = LoopClock.monotonic()
        if integrationStarted == 0 {
            integrationStarted = now
            timeout = plan.timeoutNanoseconds
            deadline = now &+ timeout
            loop.watch(self)
        }
        guard let backend = plan.uri.backend ?? dynamicBackend(plan) else {
            return .answer(.apiConfigurationError, cause: Self.noAddress)
        }
        connection.continueIfExpected()
        if !hasRetried, let idle = loop.upstreams.takeIdle(backend) {
            send(plan, over: idle)
        } else {
            waitsForConnection = true
            loop.upstreams.connect(backend, for: self)
        }
        return .wait
    }

    static let noAddress = configurationError("Invalid endpoint address")

    func isStillWaiting(_ serial: UInt64) -> Bool { isActive && self.serial == serial && waitsForConnection }

    func connected(_ connection: UpstreamConnection) {
        waitsForConnection = false
        guard let plan = httpPlan else {
            connection.close()
            return
        }
        // The table may have been used for other requests meanwhile.
        refreshHeaders()
        send(plan, over: connection)
    }

    func connectFailed(_ error: any Error) {
        waitsForConnection = false
        fail(.refused(String(describing: error)))
    }

    var httpPlan: HTTPPlan? {
        switch method?.integration {
        case .httpProxy(let plan), .http(let plan): plan
        default: nil
        }
    }

    /// A host that depends on the request. Its connections are pooled like others.
    func dynamicBackend(_ plan: HTTPPlan) -> Backend? {
        guard !plan.uri.authority.isEmpty else { return nil }
        let authority = String(decoding: bytes(of: plan.uri.authority), as: UTF8.self)
        guard case .success(let (host, port)) = BackendURI.split(authority: authority) else { return nil }
        return loop.registry.backend(host: host, port: port)
    }

    private func send(_ plan: HTTPPlan, over connection: UpstreamConnection) {
        let isProxy = isProxy
        upstream = connection
        upstreamLease = connection.begin(self, toHead: (plan.verb ?? head.wantedVerb) == .head)
        let writer = loop.writer
        writer.removeAll()
        if isProxy { writeProxyRequest(plan) } else { writeIntegrationRequest(plan) }
        traceEndpointRequest()
        connection.write(loop.takeOutput(), lease: upstreamLease)
        if !isProxy || head.body == .none {
            if !isProxy, outcome.body.readableBytes > 0 { connection.write(outcome.body, lease: upstreamLease) }
            connection.finishRequest(lease: upstreamLease)
        } else if let body = collectedBody {
            // A mapping needed the whole body before the head could be written.
            collectedBody = nil
            stream(body: body)
            streamBodyEnd()
        } else {
            let waiting = waitingBody
            waitingBody.removeAll()
            for piece in waiting { stream(body: piece) }
            if requestBodyEnded { streamBodyEnd() }
            self.connection.releaseBody()
        }
        connection.flush(lease: upstreamLease)
    }

    var isProxy: Bool {
        if case .httpProxy = method?.integration { return true }
        return false
    }

    /// Whether the backend's bytes go to the client as they come. What has to be cached, converted or compressed is
    /// collected first.
    var streamsResponse: Bool { isProxy && !collectsResponse }

    // MARK: The request's body, streamed

    func stream(body piece: ByteBuffer) {
        guard let upstream else {
            waitingBody.append(piece)
            connection.holdBody()
            return
        }
        if head.body == .chunked {
            var size = ByteBuffer()
            size.writeString(String(piece.readableBytes, radix: 16) + "\r\n")
            upstream.write(size, lease: upstreamLease)
            upstream.write(piece, lease: upstreamLease)
            upstream.write(ByteBuffer(string: "\r\n"), lease: upstreamLease)
        } else {
            upstream.write(piece, lease: upstreamLease)
        }
        upstream.flush(lease: upstreamLease)
        deadline = LoopClock.monotonic() &+ timeout
        if !upstream.isWritable { connection.holdBody() }
    }

    func streamBodyEnd() {
        guard let upstream else { return }
        if head.body == .chunked { upstream.write(ByteBuffer(string: "0\r\n\r\n"), lease: upstreamLease) }
        upstream.finishRequest(lease: upstreamLease)
        upstream.flush(lease: upstreamLease)
    }

    func backendTakesMore() { connection.releaseBody() }

    // MARK: The response

    func receive(response: ResponseHead, bytes: ByteBuffer, start: Int, end: Int) {
        outcome.status = response.status
        examine(response, bytes)
        noteEndpointHead(response.status, bytes)
        if streamsResponse {
            writeProxyResponse(response, bytes: bytes)
        } else {
            outcome.head = bytes
            outcome.headStart = start
            outcome.headEnd = end
            outcome.body = ByteBuffer()
        }
    }

    func receive(responseBody piece: ByteBuffer) {
        executionLog?.take(responseBody: piece.readableBytesView)
        if streamsResponse {
            passOn(piece)
            return
        }
        guard outcome.body.readableBytes + piece.readableBytes <= loop.configuration.maximumPayload else {
            answer(
                .integrationFailure,
                cause: "Execution failed: the endpoint's response is larger than "
                    + "\(loop.configuration.maximumPayload) bytes")
            return
        }
        var piece = piece
        outcome.body.writeBuffer(&piece)
    }

    func receiveResponseEnd() {
        upstream = nil
        guard isActive else { return }
        loop.unwatch(self)
        integrationEnded = LoopClock.monotonic()
        traceEndpointResponse()
        if streamsResponse {
            passOnEnd()
        } else {
            phase = .integrationResponse
            run()
        }
    }

    /// What was read has been passed on, and more has to come. From here on the timeout counts from byte to byte.
    func endOfUpstreamRead() {
        guard isActive else { return }
        deadline = LoopClock.monotonic() &+ timeout
        guard streamsResponse else { return }
        emitWriter(isEnd: false)
        connection.flush()
        if !connection.isWritable { upstream?.holdReads(true, lease: upstreamLease) }
    }

    func clientTakesMore() { upstream?.holdReads(false, lease: upstreamLease) }

    // MARK: Failures

    func fail(_ failure: UpstreamFailure) {
        upstream = nil
        guard isActive else { return }
        if case .closed(beforeResponse: true, reused: true) = failure, mayRetry, let plan = httpPlan {
            hasRetried = true
            if case .answer(let response, let cause, let message) = callBackend(plan) {
                answer(response, cause: cause, message: message)
            }
            return
        }
        integrationEnded = LoopClock.monotonic()
        traceUnsentRequest()
        switch failure {
        case .timedOut:
            answer(.integrationTimeout, cause: "Execution failed due to a timeout error")
        case .malformed(let fault):
            answer(
                .integrationFailure,
                cause: "Execution failed due to a malformed response of the endpoint: \(fault.message)")
        case .refused(let reason):
            answer(
                .integrationFailure,
                cause: "Execution failed due to a network error communicating with endpoint: \(reason)")
        case .closed(let beforeResponse, _):
            answer(
                .integrationFailure,
                cause: "Execution failed due to a network error communicating with endpoint: connection closed"
                    + (beforeResponse ? "" : " within its response"))
        }
    }

    /// A backend may close a connection that it holds for idle just as we use it again. What can be sent twice without
    /// harm is, once, over a new connection.
    private var mayRetry: Bool {
        !hasRetried && !responseStarted && (httpPlan?.verb ?? head.wantedVerb).isIdempotent
            && (!isProxy || head.body == .none)
    }

    func checkDeadline(_ now: UInt64) {
        guard isActive, now > deadline else { return }
        if upstream != nil, !connection.isWritable, responseStarted {
            // The client is the slow one.
            deadline = now &+ timeout
            return
        }
        dropUpstream()
        fail(.timedOut)
    }
}
