import NIOCore

/// The request's body before anything reads it: inflated, and for the integration converted as `contentHandling` says.
extension Exchange {
    /// Whether a body that `HTTP_PROXY` could stream has to be there in full: to be converted, or to be inflated.
    ///
    /// A proxied body is inflated where compression is switched on for the API, and where something reads it (a mapping,
    /// a model). Otherwise the backend gets it as it came, with its `Content-Encoding`, and text is not looked at:
    /// bytes that are no UTF-8 go on as they are.
    func needsWholePayload(_ plan: HTTPPlan) -> Bool {
        if variant?.payload.minimumCompressionSize != nil, loop.requestTable.last(.contentEncoding) != nil,
            announcedCoding() != .plain
        {
            return true
        }
        guard plan.contentHandling != nil else { return false }
        switch requestConversion(plan.contentHandling) {
        case .encode, .decode: return true
        case .text, .binary: return false
        }
    }

    /// Refuses, before the body is read, what could not be inflated.
    func checkPayloadCoding() -> Verdict? {
        guard loop.requestTable.last(.contentEncoding) != nil, announcedCoding() == .unknown else { return nil }
        return .answer(
            .unsupportedMediaType,
            cause: "Execution failed: the request's Content-Encoding is none of gzip, deflate and identity")
    }

    /// Inflates a body that has come in full. What is no data of its coding is 400, a bomb 413.
    func inflatePayload() -> Verdict {
        guard let body = collectedBody, body.readableBytes > 0,
            loop.requestTable.last(.contentEncoding) != nil, case .coded(let coding) = announcedCoding()
        else { return .next }
        do throws(ContentCodingError) {
            let limit = loop.configuration.maximumPayload
            replacePayload(try Inflater.inflate(body, coding, limit: limit))
            payloadWasInflated = true
            return .next
        } catch {
            let cause = "Execution failed: the request's \(coding.rawValue) body \(error)"
            if case .tooLarge = error { return .answer(.requestTooLarge, cause: cause) }
            return .answer(.badRequestBody, cause: cause)
        }
    }

    private func announcedCoding() -> ContentCoding.Announced {
        withBytes { ContentCoding.announced(loop.requestTable.values(.contentEncoding, $0)) }
    }

    // MARK: contentHandling

    /// What becomes of the body towards the backend.
    func requestConversion(_ handling: ContentHandling?) -> BodyConversion {
        guard let types = variant?.payload.binaryTypes else { return .request(isBinary: false, handling) }
        refreshHeaders()
        let isBinary = withBytes { types.hold($0, loop.requestTable.last(.contentType)?.value) }
        return .request(isBinary: isBinary, handling)
    }

    /// Makes of the collected body what a template can read. A template works on text: what is encoded is encoded before
    /// it, what is decoded is decoded after it, and where the body stays binary a template is an error, as on API Gateway
    /// (also without a body, which is why an API with `*/*` needs `CONVERT_TO_TEXT` on its mocks).
    func beginRequestConversion(_ conversion: BodyConversion, _ choice: RequestTemplates.Choice) -> Verdict? {
        switch (conversion, choice) {
        case (.binary, .template):
            return .answer(
                .apiConfigurationError,
                cause: "Execution failed due to configuration error: Unable to transform request")
        case (.encode, _):
            collectedBody = Base64.encode(collectedBody ?? ByteBuffer())
            return nil
        default: return nil
        }
    }

    /// Makes of the text what goes to the backend.
    func endRequestConversion(_ conversion: BodyConversion, _ choice: RequestTemplates.Choice) -> Verdict {
        switch (conversion, choice) {
        // What a template gives is UTF-8 already.
        case (.text, .passthrough): outcome.body = UTF8Text.repaired(outcome.body)
        case (.decode, _):
            guard let decoded = Base64.decode(outcome.body) else { return Self.notBase64("request") }
            outcome.body = decoded
        default: break
        }
        return .next
    }

    /// `HTTP_PROXY`: the collected body, converted. Text that needs no conversion is streamed and never comes here.
    func convertProxiedPayload(_ plan: HTTPPlan) -> Verdict {
        guard plan.contentHandling != nil, let body = collectedBody else { return .next }
        switch requestConversion(plan.contentHandling) {
        case .text, .binary: break
        case .encode: replacePayload(Base64.encode(body))
        case .decode:
            guard let decoded = Base64.decode(body) else { return Self.notBase64("request") }
            replacePayload(decoded)
        }
        return .next
    }

    static func notBase64(_ message: String) -> Verdict {
        .answer(
            .apiConfigurationError,
            cause: "Execution failed due to configuration error: Unable to transform \(message): "
                + "CONVERT_TO_BINARY needs Base64, and the body is none")
    }
}

enum UTF8Text {
    /// The same bytes where they are UTF-8; otherwise each sequence that is none becomes U+FFFD.
    static func repaired(_ body: ByteBuffer) -> ByteBuffer {
        let isText = (try? UTF8Span(validating: body.readableBytesUInt8Span)) != nil
        return isText ? body : ByteBuffer(string: String(decoding: body.readableBytesView, as: UTF8.self))
    }
}
