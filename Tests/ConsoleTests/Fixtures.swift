import ControlAPI
import JSON

@testable import Console

/// A gateway with a pet store whose canary is slower and fails now and then, and an order service without one.
enum Fixtures {
    /// 2026-11-20 17:52:31 UTC.
    static let now = 1_795_197_151
    static let petstore = "a1b2c3d4e5"
    static let orders = "f6g7h8i9j0"
    static let prod = StageKey(petstore, "prod")

    static let engine = EngineInfo(
        version: "0.1.0", pid: 4711, region: "us-east-1", account: "000000000000", home: "/tmp/sluice",
        data: "http://127.0.0.1:8080", control: "http://127.0.0.1:8081", socket: "/tmp/sluice/control.sock",
        startedDate: Timestamp(seconds: now - 3600))

    static let apis: [RestApi] = {
        var pets = RestApi(id: petstore, name: "petstore", createdDate: Timestamp(seconds: now - 86_400 * 30))
        pets.endpointConfiguration = EndpointConfiguration(types: ["REGIONAL"])
        var shop = RestApi(id: orders, name: "orders", createdDate: Timestamp(seconds: now - 86_400 * 3))
        shop.endpointConfiguration = EndpointConfiguration(types: ["EDGE"])
        return [pets, shop]
    }()

    static let conflict = ControlError.refused(
        status: 409, code: "ConflictException", message: "Another change of this stage came first", requestId: nil)
    static let refusedConnection = ControlError.unreachable(
        endpoint: "/tmp/sluice/control.sock", reason: "connection refused")

    // MARK: Stages

    static let stages: [Stage] = {
        var prod = Stage(stageName: "prod", deploymentId: "d7f3a1")
        prod.variables = ["backend": "http://10.0.3.7:9000", "region": "eu"]
        prod.canarySettings = CanarySettings(
            percentTraffic: 10, deploymentId: "e81a22", stageVariableOverrides: ["backend": "http://10.0.3.9:9000"])
        prod.lastUpdatedDate = Timestamp(seconds: now - 600)
        var dev = Stage(stageName: "dev", deploymentId: "e81a22")
        dev.description = "for the team"
        dev.lastUpdatedDate = Timestamp(seconds: now - 7200)
        return [dev, prod]
    }()

    static let orderStages: [Stage] = {
        var live = Stage(stageName: "live", deploymentId: "aa11bb")
        live.lastUpdatedDate = Timestamp(seconds: now - 86_400)
        return [live]
    }()

    /// As a list has them: without their methods.
    static let deployments: [Deployment] = detailed.map {
        Deployment(id: $0.id, description: $0.description, createdDate: $0.createdDate)
    }

    static let detailed: [Deployment] = {
        var old = Deployment(id: "c40099", description: "v41", createdDate: Timestamp(seconds: now - 86_400 * 2))
        old.apiSummary = summary(["GET /orders", "GET /orders/{id}"])
        var base = Deployment(
            id: "d7f3a1", description: "v42 checkout", createdDate: Timestamp(seconds: now - 86_400))
        base.apiSummary = summary(["GET /orders", "POST /orders", "GET /orders/{id}"])
        var canary = Deployment(
            id: "e81a22", description: "v43 new pricing", createdDate: Timestamp(seconds: now - 3600))
        canary.apiSummary = summary(["GET /orders", "POST /orders", "GET /orders/{id}", "POST /quotes"])
        return [canary, base, old]
    }()

    static let orderDeployments = [
        Deployment(id: "aa11bb", description: "first", createdDate: Timestamp(seconds: now - 86_400 * 3))
    ]

    private static func summary(_ methods: [String]) -> [String: [String: MethodSnapshot]] {
        var summary: [String: [String: MethodSnapshot]] = [:]
        for method in methods {
            let parts = method.split(separator: " ").map(String.init)
            summary[parts[1], default: [:]][parts[0]] = MethodSnapshot(authorizationType: "NONE", apiKeyRequired: false)
        }
        return summary
    }

