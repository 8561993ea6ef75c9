import NIOCore

extension Exchange {
    /// Refuses bodies beyond 10 MB, and waits for the whole body, inflated, where the integration needs it. `HTTP_PROXY`
    /// streams.
    func takePayload() -> Verdict {
        traceMethodRequest()
        if case .length(let length) = head.body, length > loop.configuration.maximumPayload {
            return .answer(.requestTooLarge, cause: nil)
        }
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        let streams: Bool
        switch method.integration {
        case .httpProxy(let plan):
            streams = !plan.needsRequestBody && !method.validatesBody && !needsWholePayload(plan)
        case .mock, .http: streams = false
        case .unavailable: return .next
        }
        // A preview shows the whole body, and as it would be streamed.
        if streams, test?.previews != true { return .next }
        if requestBodyEnded { return streams ? .next : inflatePayload() }
        if collectedBody == nil {
            if !streams, let refusal = checkPayloadCoding() { return refusal }
            collectedBody = ByteBuffer()
            connection.continueIfExpected()
        }
        return .wait
    }

    /// A piece of the request's body.
    func receive(body piece: ByteBuffer) {
        guard isActive else { return }
        executionLog?.take(requestBody: piece.readableBytesView)
        if collectedBody != nil {
            var piece = piece
            collectedBody?.writeBuffer(&piece)
        } else {
            stream(body: piece)
        }
    }

    func receiveBodyEnd() {
        guard isActive else { return }
        requestBodyEnded = true
        if phase == .payload {
            // While the body came, the loop's table was used for other clients' requests.
            refreshHeaders()
            run()
        } else {
            streamBodyEnd()
        }
    }
}
