package import JSON

/// Functions of the engine's machine.
extension ControlClient {
    public func functions() async throws -> [FunctionState] {
        try await all(["sluice", "functions"])
    }

    /// The newest lines that a function wrote, oldest first.
    public func functionLogs(name: String, limit: Int = 1000) async throws -> [FunctionLogRecord] {
        let page: Page<FunctionLogRecord> = try await call(
            ControlRequest(.get, ["sluice", "functions", name, "logs"], query: [("limit", "\(limit)")]))
        return page.items
    }

    /// Lets a service invoke a function, from anywhere.
    public func addPermission(function name: String, statementId: String, principal: String) async throws {
        try await send(
            ControlRequest(
                .post, ["2015-03-31", "functions", name, "policy"],
                body: [
                    "StatementId": .string(statementId), "Action": "lambda:InvokeFunction",
                    "Principal": .string(principal),
                ]))
    }

    /// Waits for the function's answer, 15 minutes at most.
    package func invokeFunction(name: String, payload: String) async throws -> JSON {
        let patient = ControlClient(endpoint: endpoint, deadline: max(deadline, 910), retry: retry)
        var request = ControlRequest(.post, ["2015-03-31", "functions", name, "invocations"])
        request.document = Array(payload.utf8)
        return try await patient.send(request)
    }

    public func deleteFunction(name: String) async throws {
        try await send(ControlRequest(.delete, ["2015-03-31", "functions", name]))
    }
}

/// VPC links and the backends behind them.
extension ControlClient {
    public func vpcLinks() async throws -> [VpcLink] {
        try await all(["vpclinks"])
    }

    public func targetPools() async throws -> [TargetPool] {
        try await all(["sluice", "targetpools"])
    }

    public func targetPool(vpcLinkId: String) async throws -> TargetPool {
        try await call(ControlRequest(.get, Self.pool(vpcLinkId)))
    }

    /// Sets a pool's settings; its targets stay.
    public func putTargetPoolSettings(vpcLinkId: String, _ pool: TargetPool) async throws {
        var body = try JSON(encoding: pool).object ?? JSONObject()
        body["targets"] = nil
        body["vpcLinkId"] = nil
        try await send(ControlRequest(.put, Self.pool(vpcLinkId), body: .object(body)))
    }

    /// Makes the pool where there is none.
    public func registerTargets(vpcLinkId: String, _ targets: [TargetPool.Target]) async throws {
        let given = try targets.map { ["host": .string($0.host), "port": try JSON(encoding: $0.port)] as JSON }
        try await send(ControlRequest(.post, Self.pool(vpcLinkId) + ["targets"], body: ["targets": .array(given)]))
    }

    /// - Parameter target: `host:port`
    public func deregisterTarget(vpcLinkId: String, target: String) async throws {
        try await send(ControlRequest(.delete, Self.pool(vpcLinkId) + ["targets", target]))
    }

    private static func pool(_ vpcLinkId: String) -> [String] { ["sluice", "vpclinks", vpcLinkId, "targetpool"] }
}

extension ControlClient {
    /// What a method's backend would get for a request. `httpMethod` is a verb, never `ANY`.
    public func previewIntegration(
        apiId: String, resourceId: String, httpMethod: String, _ request: TestInvokeMethodRequest
    ) async throws -> IntegrationPreview {
        try await call(
            ControlRequest(
                .post, ["sluice", "restapis", apiId, "resources", resourceId, "methods", httpMethod, "preview"],
                body: try JSON(encoding: request)))
    }
}
