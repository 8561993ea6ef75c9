import ControlAPI
import JSON

@testable import Console

/// What stands around the pet store's methods: models, gateway responses, keys, plans, cache and buckets.
extension Fixtures {
    static let oneOrder = MethodKey(apiId: petstore, resourceId: "ordid0", path: "/orders/{id}", verb: "GET")
    static let newOrder = MethodKey(apiId: petstore, resourceId: "ord000", path: "/orders", verb: "POST")

    static let badTemplate = ControlError.refused(
        status: 400, code: "BadRequestException",
        message: "Invalid mapping template specified: unclosed #if at line 1, column 1", requestId: nil)
    static let noExecution = ControlError.refused(
        status: 404, code: "NotFoundException", message: "No execution log of this request is held", requestId: nil)

    static let models: [ApiModel] = [
        ApiModel(
            id: "m1", name: "Order",
            schema: """
                {
                  "type": "object",
                  "required": ["sku", "count"],
                  "properties": {
                    "sku": {"type": "string", "minLength": 3},
                    "count": {"type": "integer", "minimum": 1},
                    "address": {"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/Address"}
                  }
                }
                """, contentType: "application/json", description: "what is ordered"),
        ApiModel(
            id: "m2", name: "Address", schema: #"{"type":"object","properties":{"city":{"type":"string"}}}"#,
            contentType: "application/json"),
        ApiModel(id: "m3", name: "Empty", schema: "{}", contentType: "application/json"),
    ]

    static let validators = [
        RequestValidator(id: "val001", name: "all", validateRequestBody: true, validateRequestParameters: true)
    ]

    static let gatewayResponses: [GatewayResponse] = {
        let template = ["application/json": "{\"message\":$context.error.messageString}"]
        func builtIn(_ type: String, _ status: String?) -> GatewayResponse {
            GatewayResponse(
                responseType: type, statusCode: status, responseParameters: [:], responseTemplates: template,
                defaultResponse: true)
        }
        return [
            builtIn("ACCESS_DENIED", "403"), builtIn("BAD_REQUEST_BODY", "400"),
            GatewayResponse(
                responseType: "DEFAULT_4XX",
                responseParameters: ["gatewayresponse.header.Access-Control-Allow-Origin": "'*'"],
                responseTemplates: template, defaultResponse: false),
            builtIn("DEFAULT_5XX", nil), builtIn("INTEGRATION_TIMEOUT", "504"),
            GatewayResponse(
                responseType: "THROTTLED", statusCode: "420",
                responseParameters: ["gatewayresponse.header.Retry-After": "'1'"],
                responseTemplates: ["application/json": "{\n  \"calm\": \"down\"\n}"], defaultResponse: false),
        ]
    }()

    static let apiKeys: [ApiKey] = [
        key("key001", "mobile-app", "AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcd", enabled: true, ["\(petstore)/prod"]),
        key("key002", "partner", "ZyXwVuTsRqPoNmLkJiHgFeDcBa9876543210zyxw", enabled: false, []),
    ]

    private static func key(
        _ id: String, _ name: String, _ value: String, enabled: Bool, _ stages: [String]
    ) -> ApiKey {
        var key = ApiKey()
        key.id = id
        key.name = name
        key.value = value
        key.enabled = enabled
        key.stageKeys = stages
        key.createdDate = Timestamp(seconds: now - 86_400)
        return key
    }

    static let usagePlans: [UsagePlan] = {
        var gold = UsagePlan()
        gold.id = "gold00"
        gold.name = "gold"
        gold.throttle = ThrottleSettings(burstLimit: 20, rateLimit: 10)
        gold.quota = QuotaSettings(limit: 10_000, offset: nil, period: "MONTH")
        gold.apiStages = [
            ApiStage(
                apiId: petstore, stage: "prod",
                throttle: ["/orders/POST": ThrottleSettings(burstLimit: 2, rateLimit: 1)])
        ]
        var open = UsagePlan()
        open.id = "open00"
        open.name = "open"
        open.apiStages = []
        return [gold, open]
    }()

    static let goldKeys = [
        UsagePlanKey(id: "key001", type: "API_KEY", value: nil, name: "mobile-app"),
        UsagePlanKey(id: "key002", type: "API_KEY", value: nil, name: "partner"),
    ]

