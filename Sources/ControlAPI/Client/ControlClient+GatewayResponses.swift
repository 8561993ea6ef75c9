import JSON

/// The answers that the gateway gives itself.
extension ControlClient {
    /// One of every type; those that nobody customised say `defaultResponse`.
    public func gatewayResponses(apiId: String) async throws -> [GatewayResponse] {
        try await all(["restapis", apiId, "gatewayresponses"])
    }

    /// Customises a type. What `response` leaves out goes back to the type's own.
    public func putGatewayResponse(
        apiId: String, responseType: String, _ response: GatewayResponse
    ) async throws -> GatewayResponse {
        var body = JSONObject()
        if let statusCode = response.statusCode { body["statusCode"] = .string(statusCode) }
        if let parameters = response.responseParameters { body["responseParameters"] = try JSON(encoding: parameters) }
        if let templates = response.responseTemplates { body["responseTemplates"] = try JSON(encoding: templates) }
        return try await call(
            ControlRequest(.put, ["restapis", apiId, "gatewayresponses", responseType], body: .object(body)))
    }

    public func updateGatewayResponse(
        apiId: String, responseType: String, patchOperations: [PatchOperation]
    ) async throws -> GatewayResponse {
        try await call(try .patch(["restapis", apiId, "gatewayresponses", responseType], patchOperations))
    }

    /// Goes back to the type's own answer. A type that was not customised is refused with 404.
    public func deleteGatewayResponse(apiId: String, responseType: String) async throws {
        try await send(ControlRequest(.delete, ["restapis", apiId, "gatewayresponses", responseType]))
    }
}
