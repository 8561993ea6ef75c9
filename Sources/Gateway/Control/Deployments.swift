import ControlAPI
import JSON

/// `/restapis/{restapi_id}/deployments`.
enum Deployments {
    static let operations: [Operation] = [
        .change("CreateDeployment", "POST", "/restapis/{restapi_id}/deployments", create),
        .read("GetDeployments", "GET", "/restapis/{restapi_id}/deployments", list),
        .read("GetDeployment", "GET", "/restapis/{restapi_id}/deployments/{deployment_id}", get),
        .change("UpdateDeployment", "PATCH", "/restapis/{restapi_id}/deployments/{deployment_id}", update),
        .change("DeleteDeployment", "DELETE", "/restapis/{restapi_id}/deployments/{deployment_id}", delete),
    ]

    static func path(api: String, _ id: String) -> String { "/restapis/\(api)/deployments/\(id)" }

    /// An empty `stageName` is none, as in AWS's own tools.
    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        let stageName = try body.string("stageName")
        let description = try body.string("description")
        var settings = StageSettings()
        settings.description = try body.string("stageDescription")
        settings.cacheClusterEnabled = try body.bool("cacheClusterEnabled")
        settings.cacheClusterSize = try body.string("cacheClusterSize")
        settings.variables = try body.stringMap("variables")
        settings.tracingEnabled = try body.bool("tracingEnabled")
        let canary = try body.structure("canarySettings").map { canary in
            CanarySettings(
                percentTraffic: try canary.double("percentTraffic") ?? 0,
                stageVariableOverrides: try canary.stringMap("stageVariableOverrides"),
                useStageCache: try canary.bool("useStageCache") ?? false)
        }
        var violations = Violations()
        violations.check(
            settings.cacheClusterSize, at: "createDeploymentInput.cacheClusterSize", oneOf: StageSettings.cacheSizes)
        try violations.throwIfAny()

        let db = transaction.db
        let api = try transaction.restApi(input.parameter("restapi_id"))
        let newStage = stageName.flatMap { $0.isEmpty ? nil : $0 }
        let stage = try newStage.flatMap { try StageTable.find(db, api: api.id, $0) }
        if canary != nil {
            guard let stageName, !stageName.isEmpty else {
                throw ApiError.badRequest(
                    "Invalid deployment content specified.Non null and non empty stageName must be provided for canary "
                        + "deployment. Provided value is \(stageName ?? "null")")
            }
            guard stage != nil else {
                throw ApiError.badRequest(
                    "Invalid deployment content specified.Stage \(stageName) must already be created before making a "
                        + "canary release deployment")
            }
        }
        if let newStage, stage == nil { try StageSettings.checkName(newStage) }
        try settings.check()
        try CanaryRules.check(canary)

        let deployment = Deployment(
            id: try transaction.newId(length: 6) { try DeploymentTable.exists(db, api: api.id, $0) },
            description: description.flatMap { $0.isEmpty ? nil : $0 }, createdDate: transaction.now)
        let snapshot = try Snapshots.take(of: api, deploymentId: deployment.id, transaction)
        try DeploymentTable.insert(db, api: api.id, deployment, snapshot)
        try transaction.record(path(api: api.id, deployment.id), api: api.id, after: deployment)
        if let newStage {
            try put(
                deployment, on: stage, named: newStage, settings: settings, canary: canary, api: api.id, transaction)
        }
        return try OperationOutput(201, encoding: deployment)
    }

    /// Moves the stage to a new deployment, or makes it. A stage that has a canary gets it there.
    private static func put(
        _ deployment: Deployment, on before: Stage?, named name: String, settings: StageSettings,
        canary: CanarySettings?, api: String, _ transaction: Transaction
    ) throws {
        var stage = before ?? Stages.new(named: name, deployment: deployment.id, transaction)
        settings.apply(to: &stage)
        if var canary {
            canary.deploymentId = deployment.id
            stage.canarySettings = canary
        } else if stage.canarySettings != nil {
            stage.canarySettings?.deploymentId = deployment.id
        } else {
            stage.deploymentId = deployment.id
        }
        try StageSettings.checkVariables(stage.variables)
        stage.lastUpdatedDate = transaction.now
        try Stages.store(stage, before: before, api: api, transaction)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let found = try DeploymentTable.list(
            transaction.db, api: api, before: try paging.number(default: .max), limit: paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(found.map { (String($0.position), $0.deployment) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        var deployment = try transaction.deployment(api: api, input.parameter("deployment_id"))
        if input.queryList("embed").contains("apisummary") {
            let snapshot = try DeploymentTable.snapshot(transaction.db, api: api, deployment.id)
            deployment.apiSummary = snapshot.map(Snapshots.summary)
        }
        return try OperationOutput(200, encoding: deployment)
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateDeploymentInput")
        let api = input.parameter("restapi_id")
        let before = try transaction.deployment(api: api, input.parameter("deployment_id"))
        var deployment = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/description"])
            deployment.description = step.nonEmptyValue
        }
        try DeploymentTable.update(transaction.db, api: api, deployment)
        try transaction.record(path(api: api, deployment.id), api: api, before: before, after: deployment)
        return try OperationOutput(200, encoding: deployment)
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let deployment = try transaction.deployment(api: api, input.parameter("deployment_id"))
        guard try !StageTable.uses(transaction.db, api: api, deployment: deployment.id) else {
            throw ApiError.badRequest("Active stages pointing to this deployment must be moved or deleted")
        }
        try DeploymentTable.delete(transaction.db, api: api, deployment.id)
        try transaction.record(path(api: api, deployment.id), api: api, before: deployment)
        return .accepted
    }
}
