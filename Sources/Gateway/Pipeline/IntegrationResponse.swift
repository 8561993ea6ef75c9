import JSON
import NIOCore

extension Exchange {
    /// Picks the integration response for the backend's (or the mock's) status and makes the client's body from it.
    /// `HTTP_PROXY` comes here only where its response is collected.
    func makeIntegrationResponse() -> Verdict {
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        let selection: ResponseSelection
        var isMock = false
        switch method.integration {
        case .mock(let plan): (selection, isMock) = (plan.responses, true)
        case .http(let plan):
            if let service = plan.service, let refusal = takeServiceResponse(service) { return refusal }
            selection = plan.responses
        case .httpProxy:
            takeProxiedResponse()
            return convertProxiedResponse()
        case .lambda(let plan):
            if plan.isProxy { return takeProxyResponse() }
            selection = plan.responses
        case .unavailable: return .next
        }
        let found =
            isFunction
            ? selection.select(functionError: outcome.functionError) : selection.select(String(outcome.status))
        guard let entry = found else {
            return .answer(
                .apiConfigurationError,
                cause: "Execution failed due to configuration error: No match for output mapping and no default output "
                    + "mapping configured. Endpoint Response Status Code: \(outcome.status)")
        }
        if let fault = entry.fault { return .answer(.apiConfigurationError, cause: Self.configurationError(fault)) }
        status = entry.status
        answerHeaders = []
        answerContentType = serviceContentType ?? backendHeader("content-type") ?? "application/json"
        let accept = acceptedType
        let chosen = entry.templates.first { $0.type == accept } ?? entry.templates.first
        if isMock { outcome.body = ByteBuffer() }
        let conversion = responseConversion(entry.contentHandling)
        if let refusal = beginResponseConversion(conversion, chosen?.template) { return refusal }
        if !entry.headers.isEmpty, let refusal = mapHeaders(of: entry) { return refusal }
        if let chosen {
            answerContentType = chosen.type
            switch chosen.template {
            case nil: break
            case .literal(let text): outcome.body = ByteBuffer(bytes: text)
            case .compiled(let template):
                do {
                    let output = try template.render(templateInput(body: outcome.body))
                    outcome.body = ByteBuffer(bytes: output.body)
                    outcome.overrides = TemplateOverrides(output.context)
                } catch {
                    return .answer(.apiConfigurationError, cause: Self.configurationError("\(error)"))
                }
            }
        }
        if let overrides = outcome.overrides { apply(overrides, isMock: isMock) }
        guard status >= 200 else {
            return .answer(
                .apiConfigurationError,
                cause: Self.configurationError("status \(status) is interim and cannot end a response"))
        }
        return endResponseConversion(conversion, chosen?.template)
    }

    /// Headers that come to nothing are left out. What is wrong with the backend's body is the API's fault: 500.
    private func mapHeaders(of entry: ResponseSelection.Entry) -> Verdict? {
        var document: JSON?
        if entry.readsBody {
            do {
                document = try MappedBody.document(outcome.body)
            } catch {
                return .answer(
                    .apiConfigurationError, cause: Self.configurationError("Invalid JSON in response body: \(error)"))
            }
        }
        for header in entry.headers {
            guard let value = responseValue(header.source, document: document), !value.isEmpty else { continue }
            answerHeaders.removeAll { Self.sameName($0.name, header.name) }
            answerHeaders.append((header.name, value))
        }
        return nil
    }

    /// The backend's status, headers and body as they are, but for the headers that API Gateway treats.
    private func takeProxiedResponse() {
        status = outcome.status
        answerContentType = ""
        let fields = backendFields()
        outcome.announcedLength = fields.last { $0.id == .contentLength }.flatMap {
            Int(String(decoding: $0.value, as: UTF8.self))
        }
        answerHeaders = fields.compactMap { field in
            switch HeaderTreatment.response(field.id) {
            case .drop: nil
            case .remap: (HeaderTreatment.remapped + field.name, field.value)
            case .pass: (field.name, field.value)
            }
        }
    }

    private func apply(_ overrides: TemplateOverrides, isMock: Bool) {
        if let override = overrides.status { status = override }
        for (name, value) in overrides.responseHeaders {
            guard let bytes = HeaderTreatment.responseName(Array(name.utf8), isMock: isMock) else { continue }
            answerHeaders.removeAll { Self.sameName($0.name, bytes) }
            answerHeaders.append((bytes, Array(value.utf8)))
        }
    }

    static func sameName(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { ByteScan.lowercased($0) == ByteScan.lowercased($1) }
    }
}
