import NIOCore

/// The backend's body on its way to the client: inflated where something reads it, and converted as the binary media
/// types, `Accept` and `contentHandling` say.
extension Exchange {
    /// Looks at a response's head, whose fields are in the loop's table: what its body is, and whether a proxied one has
    /// to be collected to be converted or compressed. Proxied text that needs neither is streamed as it comes.
    func examine(_ response: ResponseHead, _ bytes: ByteBuffer) {
        guard let variant, !isProxy || variant.payload.changesProxiedResponses else { return }
        let table = loop.responseTable
        bytes.withUnsafeReadableBytes { all in
            guard let base = all.baseAddress else { return }
            if table.last(.contentEncoding) != nil {
                outcome.coding = ContentCoding.announced(table.values(.contentEncoding, base))
            }
            if let types = variant.payload.binaryTypes {
                outcome.isBinary = types.hold(base, table.last(.contentType)?.value)
            }
        }
        guard isProxy, response.body != .none, head.verb != .head else { return }
        switch responseConversion(proxiedHandling) {
        case .encode, .decode: collectsResponse = true
        case .text, .binary: if willCompress(response) { collectsResponse = true }
        }
    }

    /// An integration response of an `HTTP_PROXY` counts for its `contentHandling` alone.
    private var proxiedHandling: ContentHandling? {
        guard let responses = httpPlan?.responses, responses.handlesContent else { return nil }
        return responses.select(String(outcome.status))?.contentHandling
    }

    /// What becomes of the body towards the client.
    ///
    /// A mock's body is text that its template made. `*/*`, which names no type, does not make Base64 of it.
    func responseConversion(_ handling: ContentHandling?) -> BodyConversion {
        guard let types = variant?.payload.binaryTypes else {
            return .response(isBinary: false, acceptsBinary: false, handling)
        }
        return .response(isBinary: outcome.isBinary, acceptsBinary: acceptsBinary(types), handling)
    }

    /// Whether the client takes binary bodies of these types.
    func acceptsBinary(_ types: BinaryMediaTypes) -> Bool {
        refreshHeaders()
        let accept = loop.requestTable.first(.accept)?.value
        var isMock = false
        if case .mock = method?.integration { isMock = true }
        return withBytes { isMock ? types.name($0, accept) : types.hold($0, accept) }
    }

    /// Makes of the backend's body what mappings and a template can read. As in requests, what is encoded is encoded
    /// before the template and what is decoded is decoded after it, and binary is nothing for a template.
    func beginResponseConversion(_ conversion: BodyConversion, _ template: Template?) -> Verdict? {
        if let refusal = inflateResponse() { return refusal }
        switch (conversion, template) {
        case (.binary, .some):
            return .answer(
                .apiConfigurationError,
                cause: "Execution failed due to configuration error: Unable to transform response")
        case (.encode, _):
            outcome.body = Base64.encode(outcome.body)
            return nil
        default: return nil
        }
    }

    /// Makes of the text what the client gets.
    func endResponseConversion(_ conversion: BodyConversion, _ template: Template?) -> Verdict {
        if case .coded = outcome.coding { dropContentEncoding() }
        switch (conversion, template) {
        // What a template gives is UTF-8 already, and what is still coded is no text.
        case (.text, nil) where outcome.coding != .unknown: outcome.body = UTF8Text.repaired(outcome.body)
        case (.decode, _):
            guard let decoded = Base64.decode(outcome.body) else { return Self.notBase64("response") }
            outcome.body = decoded
        default: break
        }
        return .next
    }

    /// `HTTP_PROXY`: a collected body, converted where that is what it was collected for.
    func convertProxiedResponse() -> Verdict {
        guard variant?.payload.changesProxiedResponses == true else { return .next }
        switch responseConversion(proxiedHandling) {
        case .text, .binary: return .next
        case .encode:
            if let refusal = inflateResponse() { return refusal }
            outcome.body = Base64.encode(outcome.body)
        case .decode:
            if let refusal = inflateResponse() { return refusal }
            guard let decoded = Base64.decode(outcome.body) else { return Self.notBase64("response") }
            outcome.body = decoded
        }
        if case .coded = outcome.coding { dropContentEncoding() }
        return .next
    }

    /// A body that the backend coded, though nobody asked it to. Codings that are not known stay as they are.
    private func inflateResponse() -> Verdict? {
        guard case .coded(let coding) = outcome.coding, outcome.body.readableBytes > 0 else { return nil }
        do throws(ContentCodingError) {
            outcome.body = try Inflater.inflate(outcome.body, coding, limit: loop.configuration.maximumPayload)
            return nil
        } catch {
            return .answer(
                .integrationFailure, cause: "Execution failed: the endpoint's \(coding.rawValue) body \(error)")
        }
    }

    private func dropContentEncoding() {
        answerHeaders.removeAll { Self.sameName($0.name, Array("content-encoding".utf8)) }
    }
}
