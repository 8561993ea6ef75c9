import NIOCore

extension Exchange {
    /// What goes to the backend: for `HTTP_PROXY` nothing yet, its head is written when a connection is there.
    func makeIntegrationRequest() -> Verdict {
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        switch method.integration {
        case .httpProxy(let plan), .http(let plan):
            if let fault = plan.fault { return .answer(.apiConfigurationError, cause: Self.configurationError(fault)) }
            if plan.needsRequestBody, let refusal = readMappedBody() { return refusal }
            if case .http = method.integration {
                let verdict = transformRequest(plan.request, plan.contentHandling)
                if case .next = verdict, let service = plan.service { return finishServiceRequest(plan, service) }
                return verdict
            }
            return convertProxiedPayload(plan)
        case .lambda(let plan):
            if let fault = plan.fault { return .answer(.apiConfigurationError, cause: Self.configurationError(fault)) }
            if plan.needsRequestBody, let refusal = readMappedBody() { return refusal }
            return plan.isProxy ? makeProxyEvent(plan) : makeFunctionPayload(plan)
        case .mock(let plan):
            if let fault = plan.fault { return .answer(.apiConfigurationError, cause: Self.configurationError(fault)) }
            return chooseMockStatus(plan)
        case .unavailable(let reason):
            return .answer(.apiConfigurationError, cause: Self.configurationError(reason))
        }
    }

    /// Mappings that read the body need JSON.
    private func readMappedBody() -> Verdict? {
        do {
            _ = try requestDocument()
            return nil
        } catch {
            return .answer(
                .badRequestBody, cause: "Execution failed: Invalid JSON in request body: \(error)",
                message: "Invalid JSON in request body")
        }
    }

    /// The request template of the body's content type, or the body as it is, or 415.
    func transformRequest(_ templates: RequestTemplates, _ handling: ContentHandling?) -> Verdict {
        let choice = templates.choose(requestContentType())
        let conversion = requestConversion(handling)
        if let refusal = beginRequestConversion(conversion, choice) { return refusal }
        switch choice {
        case .passthrough:
            outcome.body = collectedBody ?? ByteBuffer()
        case .unsupportedMediaType:
            return .answer(.unsupportedMediaType, cause: nil)
        case .template(.literal(let text)):
            outcome.body = ByteBuffer(bytes: text)
        case .template(.compiled(let template)):
            do {
                let output = try template.render(templateInput(body: collectedBody))
                outcome.body = ByteBuffer(bytes: output.body)
                outcome.overrides = TemplateOverrides(output.context)
            } catch {
                return requestTemplateFailed(error)
            }
        }
        if let name = outcome.overrides?.forbiddenHeader(isAWS: isFunction) {
            return .answer(.apiConfigurationError, cause: Self.configurationError("\(name) header already present"))
        }
        return endRequestConversion(conversion, choice)
    }

    /// A body that is no JSON is the client's fault, anything else the template's.
    func requestTemplateFailed(_ error: any Error) -> Verdict {
        if case TemplateFault.body(let reason) = error {
            return .answer(
                .badRequestBody, cause: "Execution failed: \(reason)",
                message: "Could not parse request body into json: \(reason)")
        }
        return .answer(.apiConfigurationError, cause: Self.configurationError("\(error)"))
    }

    /// A line of the execution log in AWS's words.
    static func configurationError(_ reason: String) -> String {
        "Execution failed due to configuration error: \(reason)"
    }
}

extension TemplateOverrides {
    /// A header that no request may set.
    func forbiddenHeader(isAWS: Bool) -> String? {
        requestHeaders.first { HeaderTreatment.isForbidden(HeaderID(named: $0.0.utf8), isAWS: isAWS) }?.0
    }
}
