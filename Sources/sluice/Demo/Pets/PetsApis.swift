import ControlAPI

/// The sample's two APIs, made through the control plane like anybody's.
struct PetsApis: Sendable {
    var client: ControlClient
    /// `127.0.0.1:port` of the backends.
    var pets: String
    var petsCanary: String
    var orders: String

    struct Made: Sendable {
        var petstore: String
        var checkout: String
        /// Values of the API keys that `POST /orders` of checkout's prod asks for.
        var keys: [String]
    }

    func make() async throws -> Made {
        let petstore = try await makePetstore()
        let checkout = try await makeCheckout()
        return Made(petstore: petstore, checkout: checkout, keys: try await makeUsagePlan(checkout))
    }

    private func makePetstore() async throws -> String {
        let api = try await ApiBuilder.create(
            client, name: "petstore", description: "Pets, their prices, and who buys them")
        try await api.proxy("GET", "/pets")
        try await api.proxy("POST", "/pets")
        try await api.proxy("GET", "/pets/{petId}")
        try await api.proxy("DELETE", "/pets/{petId}")
        try await api.proxy("ANY", "/shop/{proxy+}")
        try await api.mock("GET", "/ping", body: "{\"message\": \"pong\"}")

        let variables = ["backend": pets, "pricing": "v1"]
        try await api.deploy("dev", "v41 faster search", variables: variables)
        try await api.deploy("staging", "v42 checkout", variables: variables)
        try await api.deploy("prod", "v42 checkout", variables: variables)

        try await api.proxy("POST", "/quotes")
        try await api.deploy("dev", "v43 new pricing")
        _ = try await client.createDeployment(
            apiId: api.id, stageName: "prod", description: "v43 new pricing",
            canarySettings: CanarySettings(
                percentTraffic: 10, stageVariableOverrides: ["backend": petsCanary, "pricing": "v2"]))
        try await api.cache("prod", seconds: ["pets": 2])
        return api.id
    }

    private func makeCheckout() async throws -> String {
        let api = try await ApiBuilder.create(client, name: "checkout", description: "Orders and payments")
        try await api.proxy("GET", "/orders")
        try await api.proxy("POST", "/orders", method: try await order(in: api))
        try await api.proxy("GET", "/orders/{orderId}", cacheKeys: ["method.request.path.orderId"])
        try await api.http("POST", "/payments")
        try await api.mock("GET", "/ping", body: "{\"message\": \"pong\"}")
        try await api.deploy("dev", "v12 retry payments", variables: ["backend": orders])
        try await api.deploy("prod", "v11 receipts", variables: ["backend": orders])
        try await api.cache("prod", seconds: ["orders/{orderId}": 30])
        try await api.log("prod")
        return api.id
    }

    /// An order needs a key and a body that its model allows; who sends another is told why.
    private func order(in api: ApiBuilder) async throws -> Method {
        let schema = """
            {
              "$schema": "http://json-schema.org/draft-04/schema#",
              "type": "object",
              "required": ["pet"],
              "properties": {"pet": {"type": "integer", "minimum": 1}, "gift": {"type": "boolean"}}
            }
            """
        _ = try await client.createModel(apiId: api.id, name: "Order", schema: schema)
        let validator = try await client.createRequestValidator(
            apiId: api.id, name: "body", validateRequestBody: true, validateRequestParameters: false)
        _ = try await client.putGatewayResponse(
            apiId: api.id, responseType: "BAD_REQUEST_BODY",
            GatewayResponse(
                responseType: nil,
                responseTemplates: [
                    "application/json":
                        "{\"message\": $context.error.messageString, \"why\": \"$context.error.validationErrorString\"}"
                ]))
        var method = Method()
        method.apiKeyRequired = true
        method.requestModels = ["application/json": "Order"]
        method.requestValidatorId = validator.id
        return method
    }

    /// Two callers of checkout's prod; the second one has little left of its limits.
    private func makeUsagePlan(_ api: String) async throws -> [String] {
        let plans: [(name: String, rate: Double, burst: Int, quota: Int, caller: String)] = [
            ("partners", 50, 100, 100_000, "acme"), ("trial", 2, 4, 500, "globex"),
        ]
        var values: [String] = []
        for row in plans {
            var plan = UsagePlan()
            plan.name = row.name
            plan.apiStages = [ApiStage(apiId: api, stage: "prod"), ApiStage(apiId: api, stage: "dev")]
            plan.throttle = ThrottleSettings(burstLimit: row.burst, rateLimit: row.rate)
            plan.quota = QuotaSettings(limit: row.quota, offset: 0, period: "DAY")
            let made = try await client.createUsagePlan(plan)
            let key = try await client.createApiKey(name: row.caller)
            _ = try await client.createUsagePlanKey(usagePlanId: made.id ?? "", keyId: key.id ?? "")
            values.append(key.value ?? "")
        }
        return values
    }
}
