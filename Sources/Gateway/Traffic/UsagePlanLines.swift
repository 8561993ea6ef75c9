/// The execution log's lines about a request's API key, usage plan and limits, in API Gateway's words.
struct UsagePlanLines {
    let apiId: String
    let stageName: String
    /// The key as the log shows it: ``masked(_:)``.
    var apiKey = ""
    let resourceId: String
    let resourcePath: String
    let verb: String

    private var place: String { "\(apiId)/\(stageName)" }
    private var method: String { "\(verb) \(resourcePath)" }

    /// `****` and the last six characters; empty without a key.
    static func masked(_ key: String?) -> String {
        guard let key else { return "" }
        return "****" + (key.count > 6 ? key.suffix(6) : "")
    }

    func verifying(requestId: String) -> String {
        "Verifying Usage Plan for request: \(requestId). API Key: \(apiKey) API Stage: \(place)"
    }

    var keyNotRequired: String {
        "API Key \(apiKey) authorized because method '\(method)' does not require API Key. "
            + "Request will not contribute to throttle or quota limits"
    }

    var succeeded: String { "Usage Plan check succeeded for API Key \(apiKey) and API Stage \(place)" }

    var notAuthorized: String {
        "API Key \(apiKey) not authorized because method '\(method)' requires API Key and API Key is not associated "
            + "with a Usage Plan for API Stage \(place): No Usage Plan found for key and API Stage"
    }

    func planThrottled(_ planId: String, _ limit: ThrottleLimit?) -> String {
        "API Key \(apiKey) exceeded throttle limit for API Stage \(place): Key throttle limit exceeded for "
            + "Usage Plan ID \(planId), \(target). \(text(limit))"
    }

    func quotaExhausted(_ planId: String, _ quota: Quota?) -> String {
        "API Key \(apiKey) exceeded quota limit for API Stage \(place): Key quota exhausted for Usage Plan ID \(planId). "
            + "Limit: \(quota?.limit ?? 0) Period: \(quota?.period.rawValue ?? "")"
    }

    func stageThrottled(_ limit: ThrottleLimit) -> String {
        "Key throttle limit exceeded for \(target). \(text(limit))"
    }

    /// AWS has no line for its account's limit.
    func accountThrottled(_ account: String, _ limit: ThrottleLimit) -> String {
        "Key throttle limit exceeded for Account \(account), \(target). \(text(limit))"
    }

    private var target: String {
        "RestApi \(apiId), Stage \(stageName), Resource \(resourceId), HttpMethod \(verb)"
    }

    private func text(_ limit: ThrottleLimit?) -> String {
        "Limit: \(limit?.rateText ?? "") Burst: \(limit?.burst ?? 0)"
    }
}
