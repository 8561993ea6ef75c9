extension Exchange {
    /// The API from the host `{apiId}.execute-api.…` with the stage as the path's first segment, or both from the path
    /// `/_aws/execute-api/{apiId}/{stage}/…`, for clients that cannot set a host, or from a custom domain name. The first
    /// two are an API's default endpoint, which it can turn off.
    func lookUpStage() -> Verdict {
        let found = withBytes { base -> StagePlan? in
            if let field = loop.requestTable.last(.amznRequestId), let id = RequestIdentity(base, field.value) {
                adopt(requestId: id)
            }
            if let api = Self.api(ofHost: base, head.host) {
                return findAtDefaultEndpoint(base, api: api, from: head.path.lower)
            }
            let prefix: StaticString = "/_aws/execute-api/"
            let count = prefix.utf8CodeUnitCount
            guard head.path.length > count, equalBytes(base + head.path.lower, prefix.utf8Start, count) else {
                return loop.domains.isEmpty ? nil : findStageByDomain(base)
            }
            let start = head.path.lower + count
            let end = ByteScan.find(0x2F, base, start, head.path.upper) ?? head.path.upper
            return findAtDefaultEndpoint(base, api: ByteSpan(start, end), from: end)
        }
        guard let found else { return .answer(.forbidden, cause: nil) }
        stage = found
        return .next
    }

    private func findAtDefaultEndpoint(_ base: UnsafeRawPointer, api: ByteSpan, from slash: Int) -> StagePlan? {
        let end = head.path.upper
        var start = slash
        if start < end { start += 1 }
        let stageEnd = ByteScan.find(0x2F, base, start, end) ?? end
        pathAfterStage = ByteSpan(stageEnd, end)
        stagePath = ByteSpan(slash, end)
        let plan = loop.directory.find(base, api: api, stage: ByteSpan(start, stageEnd))
        return plan?.disablesDefaultEndpoint == true ? nil : plan
    }

    /// `a1b2c3` of `a1b2c3.execute-api.us-east-1.localhost:8080`.
    private static func api(ofHost base: UnsafeRawPointer, _ host: ByteSpan) -> ByteSpan? {
        guard let dot = ByteScan.find(0x2E, base, host.lower, host.upper) else { return nil }
        let word = ByteSpan(dot, min(host.upper, dot + 13))
        guard dot > host.lower, ByteScan.equalsIgnoringCase(base, word, ".execute-api.") else { return nil }
        return ByteSpan(host.lower, dot)
    }
}
