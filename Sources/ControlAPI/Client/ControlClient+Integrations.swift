import JSON

/// What stands behind a method.
extension ControlClient {
    public func updateIntegration(
        apiId: String, resourceId: String, httpMethod: String, patchOperations: [PatchOperation]
    ) async throws -> Integration {
        let path = ["restapis", apiId, "resources", resourceId, "methods", httpMethod, "integration"]
        return try await call(try .patch(path, patchOperations))
    }

    public func updateIntegrationResponse(
        apiId: String, resourceId: String, httpMethod: String, statusCode: String, patchOperations: [PatchOperation]
    ) async throws -> IntegrationResponse {
        let path = [
            "restapis", apiId, "resources", resourceId, "methods", httpMethod, "integration", "responses", statusCode,
        ]
        return try await call(try .patch(path, patchOperations))
    }

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
