import ControlAPI
import Foundation
import JSON
import OpenAPI

/// `GET /restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}`: what a stage serves, as an OpenAPI document.
///
/// The document is that of the stage's deployment, and not of the API as it is being edited. `extensions` may name
/// several, separated by commas: `integrations`, `authorizers`, `validators`, `documentation`, or `apigateway` for all
/// of these and the settings of the API.
enum Exports {
    static let operations: [Operation] = [
        .read("GetExport", "GET", "/restapis/{restapi_id}/stages/{stage_name}/exports/{export_type}", get)
    ]

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        guard let stage = try StageTable.find(transaction.db, api: api, input.parameter("stage_name")) else {
            throw ApiError.notFound("Invalid stage identifier specified")
        }
        guard let format = ExportOptions.Format(rawValue: input.parameter("export_type")) else {
            throw ApiError.badRequest("Invalid export type specified. Valid options are oas30,swagger")
        }
        guard let snapshot = try DeploymentTable.snapshot(transaction.db, api: api, stage.deploymentId ?? "") else {
            throw ApiError.notFound("Invalid Deployment identifier specified")
        }
        var extensions: ExportOptions.Extensions = []
        for name in input.queryList("extensions") {
            guard let one = ExportOptions.Extensions(named: name) else {
                throw ApiError.badRequest(
                    "Invalid extensions specified: '\(name)'. Valid options are "
                        + "integrations,apigateway,authorizers,documentation,validators,postman")
            }
            extensions.formUnion(one)
        }
        var definition = SnapshotDefinition.definition(of: snapshot)
        if extensions.contains(.documentation), let version = stage.documentationVersion {
            definition.documentation = try SnapshotDefinition.documentation(version, api: api, transaction)
        }
        let options = ExportOptions(
            format: format, extensions: extensions,
            host: "\(api).execute-api.\(transaction.region).amazonaws.com", basePath: "/" + stage.stageName)
        let document = DefinitionWriter.document(definition, options)
        let isYAML = try wantsYAML(input.accept)
        var output = OperationOutput(200)
        output.file = OperationOutput.File(
            name: "\(format.rawValue)_\(fileName(definition.version ?? "")).\(isYAML ? "yaml" : "json")",
            contentType: "application/octet-stream",
            bytes: isYAML ? YAMLWriter.bytes(document) : document.bytes(.pretty))
        return output
    }

    private static func wantsYAML(_ accept: String?) throws -> Bool {
        let type = (accept ?? "").split(separator: ",").first?.prefix { $0 != ";" } ?? ""
        switch type.trimmingCharacters(in: .whitespaces).lowercased() {
        case "", "*/*", "application/*", "application/json", "application/octet-stream": return false
        case "application/yaml", "application/x-yaml", "text/yaml": return true
        case let other:
            throw ApiError.badRequest(
                "Invalid accept type specified: '\(other.prefix(80))'. Valid options are "
                    + "application/json,application/yaml")
        }
    }

    /// A version may hold anything; a header may not.
    private static func fileName(_ version: String) -> String {
        String(
            version.unicodeScalars.prefix(80).map { scalar -> Character in
                let allowed = scalar.isASCII && scalar.value > 0x20 && !"\"\\/\u{7F}".unicodeScalars.contains(scalar)
                return allowed ? Character(scalar) : "-"
            })
    }
}

