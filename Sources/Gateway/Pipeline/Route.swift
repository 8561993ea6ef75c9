import SigV4

extension Exchange {
    /// Unknown paths and verbs are 403 on API Gateway, not 404: it takes them for calls that lack a signature.
    func route() -> Verdict {
        guard let variant else { return .answer(.forbidden, cause: nil) }
        method = withBytes { base in
            variant.routes.match(
                base, pathAfterStage.lower, pathAfterStage.upper, verb: head.wantedVerb, captures: &captures)
        }
        guard let method else { return refuseUnknownRoute() }
        if method.settings.logging != nil { openExecutionLog() }
        return .next
    }

    /// A path that nobody knows is read as a signed call: an `Authorization` header that is no signature is what is
    /// complained of first. The message has the header's hash, as AWS gives it, never its value.
    private func refuseUnknownRoute() -> Verdict {
        guard let field = loop.requestTable.last(.authorization), field.value.length > 0 else {
            return .answer(.missingAuthenticationToken, cause: nil)
        }
        let value = withBytes { base in
            Array(UnsafeRawBufferPointer(start: base + field.value.lower, count: field.value.length))
        }
        if value.starts(with: "AWS4-".utf8) { return .answer(.missingAuthenticationToken, cause: nil) }
        return .answer(
            .incompleteSignature, cause: nil,
            message: "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and "
                + "encoded with Base64): '\(AuthorizationDigest.base64(of: value))'.")
    }
}
