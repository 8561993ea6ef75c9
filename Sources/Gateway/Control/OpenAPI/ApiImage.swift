import ControlAPI
import JSON

/// All of an API that an import may change, as the journal keeps it before and after: enough to put it back.
struct ApiImage: Codable {
    var restApi: RestApi
    /// With their methods.
    var resources: [Resource]
    var models: [Model]
    var requestValidators: [RequestValidator]
    /// The customised ones by type.
    var gatewayResponses: [String: GatewayResponse]
    var authorizers: [Authorizer]
    var documentationParts: [DocumentationPart]

    static func json(of api: RestApi, _ transaction: Transaction) throws -> JSON {
        let methods = try ResourceTable.methods(transaction.db, api: api.id)
        var resources = try ResourceTable.list(transaction.db, api: api.id)
        for place in resources.indices { resources[place].resourceMethods = methods[resources[place].id] }
        return try JSON(
            encoding: ApiImage(
                restApi: api, resources: resources, models: ModelTable.list(transaction.db, api: api.id),
                requestValidators: RequestValidatorTable.list(transaction.db, api: api.id),
                gatewayResponses: GatewayResponseTable.all(transaction.db, api: api.id),
                authorizers: AuthorizerTable.list(transaction.db, api: api.id),
                documentationParts: DocumentationPartTable.list(transaction.db, api: api.id)))
    }
}
