import JSON

extension ControlClient {
    /// Follows `position` until a list is complete.
    func all<Item: Codable & Sendable>(
        _ segments: [String], query: [(name: String, value: String)] = []
    ) async throws -> [Item] {
        var items: [Item] = []
        var position: String?
        repeat {
            var query = query
            query.append(("limit", "500"))
            if let position { query.append(("position", position)) }
            let page: Page<Item> = try await call(ControlRequest(.get, segments, query: query))
            items += page.items
            position = page.position
        } while position != nil
        return items
    }

    public func restApis() async throws -> [RestApi] {
        try await all(["restapis"])
    }

    public func restApi(apiId: String) async throws -> RestApi {
        try await call(ControlRequest(.get, ["restapis", apiId]))
    }

    public func createRestApi(
        name: String, description: String? = nil, endpointType: String = "REGIONAL"
    ) async throws -> RestApi {
        var body: JSON = [
            "name": .string(name), "endpointConfiguration": ["types": [.string(endpointType)]],
        ]
        if let description, case .object(var object) = body {
            object["description"] = .string(description)
            body = .object(object)
        }
        return try await call(ControlRequest(.post, ["restapis"], body: body))
    }

    public func deleteRestApi(apiId: String) async throws {
        try await send(ControlRequest(.delete, ["restapis", apiId]))
    }

    /// Every resource with its methods, integrations and responses.
    public func resources(apiId: String) async throws -> [Resource] {
        try await all(["restapis", apiId, "resources"], query: [("embed", "methods")])
    }

    public func createResource(apiId: String, parentId: String, pathPart: String) async throws -> Resource {
        try await call(
            ControlRequest(
                .post, ["restapis", apiId, "resources", parentId], body: ["pathPart": .string(pathPart)]))
    }

    public func putMethod(apiId: String, resourceId: String, _ method: Method) async throws -> Method {
        let path = ["restapis", apiId, "resources", resourceId, "methods", method.httpMethod ?? "ANY"]
        return try await call(ControlRequest(.put, path, body: try JSON(encoding: method)))
    }

    public func putMethodResponse(
        apiId: String, resourceId: String, httpMethod: String, _ response: MethodResponse
    ) async throws -> MethodResponse {
        try await call(
            ControlRequest(
                .put,
                [
                    "restapis", apiId, "resources", resourceId, "methods", httpMethod, "responses",
                    response.statusCode,
                ], body: try JSON(encoding: response)))
    }

    public func putIntegration(
        apiId: String, resourceId: String, httpMethod: String, _ integration: Integration
    ) async throws -> Integration {
        try await call(
            ControlRequest(
                .put, ["restapis", apiId, "resources", resourceId, "methods", httpMethod, "integration"],
                body: try JSON(encoding: integration)))
    }

    public func putIntegrationResponse(
        apiId: String, resourceId: String, httpMethod: String, _ response: IntegrationResponse
    ) async throws -> IntegrationResponse {
        try await call(
            ControlRequest(
                .put,
                [
                    "restapis", apiId, "resources", resourceId, "methods", httpMethod, "integration", "responses",
                    response.statusCode,
                ], body: try JSON(encoding: response)))
    }
}

extension ControlClient {
    public func deployments(apiId: String) async throws -> [Deployment] {
        try await all(["restapis", apiId, "deployments"])
    }

    /// Snapshots the API. With `stageName` the stage is created or moved; on a stage that has a canary, or with
    /// `canarySettings`, the deployment goes to the canary.
    public func createDeployment(
        apiId: String, stageName: String? = nil, description: String? = nil, variables: [String: String]? = nil,
        canarySettings: CanarySettings? = nil
    ) async throws -> Deployment {
        var body = JSONObject()
        if let stageName { body["stageName"] = .string(stageName) }
        if let description { body["description"] = .string(description) }
        if let variables { body["variables"] = try JSON(encoding: variables) }
        if let canarySettings {
            var settings: JSON = ["percentTraffic": try JSON(encoding: canarySettings.percentTraffic)]
            if case .object(var object) = settings {
                if let overrides = canarySettings.stageVariableOverrides {
                    object["stageVariableOverrides"] = try JSON(encoding: overrides)
                }
                if let useStageCache = canarySettings.useStageCache { object["useStageCache"] = .bool(useStageCache) }
                settings = .object(object)
            }
            body["canarySettings"] = settings
        }
        return try await call(ControlRequest(.post, ["restapis", apiId, "deployments"], body: .object(body)))
    }

    public func stages(apiId: String) async throws -> [Stage] {
        // GetStages knows no paging.
        let page: Page<Stage> = try await call(ControlRequest(.get, ["restapis", apiId, "stages"]))
        return page.items
    }

    public func stage(apiId: String, stageName: String) async throws -> Stage {
        try await call(ControlRequest(.get, ["restapis", apiId, "stages", stageName]))
    }

    public func updateStage(
        apiId: String, stageName: String, patchOperations: [PatchOperation]
    ) async throws -> Stage {
        try await call(try .patch(["restapis", apiId, "stages", stageName], patchOperations))
    }
}