    // MARK: Resources

    static let resources: [Resource] = {
        var list = Method()
        list.httpMethod = "GET"
        list.authorizationType = "NONE"
        list.methodIntegration = integration("HTTP_PROXY", "http://${stageVariables.backend}/orders")
        var create = Method()
        create.httpMethod = "POST"
        create.authorizationType = "AWS_IAM"
        create.apiKeyRequired = true
        create.requestModels = ["application/json": "Order"]
        create.methodIntegration = integration("HTTP", "http://${stageVariables.backend}/orders", "POST")
        var one = Method()
        one.httpMethod = "GET"
        one.authorizationType = "NONE"
        one.requestParameters = ["method.request.path.id": true]
        one.methodResponses = ["200": MethodResponse(statusCode: "200"), "404": MethodResponse(statusCode: "404")]
        var http = integration("HTTP", "http://${stageVariables.backend}/orders/{id}")
        http.requestParameters = ["integration.request.path.id": "method.request.path.id"]
        http.requestTemplates = ["application/json": "{\n  \"id\": \"$input.params('id')\"\n}"]
        var missing = IntegrationResponse(statusCode: "404")
        missing.selectionPattern = "404"
        missing.responseTemplates = ["application/json": "{\"message\": \"no such order\"}"]
        http.integrationResponses = ["200": IntegrationResponse(statusCode: "200"), "404": missing]
        one.methodIntegration = http
        var any = Method()
        any.httpMethod = "ANY"
        any.authorizationType = "NONE"
        any.methodIntegration = integration("HTTP_PROXY", "http://${stageVariables.backend}/{proxy}", "ANY")
        var health = Method()
        health.httpMethod = "GET"
        health.authorizationType = "NONE"
        health.methodIntegration = Integration(type: "MOCK")
        return [
            Resource(id: "root00", path: "/"),
            Resource(
                id: "ord000", parentId: "root00", pathPart: "orders", path: "/orders",
                resourceMethods: ["GET": list, "POST": create]),
            Resource(
                id: "ordid0", parentId: "ord000", pathPart: "{id}", path: "/orders/{id}", resourceMethods: ["GET": one]),
            Resource(
                id: "health", parentId: "root00", pathPart: "health", path: "/health", resourceMethods: ["GET": health]),
            Resource(
                id: "proxy0", parentId: "root00", pathPart: "{proxy+}", path: "/{proxy+}", resourceMethods: ["ANY": any]
            ),
        ]
    }()

    private static func integration(_ type: String, _ uri: String, _ verb: String = "GET") -> Integration {
        var integration = Integration(type: type)
        integration.httpMethod = verb
        integration.uri = uri
        integration.timeoutInMillis = 29_000
        integration.passthroughBehavior = "WHEN_NO_MATCH"
        return integration
    }

    // MARK: Traffic

    /// Five minutes: 180 requests a second to the base, 20 to the canary, whose latency and errors rise at the end.
    static let samples: [MetricsSample] = (0..<300).flatMap { age -> [MetricsSample] in
        let time = now - 299 + age
        let base = sample(time, petstore, "prod", canary: false, count: 180, errors: 0, p50: 12, p99: 48)
        let bad = age > 150
        let canary = sample(
            time, petstore, "prod", canary: true, count: 20, errors: bad ? 1 : 0, p50: 14, p99: bad ? 131 : 50)
        let live = sample(time, orders, "live", canary: false, count: 6, errors: 0, p50: 4, p99: 9)
        return [base, canary, live]
    }