/// What a deployment holds, as an API definition.
enum SnapshotDefinition {
    static func definition(of snapshot: DeploymentSnapshot) -> ApiDefinition {
        let api = snapshot.restApi
        var definition = ApiDefinition()
        definition.name = api.name
        definition.description = api.description
        // AWS shows the date of an API that has no version.
        definition.version = api.version ?? date(api.createdDate)
        definition.binaryMediaTypes = api.binaryMediaTypes
        definition.minimumCompressionSize = api.minimumCompressionSize
        definition.apiKeySource = api.apiKeySource
        definition.disableExecuteApiEndpoint = api.disableExecuteApiEndpoint
        definition.vpcEndpointIds = api.endpointConfiguration?.vpcEndpointIds
        definition.policy = api.policy
        definition.gatewayResponses = snapshot.gatewayResponses ?? [:]
        definition.requestValidators = (snapshot.requestValidators ?? []).sorted { ($0.name ?? "") < ($1.name ?? "") }
        definition.models = (snapshot.models ?? []).filter(ModelSchema.isJSON).map { model in
            ModelDefinition(name: model.name, description: model.description, schema: schema(model, api: api.id))
        }
        let validators = Dictionary(
            (snapshot.requestValidators ?? []).map { ($0.id, $0.name ?? $0.id) }, uniquingKeysWith: { $1 })
        let authorizers = Dictionary(
            (snapshot.authorizers ?? []).map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        definition.authorizers = (snapshot.authorizers ?? []).sorted { $0.name < $1.name }.map(authorizer)
        let known = Set(definition.models.map(\.name))
        let parents = Set(snapshot.resources.compactMap(\.parentId))
        for resource in snapshot.resources {
            let methods = resource.resourceMethods ?? [:]
            // The root, and what is only above other paths, comes by itself.
            let isLeaf = !parents.contains(resource.id)
            guard !methods.isEmpty || (isLeaf && resource.path != "/") else { continue }
            definition.paths.append(
                ApiDefinition.Path(
                    path: resource.path,
                    methods: methods.mapValues { method in
                        var method = exported(method, resource: resource, validators, models: known)
                        method.authorizerId = method.authorizerId.flatMap { authorizers[$0] }
                        return method
                    }))
        }
        return definition
    }

    /// Names for ids, and nothing of models that the document cannot hold.
    private static func exported(
        _ method: Method, resource: Resource, _ validators: [String: String], models: Set<String>
    ) -> Method {
        var method = method
        method.requestValidatorId = method.requestValidatorId.flatMap { validators[$0] }
        if method.methodIntegration?.cacheNamespace == resource.id { method.methodIntegration?.cacheNamespace = nil }
        method.requestModels = method.requestModels?.filter { models.contains($0.value) }
        method.methodResponses = method.methodResponses?.mapValues { response in
            var response = response
            response.responseModels = response.responseModels?.filter { models.contains($0.value) }
            return response
        }
        return method
    }

    private static func authorizer(_ authorizer: Authorizer) -> AuthorizerDefinition {
        var definition = AuthorizerDefinition(name: authorizer.name, type: authorizer.type)
        definition.authType = authorizer.authType
        definition.providerARNs = authorizer.providerARNs
        definition.authorizerUri = authorizer.authorizerUri
        definition.authorizerCredentials = authorizer.authorizerCredentials
        definition.identitySource = authorizer.identitySource
        definition.identityValidationExpression = authorizer.identityValidationExpression
        definition.authorizerResultTtlInSeconds = authorizer.authorizerResultTtlInSeconds
        return definition
    }

    /// The parts of the stage's documentation version.
    static func documentation(_ version: String, api: String, _ transaction: Transaction) throws -> Documentation {
        let parts = try DocumentationVersionTable.parts(transaction.db, api: api, version)
        return Documentation(
            version: version,
            parts: parts.map { part in
                let place = part.location
                return Documentation.Part(
                    location: Documentation.Location(
                        type: place.type, path: place.path, method: place.method, statusCode: place.statusCode,
                        name: place.name),
                    properties: part.properties.flatMap { try? JSON(parsing: $0) } ?? [:])
            })
    }

    /// References as a definition has them: also those inside the schema itself, whose root is elsewhere now.
    private static func schema(_ model: Model, api: String) -> JSON {
        guard let text = model.schema, let schema = try? JSON(parsing: text) else { return [:] }
        return SchemaReferences.rewritten(schema) { reference in
            let fragment = reference.drop { $0 != "#" }.dropFirst()
            if reference.hasPrefix("#") { return ModelDefinition.referencePrefix + model.name + fragment }
            guard let name = ModelReference.name(in: reference.prefix { $0 != "#" }, api: api) else { return reference }
            return ModelDefinition.referencePrefix + name + fragment
        }
    }

    /// `2026-11-21T17:52:31Z`.
    private static func date(_ timestamp: Timestamp) -> String {
        Date(timeIntervalSince1970: TimeInterval(timestamp.seconds)).formatted(.iso8601)
    }
}
