import JSON

/// Models: JSON schemas that methods name for their bodies.
extension ControlClient {
    public func models(apiId: String) async throws -> [Model] {
        try await all(["restapis", apiId, "models"])
    }

    public func model(apiId: String, modelName: String) async throws -> Model {
        try await call(ControlRequest(.get, ["restapis", apiId, "models", modelName]))
    }

    /// - Parameter contentType: what the model is used for; `application/json` nearly always.
    public func createModel(
        apiId: String, name: String, schema: String, contentType: String = "application/json",
        description: String? = nil
    ) async throws -> Model {
        var body = JSONObject()
        body["name"] = .string(name)
        body["schema"] = .string(schema)
        body["contentType"] = .string(contentType)
        if let description { body["description"] = .string(description) }
        return try await call(ControlRequest(.post, ["restapis", apiId, "models"], body: .object(body)))
    }

    public func updateModel(
        apiId: String, modelName: String, patchOperations: [PatchOperation]
    ) async throws -> Model {
        try await call(try .patch(["restapis", apiId, "models", modelName], patchOperations))
    }

    public func deleteModel(apiId: String, modelName: String) async throws {
        try await send(ControlRequest(.delete, ["restapis", apiId, "models", modelName]))
    }
}
