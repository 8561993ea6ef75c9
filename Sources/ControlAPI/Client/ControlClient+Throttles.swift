extension ControlClient {
    /// The token buckets that requests draw from, as they are now. The account's is always there; buckets of plans
    /// exist once one of their keys was used.
    public func throttles(apiId: String? = nil, stageName: String? = nil) async throws -> [ThrottleState] {
        let page: Page<ThrottleState> = try await call(
            ControlRequest(.get, ["sluice", "throttles"], query: .stage(apiId, stageName)))
        return page.items
    }
}
