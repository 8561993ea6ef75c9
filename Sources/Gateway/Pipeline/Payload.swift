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
        var inflates = true
        switch method.integration {
        case .httpProxy(let plan):
            streams =
                !plan.needsRequestBody && !method.validatesBody && !needsWholePayload(plan) && plan.retry == nil
        case .mock, .http: streams = false
        case .lambda(let plan):
            streams = false
            inflates = !plan.isProxy || inflatesProxied(plan.needsRequestBody)
        case .unavailable: return .next
        }
        // A preview shows the whole body, and as it would be streamed.
        if streams, test?.previews != true { return .next }
        if streams { inflates = false }
        if requestBodyEnded { return inflates ? inflatePayload() : .next }
        if collectedBody == nil {
            if inflates, let refusal = checkPayloadCoding() { return refusal }
            collectedBody = ByteBuffer()
            connection.continueIfExpected()
        }
        return .wait
    }

    /// A function behind `AWS_PROXY` gets a coded body as it came, unless compression is switched on for the API or
    /// something reads the body before it.
    private func inflatesProxied(_ isMapped: Bool) -> Bool {
        isMapped || method?.validatesBody == true || variant?.payload.minimumCompressionSize != nil
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
