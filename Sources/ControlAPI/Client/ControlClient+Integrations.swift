/// Changing what stands behind a method.
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
}
