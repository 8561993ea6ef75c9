extension Exchange {
    /// The API key, then the limits of its usage plan: for the method, for the key, and its quota. A request that a
    /// later limit refuses is not counted in the quota.
    ///
    /// Without authorizers no key comes from one, so that `apiKeySource` `AUTHORIZER` refuses every request.
    func checkApiKey() -> Verdict {
        guard let method, let stage else { return .answer(.forbidden, cause: nil) }
        if executionLog != nil { traceUsagePlan(stage) }
        guard method.limits.apiKey != .none else { return .next }
        let value = method.limits.apiKey == .header ? loop.requestTable.last(.xApiKey)?.value : nil
        let found = value.flatMap { span in
            withBytes { loop.keys.find(UnsafeRawBufferPointer(start: $0 + span.lower, count: span.length)) }
        }
        guard let key = found, let client = key.client(ofStage: stage.identity) else {
            traceError(
                """
                API Key \(maskedApiKey) not authorized because method '\(methodText)' requires API Key and API Key \
                is not associated with a Usage Plan for API Stage \(stage.apiId)/\(stage.stageName): \
                No Usage Plan found for key and API Stage
                """)
            return .answer(.invalidApiKey, cause: Self.refusal(sent: value != nil, known: found != nil))
        }
        apiKey = key
        return count(client, method, stage)
    }

    private static func refusal(sent: Bool, known: Bool) -> String {
        if known { return "the API key is in no usage plan of this stage" }
        return sent ? "the API key is unknown or disabled" : "the request has no API key"
    }

    private func count(_ client: KeyDirectory.Client, _ method: MethodPlan, _ stage: StagePlan) -> Verdict {
        let plan = client.plan
        if !client.methodBuckets.isEmpty, let bucket = client.methodBuckets[method.limits.identity],
            !bucket.take(at: started)
        {
            return throttled(client, method, stage, plan.methodThrottles[method.limits.identity])
        }
        if let bucket = client.bucket, !bucket.take(at: started) {
            return throttled(client, method, stage, plan.throttle)
        }
        guard client.usage.take(plan.quota, today: today) else {
            traceError(
                """
                API Key \(maskedApiKey) exceeded quota limit for API Stage \(stage.apiId)/\(stage.stageName): \
                Key quota exhausted for Usage Plan ID \(plan.id). \
                Limit: \(plan.quota?.limit ?? 0) Period: \(plan.quota?.period.rawValue ?? "")
                """)
            return .answer(.quotaExceeded, cause: nil)
        }
        self.client = client
        trace("Usage Plan check succeeded for API Key \(maskedApiKey) and API Stage \(stage.apiId)/\(stage.stageName)")
        return .next
    }

    private func throttled(
        _ client: KeyDirectory.Client, _ method: MethodPlan, _ stage: StagePlan, _ limit: ThrottleLimit?
    ) -> Verdict {
        traceError(
            """
            API Key \(maskedApiKey) exceeded throttle limit for API Stage \(stage.apiId)/\(stage.stageName): \
            Key throttle limit exceeded for Usage Plan ID \(client.plan.id), RestApi \(stage.apiId), \
            Stage \(stage.stageName), Resource \(method.resourceId), HttpMethod \(head.wantedVerb.name). \
            Limit: \(limit?.rateText ?? "") Burst: \(limit?.burst ?? 0)
            """)
        return .answer(.throttled, cause: nil)
    }

    private func traceUsagePlan(_ stage: StagePlan) {
        let place = "\(stage.apiId)/\(stage.stageName)"
        trace("Verifying Usage Plan for request: \(requestId.text). API Key: \(maskedApiKey) API Stage: \(place)")
        guard method?.limits.apiKey == MethodLimits.ApiKeyRequirement.none else { return }
        trace(
            """
            API Key \(maskedApiKey) authorized because method '\(methodText)' does not require API Key. \
            Request will not contribute to throttle or quota limits
            """)
        trace("Usage Plan check succeeded for API Key \(maskedApiKey) and API Stage \(place)")
    }

    /// `GET /pets/{id}`
    private var methodText: String { "\(head.wantedVerb.name) \(method?.resourcePath ?? "")" }

    /// `****` and the key's last six characters; empty without a key. For the log alone.
    private var maskedApiKey: String {
        guard let value = requestHeader("x-api-key") else { return "" }
        return "****" + (value.count > 6 ? value.suffix(6) : "")
    }

    /// The number of the day on which the request came.
    var today: Int { Int(loop.clock.wall(started) / 86_400_000_000_000) }
}
