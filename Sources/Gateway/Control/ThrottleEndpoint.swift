import ControlAPI

/// `/sluice/throttles`: every token bucket as it is now.
enum ThrottleEndpoint {
    static let operations: [Operation] = [
        .engine("GetThrottles", "GET", "/sluice/throttles", list)
    ]

    /// Those of the API's stage, of the usage plans that cover it and of the account; of all without `apiId`.
    static func list(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        func given(_ name: String) -> String? { input.query(name).flatMap { $0.isEmpty ? nil : $0 } }
        let states = await plane.reports.throttles(apiId: given("apiId"), stageName: given("stageName"))
        return try OperationOutput(200, encoding: Page(items: states))
    }
}
