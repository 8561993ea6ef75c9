import Testing

@testable import Gateway

/// Section 19.3 and appendix B.
@Suite struct UsagePlanLineTests {
    private static let key = UsagePlanLines(
        apiId: "a1", stageName: "prod", apiKey: UsagePlanLines.masked("abcdefghijklmnF0yrv6"), resourceId: "r1",
        resourcePath: "/echo", verb: "GET")
    private static let noKey = UsagePlanLines(
        apiId: "a1", stageName: "prod", resourceId: "r1", resourcePath: "/echo", verb: "GET")
    private static let quota = Quota(limit: 500, offset: 0, period: .day, firstWindow: 0)

    @Test(arguments: [
        (
            noKey.verifying(requestId: "rid"),
            "Verifying Usage Plan for request: rid. API Key:  API Stage: a1/prod"
        ),
        (
            noKey.keyNotRequired,
            "API Key  authorized because method 'GET /echo' does not require API Key. "
                + "Request will not contribute to throttle or quota limits"
        ),
        (noKey.succeeded, "Usage Plan check succeeded for API Key  and API Stage a1/prod"),
        (key.succeeded, "Usage Plan check succeeded for API Key ****F0yrv6 and API Stage a1/prod"),
        (
            key.stageThrottled(ThrottleLimit(rate: 1, burst: 1)),
            "Key throttle limit exceeded for RestApi a1, Stage prod, Resource r1, HttpMethod GET. Limit: 1.00 Burst: 1"
        ),
        (
            key.planThrottled("p1", ThrottleLimit(rate: 5, burst: 10)),
            "API Key ****F0yrv6 exceeded throttle limit for API Stage a1/prod: Key throttle limit exceeded for "
                + "Usage Plan ID p1, RestApi a1, Stage prod, Resource r1, HttpMethod GET. Limit: 5.00 Burst: 10"
        ),
        (
            key.quotaExhausted("p1", quota),
            "API Key ****F0yrv6 exceeded quota limit for API Stage a1/prod: Key quota exhausted for Usage Plan ID p1. "
                + "Limit: 500 Period: DAY"
        ),
        (
            key.notAuthorized,
            "API Key ****F0yrv6 not authorized because method 'GET /echo' requires API Key and API Key is not "
                + "associated with a Usage Plan for API Stage a1/prod: No Usage Plan found for key and API Stage"
        ),
    ])
    func lines(line: String, expected: String) { #expect(line == expected) }

    @Test(arguments: [(nil, ""), ("", "****"), ("secret", "****"), ("1234567", "****234567")] as [(String?, String)])
    func `keys are masked`(key: String?, text: String) { #expect(UsagePlanLines.masked(key) == text) }
}
