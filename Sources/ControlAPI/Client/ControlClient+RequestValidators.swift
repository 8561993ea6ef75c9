import JSON

extension ControlClient {
    public func requestValidators(apiId: String) async throws -> [RequestValidator] {
        try await all(["restapis", apiId, "requestvalidators"])
    }

    public func createRequestValidator(
        apiId: String, name: String, validateRequestBody: Bool, validateRequestParameters: Bool
    ) async throws -> RequestValidator {
        try await call(
            ControlRequest(
                .post, ["restapis", apiId, "requestvalidators"],
                body: [
                    "name": .string(name), "validateRequestBody": .bool(validateRequestBody),
                    "validateRequestParameters": .bool(validateRequestParameters),
                ]))
    }
}
