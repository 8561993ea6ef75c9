import ControlAPI

/// `/sluice/logs/execution`: the execution log of one request, or of the newest.
enum ExecutionLogEndpoint {
    static let largestLimit = 1000

    static func get(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        if let id = EngineEndpoints.given(input, "requestId") {
            guard let record = await plane.reports.executionLog(requestId: id) else {
                throw ApiError.notFound(
                    "No execution log of request \(id) is held. Set /*/*/logging/loglevel of its stage to INFO, and "
                        + "/*/*/logging/dataTrace to true for headers and bodies, and send the request again")
            }
            return try OperationOutput(200, encoding: record)
        }
        let stage = EngineEndpoints.given(input, "stageName") ?? EngineEndpoints.given(input, "stage")
        let limit = try EngineEndpoints.number(input, "limit", in: 1...largestLimit) ?? 20
        let records = await plane.reports.executionLogs(
            apiId: EngineEndpoints.given(input, "apiId"), stageName: stage, limit: limit)
        return try OperationOutput(200, encoding: Page(items: records))
    }
}
