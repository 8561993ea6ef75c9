extension Exchange {
    func integrate() -> Verdict {
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        if let test, test.previews { return preview(method, test) }
        switch method.integration {
        case .mock: return .next
        case .httpProxy(let plan), .http(let plan): return callBackend(plan)
        case .lambda(let plan): return invoke(plan)
        case .unavailable(let reason): return .answer(.apiConfigurationError, cause: reason)
        }
    }
}