    static let goldUsage: Usage = {
        var usage = Usage()
        usage.usagePlanId = "gold00"
        usage.startDate = "2026-11-14"
        usage.endDate = "2026-11-20"
        usage.items = [
            "key001": [
                [10, 9990], [500, 9490], [900, 8590], [1200, 7390], [2500, 4890], [1000, 3890], [3120, 770],
            ],
            "key002": [
                [0, 10_000], [0, 10_000], [0, 10_000], [0, 10_000], [0, 10_000], [0, 10_000], [10_000, 0],
            ],
        ]
        return usage
    }()

    static let cachedStages: [Stage] = stages.map { stage in
        guard stage.stageName == "prod" else { return stage }
        var stage = stage
        stage.cacheClusterEnabled = true
        stage.cacheClusterSize = "0.5"
        stage.cacheClusterStatus = "AVAILABLE"
        var all = MethodSetting()
        all.cachingEnabled = true
        stage.methodSettings = ["*/*": all]
        return stage
    }

    static let caches = [
        CacheState(
            apiId: petstore, stageName: "prod", canary: false, entries: 1204, bytes: 40_055_603,
            capacityBytes: 536_870_912, status: "AVAILABLE"),
        CacheState(
            apiId: petstore, stageName: "prod", canary: true, entries: 104, bytes: 2_411_724,
            capacityBytes: 536_870_912, status: "AVAILABLE"),
    ]

    static let throttles: [ThrottleState] = {
        var account = ThrottleState(level: .account, rateLimit: 10_000, burstLimit: 5000, available: 4987, throttled: 0)
        account.apiId = nil
        var stage = ThrottleState(level: .stage, rateLimit: 500, burstLimit: 200, available: 61, throttled: 12)
        stage.apiId = petstore
        stage.stageName = "prod"
        var method = ThrottleState(level: .method, rateLimit: 50, burstLimit: 10, available: 0.4, throttled: 1204)
        method.apiId = petstore
        method.stageName = "prod"
        method.resourcePath = "/orders"
        method.httpMethod = "GET"
        var plan = ThrottleState(level: .plan, rateLimit: 10, burstLimit: 20, available: 19.2, throttled: 3)
        plan.apiId = petstore
        plan.stageName = "prod"
        plan.usagePlanId = "gold00"
        plan.keyId = "key001"
        return [plan, method, stage, account]
    }()

    static let tested: TestInvokeMethodResponse = {
        var response = TestInvokeMethodResponse()
        response.status = 200
        response.latency = 14
        response.headers = ["Content-Type": "application/json", "X-Amzn-Trace-Id": "Root=1-65a1-abc"]
        response.body = #"{"id":"1","state":"shipped"}"#
        response.log = """
            Execution log for request 0a1b2c3d
            Fri Nov 20 17:52:31 UTC 2026 : Starting execution for request: 0a1b2c3d
            Fri Nov 20 17:52:31 UTC 2026 : HTTP Method: GET, Resource Path: /orders/1
            Fri Nov 20 17:52:31 UTC 2026 : Method request path: {id=1}
            Fri Nov 20 17:52:31 UTC 2026 : Endpoint request URI: http://10.0.3.7:9000/orders/1
            Fri Nov 20 17:52:31 UTC 2026 : Successfully completed execution
            Fri Nov 20 17:52:31 UTC 2026 : Method completed with status: 200

            """
        return response
    }()

    /// Of the 5XX request that the log's end shows.
    static func execution(_ record: AccessLogRecord) -> ExecutionLogRecord {
        let lines = [
            "Extended Request Id: L0SM9cOFvHcCIhw=", "Starting execution for request: \(record.requestId)",
            "HTTP Method: GET, Resource Path: /orders/{id}", "Endpoint request URI: http://10.0.3.9:9000/orders/47",
            "Execution failed due to configuration error: the backend reset the connection",
            "Method completed with status: 502",
        ]
        return ExecutionLogRecord(
            requestId: record.requestId, apiId: record.apiId, stage: record.stage,
            isCanaryRequest: record.isCanaryRequest,
            lines: lines.enumerated().map { .init(time: record.requestTimeEpoch + $0 * 6, message: $1) })
    }
}
