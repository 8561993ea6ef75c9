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
            plan.retry?.budget.deposit()
        }
        if let service = plan.service, waitsForCredentials(of: service) { return .wait }
        let backend: Backend
        switch plan.vpcLink.map({ choose(plan, $0) }) ?? chooseByUri(plan) {
        case .backend(let chosen): backend = chosen
        case .none(let response, let cause): return .answer(response, cause: cause)
        }
        attempts += 1
        connection.continueIfExpected()
        if !hasRetried, let idle = loop.upstreams.takeIdle(backend) {
            limitAttempt(plan, now, connects: false)
            send(plan, over: idle)
        } else {
            limitAttempt(plan, now, connects: true)
            waitsForConnection = true
            connectTicket &+= 1
            loop.upstreams.connect(backend, for: self)
        }
        return .wait
    }

    /// Where there may be another attempt, this one must not use up the whole time.
    private func limitAttempt(_ plan: HTTPPlan, _ now: UInt64, connects: Bool) {
        guard plan.retry != nil || target != nil else { return }
        var limit = plan.retry?.attemptTimeout ?? timeout
        if connects, target != nil { limit = min(limit, Self.targetConnectNanoseconds) }
        deadline = min(callDeadline, now &+ limit)
    }

    static let noAddress = configurationError("Invalid endpoint address")

    func isStillWaiting(_ ticket: UInt64) -> Bool { isActive && connectTicket == ticket && waitsForConnection }

    func connected(_ connection: UpstreamConnection) {
        waitsForConnection = false
        guard let plan = httpPlan else {
            connection.close()
            return
        }
        limitAttempt(plan, LoopClock.monotonic(), connects: false)
        // The table may have been used for other requests meanwhile.
        refreshHeaders()
        send(plan, over: connection)
    }

    func connectFailed(_ error: any Error) {
        waitsForConnection = false
        fail((error as? TLSFailure).map { .tls($0) } ?? .refused(ConnectFault.text(error)))
    }

    var httpPlan: HTTPPlan? {
        switch method?.integration {
        case .httpProxy(let plan), .http(let plan): plan
        default: nil
        }
    }

    func chooseByUri(_ plan: HTTPPlan) -> BackendChoice {
        guard let backend = plan.uri.backend ?? dynamicBackend(plan) else {
            return .none(.apiConfigurationError, cause: Self.noAddress)
        }
        return .backend(backend)
    }

    /// A host that depends on the request. Its connections are pooled like others.
    func dynamicBackend(_ plan: HTTPPlan) -> Backend? {
        guard !plan.uri.authority.isEmpty else { return nil }
        let authority = String(decoding: bytes(of: plan.uri.authority), as: UTF8.self)
        let tls = plan.uri.tls
        guard case .success(let (host, port)) = BackendURI.split(authority: authority, isTLS: tls != nil) else {
            return nil
        }
        return loop.registry.backend(host: host, port: port, tls: tls?.named(host))
    }

    private func send(_ plan: HTTPPlan, over connection: UpstreamConnection) {
        let isProxy = isProxy
        let keepsBody = plan.retry != nil
        upstream = connection
        upstreamLease = connection.begin(self, toHead: (plan.verb ?? head.wantedVerb) == .head)
        let writer = loop.writer
        writer.removeAll()
        if isProxy { writeProxyRequest(plan) } else { writeIntegrationRequest(plan) }
        traceEndpointRequest()
        connection.write(loop.takeOutput(), lease: upstreamLease)
        if keepsBody, !isProxy { keptBody = outcome.body }
        if !isProxy || head.body == .none {
            if !isProxy, outcome.body.readableBytes > 0 { connection.write(outcome.body, lease: upstreamLease) }
            connection.finishRequest(lease: upstreamLease)
        } else if let body = collectedBody {
            // A mapping needed the whole body before the head could be written.
            if !keepsBody { collectedBody = nil }
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
        if response.status >= 429, triesAgain(afterStatus: response, bytes) { return }
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
            if case .length(let length) = response.body, length > loop.configuration.maximumPayload {
                refuseLargeResponse()
            }
        }
    }

    private func refuseLargeResponse() {
        answer(
            .integrationFailure,
            cause: "Execution failed: the endpoint's response is larger than "
                + "\(loop.configuration.maximumPayload) bytes")
    }

    func receive(responseBody piece: ByteBuffer) {
        executionLog?.take(responseBody: piece.readableBytesView)
        if streamsResponse {
            passOn(piece)
            return
        }
        guard outcome.body.readableBytes + piece.readableBytes <= loop.configuration.maximumPayload else {
            return refuseLargeResponse()
        }
        var piece = piece
        outcome.body.writeBuffer(&piece)
    }

    func receiveResponseEnd() {
        upstream = nil
        guard isActive else { return }
        endTarget()
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
        failTarget()
        let now = LoopClock.monotonic()
        if triesAgain(after: failure, now) { return }
        integrationEnded = now
        traceUnsentRequest()
        switch failure {
        case .timedOut:
            answer(.integrationTimeout, cause: "Execution failed due to a timeout error")
        case .tls(let failure):
            answer(
                .apiConfigurationError, cause: "Execution failed due to configuration error: \(failure)")
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

    func checkDeadline(_ now: UInt64) {
        guard isActive, now > deadline else { return }
        if upstream != nil, !connection.isWritable, responseStarted {
            // The client is the slow one.
            deadline = now &+ timeout
            return
        }
        let reached = !waitsForConnection
        dropUpstream()
        // Before the time of the whole call is over, it was the attempt's.
        fail(reached || now >= callDeadline ? .timedOut : .refused("no connection in time"))
    }
}
