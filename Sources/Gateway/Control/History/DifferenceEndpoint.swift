import ControlAPI

/// `GET /sluice/restapis/{restapi_id}/difference?from=&to=`: what differs between two deployments, or between one and
/// the API as it is now (`current`, which is what `to` is by itself).
enum DifferenceEndpoint {
    static let operations: [Operation] = [
        .read("GetDifference", "GET", "/sluice/restapis/{restapi_id}/difference", get)
    ]

    static let current = "current"

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = try transaction.restApi(input.parameter("restapi_id"))
        guard let from = EngineEndpoints.given(input, "from") else {
            throw ApiError.badRequest("Invalid from specified: it must be a deployment's id or current")
        }
        let to = EngineEndpoints.given(input, "to") ?? current
        let difference = ApiDifference(
            apiId: api.id, from: from, to: to,
            items: from == to
                ? try same(api, from, transaction)
                : try SnapshotDifference.items(
                    from: snapshot(of: api, from, transaction), to: snapshot(of: api, to, transaction)))
        return try OperationOutput(200, encoding: difference)
    }

    private static func same(_ api: RestApi, _ id: String, _ transaction: Transaction) throws -> [ApiDifference.Item] {
        if id != current { _ = try transaction.deployment(api: api.id, id) }
        return []
    }

    private static func snapshot(
        of api: RestApi, _ id: String, _ transaction: Transaction
    ) throws -> DeploymentSnapshot {
        if id == current { return try Snapshots.current(of: api, transaction) }
        guard let snapshot = try DeploymentTable.snapshot(transaction.db, api: api.id, id) else {
            throw ApiError.notFound("Invalid Deployment identifier specified")
        }
        return snapshot
    }
}
