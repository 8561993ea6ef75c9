import JSON

/// Keys that clients send in `x-api-key`.
extension ControlClient {
    /// - Parameter includeValues: whether the keys' values come along; they are secrets.
    public func apiKeys(includeValues: Bool = false) async throws -> [ApiKey] {
        try await all(["apikeys"], query: includeValues ? [("includeValues", "true")] : [])
    }

    /// Makes a key. The answer carries its value, which the engine chooses.
    public func createApiKey(
        name: String, description: String? = nil, enabled: Bool = true
    ) async throws -> ApiKey {
        var body = JSONObject()
        body["name"] = .string(name)
        if let description { body["description"] = .string(description) }
        body["enabled"] = .bool(enabled)
        return try await call(ControlRequest(.post, ["apikeys"], body: .object(body)))
    }

    public func updateApiKey(keyId: String, patchOperations: [PatchOperation]) async throws -> ApiKey {
        try await call(try .patch(["apikeys", keyId], patchOperations))
    }

    public func setApiKey(keyId: String, enabled: Bool) async throws -> ApiKey {
        try await updateApiKey(keyId: keyId, patchOperations: [.replace("/enabled", enabled ? "true" : "false")])
    }

    public func deleteApiKey(keyId: String) async throws {
        try await send(ControlRequest(.delete, ["apikeys", keyId]))
    }
}
