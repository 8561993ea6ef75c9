import NIOCore

extension Exchange {
    /// What goes to the backend: for `HTTP_PROXY` nothing yet, its head is written when a connection is there.
    func makeIntegrationRequest() -> Verdict {
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        switch method.integration {
        case .httpProxy(let plan), .http(let plan):
            if let fault = plan.uri.fault {
                return .answer(.apiConfigurationError, cause: "Execution failed due to configuration error: \(fault)")
            }
            if case .http = method.integration { return transformRequest(plan.request, plan.contentHandling) }
            return convertProxiedPayload(plan)
        case .mock(let plan):
            return chooseMockStatus(plan)
        case .unavailable(let reason):
            return .answer(.apiConfigurationError, cause: "Execution failed due to configuration error: \(reason)")
        }
    }

    /// The request template of the body's content type, or the body as it is, or 415.
    private func transformRequest(_ templates: RequestTemplates, _ handling: ContentHandling?) -> Verdict {
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
                return .answer(
                    .apiConfigurationError, cause: "Execution failed due to configuration error: \(error)")
            }
        }
        return endRequestConversion(conversion, choice)
    }
}
