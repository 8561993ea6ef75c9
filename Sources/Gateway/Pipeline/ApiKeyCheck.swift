extension Exchange {
    /// The API key, then the limits of its usage plan: for the method, for the key, and its quota. A request that a
    /// later limit refuses is not counted in the quota.
    ///
    /// Without authorizers no key comes from one, so that `apiKeySource` `AUTHORIZER` refuses every request.
    func checkApiKey() -> Verdict {
        guard let method, let stage else { return .answer(.forbidden, cause: nil) }
        trace(usagePlanLines.verifying(requestId: requestId.text))
        guard method.limits.apiKey != .none else {
            trace(usagePlanLines.keyNotRequired)
            trace(usagePlanLines.succeeded)
            return .next
        }
        let value = method.limits.apiKey == .header ? loop.requestTable.last(.xApiKey)?.value : nil
        let found = value.flatMap { span in
            withBytes { loop.keys.find(UnsafeRawBufferPointer(start: $0 + span.lower, count: span.length)) }
        }
        guard let key = found, let client = key.client(ofStage: stage.identity) else {
            traceError(usagePlanLines.notAuthorized)
            return .answer(.invalidApiKey, cause: Self.refusal(sent: value != nil, known: found != nil))
        }
        apiKey = key
        return count(client, method)
    }

    private static func refusal(sent: Bool, known: Bool) -> String {
        if known { return "the API key is in no usage plan of this stage" }
        return sent ? "the API key is unknown or disabled" : "the request has no API key"
    }

    private func count(_ client: KeyDirectory.Client, _ method: MethodPlan) -> Verdict {
        let plan = client.plan
        if !client.methodBuckets.isEmpty, let bucket = client.methodBuckets[method.limits.identity],
            !bucket.take(at: started)
        {
            traceError(usagePlanLines.planThrottled(plan.id, plan.methodThrottles[method.limits.identity]))
            return .answer(.throttled, cause: nil)
        }
        if let bucket = client.bucket, !bucket.take(at: started) {
            traceError(usagePlanLines.planThrottled(plan.id, plan.throttle))
            return .answer(.throttled, cause: nil)
        }
        guard client.usage.take(plan.quota, today: today) else {
            traceError(usagePlanLines.quotaExhausted(plan.id, plan.quota))
            return .answer(.quotaExceeded, cause: nil)
        }
        self.client = client
        trace(usagePlanLines.succeeded)
        return .next
    }

    /// For the log alone.
    var usagePlanLines: UsagePlanLines {
        UsagePlanLines(
            apiId: stage?.apiId ?? "", stageName: stage?.stageName ?? "",
            apiKey: UsagePlanLines.masked(requestHeader("x-api-key")), resourceId: method?.resourceId ?? "",
            resourcePath: method?.resourcePath ?? "", verb: head.wantedVerb.name.description)
    }

    /// The number of the day on which the request came.
    var today: Int { Int(loop.clock.wall(started) / 86_400_000_000_000) }
}
