extension Exchange {
    /// Whoever needs to be authorised is refused: the data plane runs no authorizers yet, and checks no signatures.
    func authorize() -> Verdict {
        guard let refusal = method?.authorizationRefusal else { return .next }
        traceError(refusal)
        return .answer(.authorizerConfigurationError, cause: refusal)
    }
}

/// Why no request can pass a method's authorization.
enum AuthorizationRefusal {
    /// `nil` for methods that are open to everyone. Types that are not known count as those that are.
    static func text(authorizationType: String?) -> String? {
        guard let type = authorizationType, type != "NONE" else { return nil }
        return "Execution failed due to configuration error: authorization type \(type) is not run by this version of "
            + "Sluice, so that every request is refused. Use NONE to let requests through"
    }
}
