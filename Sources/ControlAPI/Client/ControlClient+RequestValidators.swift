extension ControlClient {
    public func requestValidators(apiId: String) async throws -> [RequestValidator] {
        try await all(["restapis", apiId, "requestvalidators"])
    }
}
