import NIOCore

extension Exchange {
    /// Picks the integration response for the backend's (or the mock's) status and makes the client's body from it.
    /// `HTTP_PROXY` comes here only where its response is collected.
    func makeIntegrationResponse() -> Verdict {
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        let selection: ResponseSelection
        switch method.integration {
        case .mock(let plan): selection = plan.responses
        case .http(let plan): selection = plan.responses
        case .httpProxy:
            takeProxiedResponse()
            return convertProxiedResponse()
        case .unavailable: return .next
        }
        guard let entry = selection.select(String(outcome.status)) else {
            return .answer(
                .apiConfigurationError,
                cause: "Execution failed due to configuration error: No match for output mapping and no default output "
                    + "mapping configured. Endpoint Response Status Code: \(outcome.status)")
        }
        status = entry.status
        answerHeaders = []
        answerContentType = backendHeader("content-type") ?? "application/json"
        let accept = acceptedType
        let chosen = entry.templates.first { $0.type == accept } ?? entry.templates.first
        let conversion = responseConversion(entry.contentHandling)
        if let refusal = beginResponseConversion(conversion, chosen?.template) { return refusal }
        if !entry.headers.isEmpty {
            for header in entry.headers {
                guard let value = responseValue(header.source) else { continue }
                answerHeaders.append((header.name, value))
            }
        }
        if case .mock = method.integration { outcome.body = ByteBuffer() }
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
                    return .answer(
                        .apiConfigurationError, cause: "Execution failed due to configuration error: \(error)")
                }
            }
        }
        if let overrides = outcome.overrides { apply(overrides) }
        return endResponseConversion(conversion, chosen?.template)
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
            case .remap: (Array("x-amzn-Remapped-".utf8) + field.name, field.value)
            case .pass: (field.name, field.value)
            }
        }
    }

    private func apply(_ overrides: TemplateOverrides) {
        if let override = overrides.status { status = override }
        for (name, value) in overrides.responseHeaders {
            let bytes = Array(name.utf8)
            answerHeaders.removeAll { Self.sameName($0.name, bytes) }
            answerHeaders.append((bytes, Array(value.utf8)))
        }
    }

    static func sameName(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && zip(one, other).allSatisfy { ByteScan.lowercased($0) == ByteScan.lowercased($1) }
    }
}
