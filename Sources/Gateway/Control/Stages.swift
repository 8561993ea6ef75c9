import ControlAPI
import JSON

/// `/restapis/{restapi_id}/stages`.
enum Stages {
    static let operations: [Operation] = [
        .change("CreateStage", "POST", "/restapis/{restapi_id}/stages", create),
        .read("GetStages", "GET", "/restapis/{restapi_id}/stages", list),
        .read("GetStage", "GET", "/restapis/{restapi_id}/stages/{stage_name}", get),
        .change("UpdateStage", "PATCH", "/restapis/{restapi_id}/stages/{stage_name}", update),
        .change("DeleteStage", "DELETE", "/restapis/{restapi_id}/stages/{stage_name}", delete),
        .read(
            "FlushStageAuthorizersCache", "DELETE", "/restapis/{restapi_id}/stages/{stage_name}/cache/authorizers",
            flushAuthorizers),
    ]

    /// AWS's quota.
    static let largestCount = 10

    static func path(api: String, _ name: String) -> String { "/restapis/\(api)/stages/\(name)" }

    static func new(named name: String, deployment: String, _ transaction: Transaction) -> Stage {
        var stage = Stage(stageName: name, deploymentId: deployment)
        stage.cacheClusterEnabled = false
        stage.cacheClusterStatus = "NOT_AVAILABLE"
        stage.methodSettings = [:]
        stage.tracingEnabled = false
        stage.createdDate = transaction.now
        stage.lastUpdatedDate = transaction.now
        return stage
    }

    /// Writes the stage with its journal entry, and has it published.
    static func store(_ stage: Stage, before: Stage?, api: String, _ transaction: Transaction) throws {
        if before == nil, try StageTable.count(transaction.db, api: api) >= largestCount {
            throw ApiError.limitExceeded("Too many stages: an API can have at most \(largestCount)")
        }
        try StageTable.put(transaction.db, api: api, stage)
        try transaction.record(path(api: api, stage.stageName), api: api, before: before, after: stage)
        transaction.publish(api: api, stage: stage.stageName)
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        let name = try body.string("stageName")
        let deploymentId = try body.string("deploymentId")
        var settings = StageSettings()
        settings.description = try body.string("description")
        settings.cacheClusterEnabled = try body.bool("cacheClusterEnabled")
        settings.cacheClusterSize = try body.string("cacheClusterSize")
        settings.variables = try body.stringMap("variables")
        settings.tracingEnabled = try body.bool("tracingEnabled")
        let documentationVersion = try body.string("documentationVersion")
        let tags = try body.stringMap("tags")
        let canary = try body.structure("canarySettings").map { canary in
            CanarySettings(
                percentTraffic: try canary.double("percentTraffic") ?? 0,
                deploymentId: try canary.string("deploymentId"),
                stageVariableOverrides: try canary.stringMap("stageVariableOverrides"),
                useStageCache: try canary.bool("useStageCache") ?? false)
        }
        var violations = Violations()
        if name == nil { violations.addNull(at: "createStageInput.stageName") }
        if deploymentId == nil { violations.addNull(at: "createStageInput.deploymentId") }
        violations.check(
            settings.cacheClusterSize, at: "createStageInput.cacheClusterSize", oneOf: StageSettings.cacheSizes)
        try violations.throwIfAny()

        let db = transaction.db
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let stageName = name ?? ""
        try StageSettings.checkName(stageName)
        guard try StageTable.find(db, api: api, stageName) == nil else {
            throw ApiError.conflict("Stage already exists")
        }
        guard try DeploymentTable.exists(db, api: api, deploymentId ?? "") else { throw CanaryRules.unknownDeployment }
        try settings.check()
        if let documentationVersion, !documentationVersion.isEmpty {
            try DocumentationVersions.check(documentationVersion, api: api, transaction)
        }
        try Tags.check(tags)
        var stage = new(named: stageName, deployment: deploymentId ?? "", transaction)
        settings.apply(to: &stage)
        stage.documentationVersion = documentationVersion.flatMap { $0.isEmpty ? nil : $0 }
        stage.tags = tags?.isEmpty == false ? tags : nil
        if var canary {
            try CanaryRules.check(canary)
            canary.deploymentId = canary.deploymentId ?? deploymentId
            guard try DeploymentTable.exists(db, api: api, canary.deploymentId ?? "") else {
                throw CanaryRules.unknownDeployment
            }
            stage.canarySettings = canary
        }
        try store(stage, before: nil, api: api, transaction)
        return try OperationOutput(201, encoding: stage)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        var stages = try StageTable.list(transaction.db, api: api)
        if let deployment = input.query("deploymentId"), !deployment.isEmpty {
            stages.removeAll { $0.deploymentId != deployment && $0.canarySettings?.deploymentId != deployment }
        }
        return try OperationOutput(200, encoding: Page(items: stages))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let stage = try transaction.stage(api: input.parameter("restapi_id"), input.parameter("stage_name"))
        return try OperationOutput(200, encoding: stage)
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateStageInput")
        let api = input.parameter("restapi_id")
        let before = try transaction.stage(api: api, input.parameter("stage_name"))
        var patcher = StagePatch(stage: before) { try DeploymentTable.exists(transaction.db, api: api, $0) }
        for step in patch.steps { try patcher.apply(step) }
        var stage = patcher.stage
        if let version = stage.documentationVersion, version != before.documentationVersion {
            try DocumentationVersions.check(version, api: api, transaction)
        }
        if let certificate = stage.clientCertificateId, certificate != before.clientCertificateId {
            _ = try ClientCertificates.find(certificate, transaction)
        }
        try StageSettings.checkVariables(stage.variables)
        try CanaryRules.check(stage.canarySettings)
        stage.lastUpdatedDate = transaction.now
        try store(stage, before: before, api: api, transaction)
        return try OperationOutput(200, encoding: stage)
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let stage = try transaction.stage(api: api, input.parameter("stage_name"))
        try BasePathMappings.checkUnused(api: api, stage: stage.stageName, transaction)
        try StageTable.delete(transaction.db, api: api, stage.stageName)
        try UsagePlans.forget(api: api, stage: stage.stageName, transaction)
        try transaction.record(path(api: api, stage.stageName), api: api, before: stage)
        transaction.withdraw(api: api, stage: stage.stageName)
        return .accepted
    }

    /// A stage without authorizers has nothing that could be dropped: that is no error.
    static func flushAuthorizers(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        _ = try transaction.stage(api: input.parameter("restapi_id"), input.parameter("stage_name"))
        return .accepted
    }
}
