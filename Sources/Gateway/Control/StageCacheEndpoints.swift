import ControlAPI
import JSON

/// `/restapis/{restapi_id}/stages/{stage_name}/cache/data`, and what AWS has no call for: how full the caches are.
enum StageCacheEndpoints {
    static let operations: [Operation] = [
        .change("FlushStageCache", "DELETE", "/restapis/{restapi_id}/stages/{stage_name}/cache/data", flush),
        .engine("GetCaches", "GET", "/sluice/cache", states),
    ]

    /// Drops the entries of the stage's cache and of its canary's. A stage whose cache is off has none: that is no error.
    static func flush(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let stage = try transaction.stage(api: api, input.parameter("stage_name"))
        try transaction.record(
            Stages.path(api: api, stage.stageName) + "/cache/data", api: api, before: JSON?.none, after: JSON?.none)
        transaction.flush(api: api, stage: stage.stageName)
        return .accepted
    }

    static func states(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        func given(_ name: String) -> String? { input.query(name).flatMap { $0.isEmpty ? nil : $0 } }
        let states = plane.caches.cacheStates(apiId: given("apiId"), stageName: given("stageName"))
        return try OperationOutput(200, encoding: Page(items: states))
    }
}
