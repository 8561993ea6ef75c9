import ControlAPI
import GRDB

/// An API at one moment.
enum Snapshots {
    /// Throws where AWS does: an API without methods, a method without an integration.
    static func take(of api: RestApi, deploymentId: String, _ transaction: Transaction) throws -> DeploymentSnapshot {
        let methods = try ResourceTable.methods(transaction.db, api: api.id)
        guard !methods.isEmpty else { throw ApiError.badRequest("The REST API doesn't contain any methods") }
        guard methods.values.allSatisfy({ $0.values.allSatisfy { $0.methodIntegration != nil } }) else {
            throw ApiError.badRequest("No integration defined for method")
        }
        var resources = try ResourceTable.list(transaction.db, api: api.id)
        for place in resources.indices { resources[place].resourceMethods = methods[resources[place].id] }
        return try current(of: api, deploymentId: deploymentId, resources: resources, transaction)
    }

    /// These resources with all else of the API that methods refer to.
    static func current(
        of api: RestApi, deploymentId: String, resources: [Resource], _ transaction: Transaction
    ) throws -> DeploymentSnapshot {
        DeploymentSnapshot(
            deploymentId: deploymentId, restApi: api, resources: resources,
            models: try ModelTable.list(transaction.db, api: api.id),
            requestValidators: try RequestValidatorTable.list(transaction.db, api: api.id),
            gatewayResponses: try GatewayResponseTable.all(transaction.db, api: api.id),
            authorizers: try AuthorizerTable.list(transaction.db, api: api.id))
    }

    /// Path → verb → what `embed=apisummary` shows.
    static func summary(_ snapshot: DeploymentSnapshot) -> [String: [String: MethodSnapshot]] {
        var summary: [String: [String: MethodSnapshot]] = [:]
        for resource in snapshot.resources {
            guard let methods = resource.resourceMethods, !methods.isEmpty else { continue }
            summary[resource.path] = methods.mapValues {
                MethodSnapshot(authorizationType: $0.authorizationType, apiKeyRequired: $0.apiKeyRequired)
            }
        }
        return summary
    }

    /// All that the data plane needs of a stage; `nil` if there is none.
    static func publication(_ db: Database, api: String, stage name: String) throws -> StagePublication? {
        guard let stage = try StageTable.find(db, api: api, name) else { return nil }
        let baseId = stage.deploymentId ?? ""
        guard let base = try DeploymentTable.snapshot(db, api: api, baseId) else {
            throw StoreError.unreadable(what: "stage \(name) of API \(api)", reason: "deployment \(baseId) is missing")
        }
        let canary = try stage.canarySettings?.deploymentId.flatMap { id in
            id == baseId ? base : try DeploymentTable.snapshot(db, api: api, id)
        }
        let certificate = try stage.clientCertificateId.flatMap { try ClientCertificateTable.published(db, $0) }
        return StagePublication(apiId: api, stage: stage, base: base, canary: canary, clientCertificate: certificate)
    }
}