    static func sample(
        _ time: Int, _ api: String, _ stage: String, canary: Bool, count: Int, errors: Int, p50: Double, p99: Double
    ) -> MetricsSample {
        var sample = MetricsSample(
            time: time, apiId: api, stageName: stage, canary: canary, count: count,
            clientErrors: time % (canary ? 30 : 4) == 0 ? 1 : 0,
            serverErrors: errors, cacheHits: count / 2, cacheMisses: count / 4)
        for index in 0..<count {
            let slow = index % 40 == 0
            sample.latency.record(microseconds: UInt64((slow ? p99 : p50) * 1000))
            sample.integrationLatency.record(microseconds: UInt64(max(0, (slow ? p99 : p50) - 2) * 1000))
        }
        return sample
    }

    static let records: [AccessLogRecord] = (0..<60).map { index in
        let canary = index % 10 == 7
        let fails = index % 20 == 7
        return AccessLogRecord(
            requestTimeEpoch: (now - 60 + index) * 1000 + 114,
            requestId: "a91c0000-0000-4000-8000-0000000000" + two(index),
            apiId: petstore, stage: "prod", isCanaryRequest: canary, httpMethod: index % 3 == 0 ? "POST" : "GET",
            path: index % 3 == 0 ? "/prod/orders" : "/prod/orders/\(index)",
            resourcePath: index % 3 == 0 ? "/orders" : "/orders/{id}",
            status: fails ? 502 : index % 15 == 4 ? 404 : 200,
            responseLatency: canary ? 31.25 : 12.5, integrationLatency: canary ? 29 : 10.4, responseLength: 512 + index,
            sourceIp: "127.0.0.1",
            errorMessage: fails ? "Execution failed due to configuration error: the backend reset the connection" : nil)
    }

    /// Requests before ``records``.
    static let older: [AccessLogRecord] = records.map { record in
        var record = record
        record.requestId += "-older"
        record.requestTimeEpoch -= 60_000
        return record
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    /// An engine that is none of ours.
    static let noDifference = ControlError.refused(
        status: 404, code: "UnknownOperationException", message: "Unknown operation", requestId: nil)

    static let differences: [ApiDifference.Item] = [
        ApiDifference.Item(
            kind: .changed, what: "api setting", path: "", member: "name", before: "pets", after: "petstore"),
        ApiDifference.Item(kind: .added, what: "resource", path: "/quotes"),
        ApiDifference.Item(kind: .added, what: "method", path: "POST /quotes", after: ["httpMethod": "POST"]),
        ApiDifference.Item(
            kind: .changed, what: "integration", path: "GET /pets", member: "uri", before: "http://10.0.3.7/pets",
            after: "http://10.0.3.9/pets"),
        ApiDifference.Item(
            kind: .changed, what: "integration", path: "GET /pets", member: #"requestTemplates["application/json"]"#,
            before: "{\n  \"a\": 1\n}", after: "{\n  \"a\": 2\n}"),
        ApiDifference.Item(kind: .removed, what: "integration response", path: "GET /pets 404", before: [:]),
        ApiDifference.Item(kind: .removed, what: "model", path: "Pet", before: ["name": "Pet"]),
        ApiDifference.Item(kind: .removed, what: "gateway response", path: "THROTTLED", before: [:]),
    ]

    static let undo = UndoOutcome(
        undone: [journal[0]], entries: [], dryRun: true,
        changes: [
            ApiDifference.Item(
                kind: .changed, what: "stage", path: "prod", member: "canarySettings.percentTraffic", before: 10,
                after: 5)
        ], more: 0)

    static let journal: [JournalEntry] = [
        JournalEntry(
            sequence: 41, time: Timestamp(seconds: now - 600), actor: "unix:uid=1000", operation: "UpdateStage",
            resource: "/restapis/\(petstore)/stages/prod",
            before: ["stageName": "prod", "canarySettings": ["percentTraffic": 5]],
            after: ["stageName": "prod", "canarySettings": ["percentTraffic": 10]]),
        JournalEntry(
            sequence: 40, time: Timestamp(seconds: now - 3600), actor: "AKIDEXAMPLE", operation: "CreateDeployment",
            resource: "/restapis/\(petstore)/deployments/e81a22", before: nil, after: ["id": "e81a22"]),
    ]
}
