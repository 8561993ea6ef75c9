import NIOCore

/// A preview: the request goes through the pipeline as far as its integration, and what the backend would get is kept
/// in place of a call.
extension Exchange {
    /// Ends the request. What keeps it from a backend is answered as it would be in earnest.
    func preview(_ method: MethodPlan, _ test: TestRun) -> Verdict {
        switch method.integration {
        // Its template was noted where it was rendered.
        case .mock: break
        case .http(let plan):
            guard hasAddress(plan) else { return .answer(.apiConfigurationError, cause: Self.noAddress) }
            if let service = plan.service, waitsForCredentials(of: service) { return .wait }
            loop.writer.removeAll()
            writeIntegrationRequest(plan)
            test.backendRequest = writtenRequest(plan, body: outcome.body)
        case .httpProxy(let plan):
            guard hasAddress(plan) else { return .answer(.apiConfigurationError, cause: Self.noAddress) }
            // While the body came, the loop's table was used for other requests.
            refreshHeaders()
            loop.writer.removeAll()
            writeProxyRequest(plan)
            test.backendRequest = writtenRequest(plan, body: collectedBody ?? ByteBuffer())
        case .lambda(let plan): test.backendRequest = invocationRequest(plan)
        case .unavailable(let reason): return .answer(.apiConfigurationError, cause: reason)
        }
        status = 200
        outcome = IntegrationOutcome()
        return .skip(to: .methodResponse)
    }

    private func hasAddress(_ plan: HTTPPlan) -> Bool { plan.uri.backend != nil || dynamicBackend(plan) != nil }

    /// The request whose head stands in the loop's writer.
    private func writtenRequest(_ plan: HTTPPlan, body: ByteBuffer) -> BackendRequest {
        let head = WrittenHead(loop.writer.bytes)
        loop.writer.removeAll()
        let line = head.line.split(separator: " ", omittingEmptySubsequences: false)
        let host = head.fields.first { Self.sameName($0.name, Array("host".utf8)) }?.value ?? []
        return BackendRequest(
            httpMethod: line.first.map(String.init),
            uri: (plan.uri.tls == nil ? "http://" : "https://") + String(decoding: host, as: UTF8.self)
                + (line.dropFirst().first ?? ""),
            headers: head.fields.map { field in
                BackendRequest.Header(
                    name: String(decoding: field.name, as: UTF8.self),
                    value: String(decoding: field.value, as: UTF8.self))
            }, body: Array(body.readableBytesView))
    }
}
