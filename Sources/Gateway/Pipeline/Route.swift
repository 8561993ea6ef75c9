extension Exchange {
    /// Unknown paths and verbs are 403 on API Gateway, not 404: it takes them for calls that lack a signature.
    func route() -> Verdict {
        guard let variant else { return .answer(.forbidden, cause: nil) }
        method = withBytes { base in
            variant.routes.match(
                base, pathAfterStage.lower, pathAfterStage.upper, verb: head.verb, captures: &captures)
        }
        guard let method else { return .answer(.missingAuthenticationToken, cause: nil) }
        if method.settings.logging != nil { openExecutionLog() }
        return .next
    }
}
