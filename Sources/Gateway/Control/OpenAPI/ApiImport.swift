import ControlAPI
import JSON
import OpenAPI

/// Puts an API definition into the store, in one transaction: what keeps AWS's rules is written, what does not becomes
/// an error, and with any error the caller rolls all of it back.
///
/// `overwrite` leaves nothing but what the document says, except the API's id, its endpoint, its tags, its stages and
/// deployments; resources whose path stays keep their ids. `merge` adds to what is there: a method that the document
/// has replaces the one before, but an integration and responses that only the old one has stay.
struct ApiImport {
    enum Mode {
        case merge, overwrite
    }

    let definition: ApiDefinition
    let mode: Mode
    let transaction: Transaction
    private(set) var api: RestApi
    private(set) var warnings: [String]
    private var errors: [String] = []
    /// Names of validators and authorizers with their ids.
    private var validatorIds: [String: String] = [:]
    private var authorizerIds: [String: String] = [:]

    init(
        _ definition: ApiDefinition, warnings: [String], into api: RestApi, mode: Mode, _ transaction: Transaction
    ) {
        self.definition = definition
        self.warnings = warnings
        self.api = api
        self.mode = mode
        self.transaction = transaction
    }

    static let largestErrorCount = 100

    /// The API as the answer shows it.
    var shown: RestApi {
        var shown = api
        shown.warnings = warnings.isEmpty ? nil : warnings
        return shown
    }

    mutating func run() throws {
        try attempt("Unable to update the API") { try $0.putSettings() }
        try putValidators()
        try putGatewayResponses()
        try putModels()
        try putAuthorizers()
        try putTree()
        try removeOtherAuthorizers()
        try putDocumentation()
        try RestApiTable.update(transaction.db, api)
    }

    /// Throws what AWS answers for errors, and for warnings where they count as errors.
    func throwIfRefused(failOnWarnings: Bool) throws {
        if !errors.isEmpty {
            var text = "Errors found during import:\n\t" + errors.joined(separator: "\n\t")
            if !warnings.isEmpty {
                text += "\nAdditionally, these warnings were found:\n\t" + warnings.joined(separator: "\n\t")
            }
            throw ApiError.badRequest(text)
        }
        if failOnWarnings, !warnings.isEmpty {
            throw ApiError.badRequest("Warnings found during import:\n\t" + warnings.joined(separator: "\n\t"))
        }
    }

    /// Runs a step; a refusal becomes an error of the import.
    private mutating func attempt(_ what: String, _ body: (inout ApiImport) throws -> Void) throws {
        do {
            try body(&self)
        } catch let error as ApiError where error.status < 500 {
            if errors.count < Self.largestErrorCount { errors.append("\(what): \(error.message)") }
        }
    }

    // MARK: The API's own settings

    private mutating func putSettings() throws {
        guard let name = definition.name, !name.isEmpty else { throw ApiError.badRequest("Name cannot be empty") }
        api.name = name
        let replaces = mode == .overwrite
        if replaces || definition.description != nil { api.description = definition.description }
        if replaces || definition.version != nil { api.version = definition.version }
        var types = replaces ? [] : api.binaryMediaTypes ?? []
        for type in definition.binaryMediaTypes ?? [] where !types.contains(type) { types.append(type) }
        api.binaryMediaTypes = types.isEmpty ? nil : types
        if replaces || definition.minimumCompressionSize != nil {
            if let size = definition.minimumCompressionSize, !RestApis.compressionSizes.contains(size) {
                throw RestApis.compressionSize
            }
            api.minimumCompressionSize = definition.minimumCompressionSize
        }
        if let source = definition.apiKeySource {
            guard RestApis.apiKeySources.contains(source) else {
                throw ApiError.badRequest("Invalid API key source specified. Valid options are HEADER,AUTHORIZER")
            }
            api.apiKeySource = source
        } else if replaces {
            api.apiKeySource = "HEADER"
        }
        if replaces || definition.policy != nil {
            try RestApis.checkPolicy(definition.policy)
            api.policy = definition.policy
        }
        if let disabled = definition.disableExecuteApiEndpoint { api.disableExecuteApiEndpoint = disabled }
        if let endpoints = definition.vpcEndpointIds {
            api.endpointConfiguration?.vpcEndpointIds = endpoints.isEmpty ? nil : endpoints
        }
        if !definition.tags.isEmpty {
            let tags = (api.tags ?? [:]).merging(definition.tags) { $1 }
            try Tags.check(tags)
            api.tags = tags
        }
    }

    // MARK: What methods refer to

    private mutating func putValidators() throws {
        let known = try RequestValidatorTable.list(transaction.db, api: api.id)
        let declared = Set(definition.requestValidators.compactMap(\.name))
        for validator in known {
            guard mode == .merge || declared.contains(validator.name ?? "") else {
                try RequestValidatorTable.delete(transaction.db, api: api.id, validator.id)
                continue
            }
            if let name = validator.name { validatorIds[name] = validator.id }
        }
        for validator in definition.requestValidators {
            var validator = validator
            let name = validator.name ?? ""
            try attempt("Unable to create request validator '\(name)'") { work in
                guard !name.allSatisfy(\.isWhitespace) else {
                    throw ApiError.badRequest("Request Validator name cannot be blank")
                }
                validator.id = work.validatorIds[name] ?? Ids.make(length: 6)
                work.validatorIds[name] = validator.id
                try RequestValidatorTable.put(work.transaction.db, api: work.api.id, validator)
            }
        }
    }

    private mutating func putGatewayResponses() throws {
        if mode == .overwrite {
            for type in try GatewayResponseTable.all(transaction.db, api: api.id).keys {
                try GatewayResponseTable.delete(transaction.db, api: api.id, type)
            }
        }
        for (type, declared) in definition.gatewayResponses.sorted(by: { $0.key < $1.key }) {
            try attempt("Unable to put gateway response '\(type)'") { work in
                guard GatewayResponses.types.contains(type) else {
                    throw ApiError.badRequest(
                        "Invalid gateway response type specified. Valid options are "
                            + GatewayResponses.types.sorted().joined(separator: ","))
                }
                if let status = declared.statusCode, !Violations.isStatusCode(status) {
                    throw ApiError.badRequest("Invalid status code specified: \(status)")
                }
                let response = GatewayResponses.made(
                    type, status: declared.statusCode, parameters: declared.responseParameters,
                    templates: declared.responseTemplates)
                try GatewayResponses.check(response)
                try GatewayResponseTable.put(work.transaction.db, api: work.api.id, type: type, response)
            }
        }
    }

    private mutating func putModels() throws {
        let known = try ModelTable.list(transaction.db, api: api.id)
        let declared = Set(definition.models.map(\.name))
        var ids: [String: String] = [:]
        for model in known {
            ids[model.name] = model.id
            if mode == .overwrite, !declared.contains(model.name) {
                try ModelTable.delete(transaction.db, api: api.id, model.name)
            }
        }
        let names = mode == .merge ? declared.union(ids.keys) : declared
        for model in definition.models {
            try attempt("Unable to create model for '\(model.name)'") { work in
                let schema = try ImportedModel.schema(model, api: work.api.id, names: names)
                try ModelTable.put(
                    work.transaction.db, api: work.api.id,
                    Model(
                        id: ids[model.name] ?? Ids.make(length: 6), name: model.name, schema: schema,
                        contentType: "application/json", description: model.description))
            }
        }
    }

    private mutating func putAuthorizers() throws {
        for authorizer in try AuthorizerTable.list(transaction.db, api: api.id) {
            authorizerIds[authorizer.name] = authorizer.id
        }
        for declared in definition.authorizers {
            try attempt("Unable to create authorizer '\(declared.name)'") { work in
                let id = work.authorizerIds[declared.name] ?? Ids.make(length: 6)
                let authorizer = Authorizer(declared, id: id)
                try AuthorizerRules.check(authorizer)
                work.authorizerIds[declared.name] = id
                try AuthorizerTable.put(work.transaction.db, api: work.api.id, authorizer)
            }
        }
    }

    /// After the tree: until then methods of before may still refer to them.
    private func removeOtherAuthorizers() throws {
        guard mode == .overwrite else { return }
        let declared = Set(definition.authorizers.map(\.name))
        for authorizer in try AuthorizerTable.list(transaction.db, api: api.id)
        where !declared.contains(authorizer.name) {
            try AuthorizerTable.delete(transaction.db, api: api.id, authorizer.id)
        }
    }

    private mutating func putDocumentation() throws {
        if mode == .overwrite {
            for part in try DocumentationPartTable.list(transaction.db, api: api.id) {
                try DocumentationPartTable.delete(transaction.db, api: api.id, part.id ?? "")
            }
        }
        for declared in definition.documentation.parts {
            try attempt("Unable to create documentation part of type '\(declared.location.type)'") { work in
                let location = try DocumentationLocationRule.completed(DocumentationPartLocation(declared.location))
                let properties = declared.properties.text()
                try DocumentationParts.check(properties: properties)
                let known = try DocumentationPartTable.find(work.transaction.db, api: work.api.id, at: location)
                try DocumentationPartTable.put(
                    work.transaction.db, api: work.api.id,
                    DocumentationPart(id: known?.id ?? Ids.make(length: 6), location: location, properties: properties))
            }
        }
    }

    // MARK: The tree

    private mutating func putTree() throws {
        var tree = try ImportedTree(api: api, transaction)
        let methods = try ResourceTable.methods(transaction.db, api: api.id)
        if mode == .overwrite { try tree.keep(only: definition.paths.map(\.path)) }
        for path in definition.paths.sorted(by: { $0.path < $1.path }) {
            var resource: String?
            try attempt("Unable to create resource at path '\(path.path)'") { _ in
                resource = try tree.resource(at: path.path)
            }
            guard let resource else { continue }
            let before = methods[resource] ?? [:]
            if mode == .overwrite {
                for verb in before.keys where path.methods[verb] == nil {
                    try ResourceTable.deleteMethod(transaction.db, api: api.id, resource: resource, verb)
                }
            }
            for (verb, method) in path.methods.sorted(by: { $0.key < $1.key }) {
                try put(method, verb, at: path.path, resource, before: mode == .merge ? before[verb] : nil)
            }
        }
        if mode == .overwrite {
            let declared = Set(definition.paths.map(\.path))
            for (path, resource) in tree.ids where !declared.contains(path) {
                for verb in (methods[resource] ?? [:]).keys {
                    try ResourceTable.deleteMethod(transaction.db, api: api.id, resource: resource, verb)
                }
            }
        }
    }

    private mutating func put(
        _ declared: Method, _ verb: String, at path: String, _ resource: String, before: Method?
    ) throws {
        let place = "'\(verb)' on resource at path '\(path)'"
        var method = declared
        let errorCount = errors.count
        try attempt("Unable to put method \(place)") { try $0.resolve(&method) }
        for (status, response) in (method.methodResponses ?? [:]).sorted(by: { $0.key < $1.key }) {
            try attempt("Unable to put method response '\(status)' for method \(place)") { work in
                try MethodResponses.check(response, api: work.api.id, work.transaction)
            }
        }
        if let before { method = Self.merged(method, into: before) }
        if var integration = method.methodIntegration {
            integration.cacheNamespace = integration.cacheNamespace ?? resource
            method.methodIntegration = integration
            let target = "'\(verb)' for resource at path '\(path)'"
            try attempt("Unable to put integration on \(target)") { _ in
                guard Integrations.types.contains(integration.type) else {
                    throw ApiError.badRequest(
                        "Invalid integration type specified: '\(integration.type)'. Valid options are "
                            + Integrations.types.joined(separator: ","))
                }
                try Self.checkNames(integration)
                try Integrations.check(integration, of: method)
            }
            let responses = (integration.integrationResponses ?? [:]).sorted { $0.key < $1.key }
            for (status, response) in responses {
                try attempt("Unable to put integration response on \(target)") { _ in
                    guard Violations.isStatusCode(status) else {
                        throw ApiError.badRequest("Invalid status code specified: \(status)")
                    }
                    try IntegrationResponses.check(response, of: method)
                }
            }
        }
        guard errors.count == errorCount else { return }
        try ResourceTable.putMethod(transaction.db, api: api.id, resource: resource, verb, method)
    }

    /// Puts ids for names, and checks the method.
    private func resolve(_ method: inout Method) throws {
        method.authorizationType = try AuthorizationType.checked(method.authorizationType ?? "NONE")
        if let name = method.requestValidatorId {
            guard let id = validatorIds[name] else {
                throw ApiError.badRequest("Invalid Request Validator identifier specified")
            }
            method.requestValidatorId = id
        }
        if let name = method.authorizerId { method.authorizerId = authorizerIds[name] ?? name }
        try Methods.check(method, api: api.id, transaction)
    }

    private static func checkNames(_ integration: Integration) throws {
        if let type = integration.connectionType, !Integrations.connectionTypes.contains(type) {
            throw ApiError.badRequest("Invalid connection type specified. Valid options are INTERNET,VPC_LINK")
        }
        let responses = integration.integrationResponses ?? [:]
        for handling in [integration.contentHandling] + responses.values.map(\.contentHandling) {
            guard let handling, !Integrations.contentHandlings.contains(handling) else { continue }
            throw ApiError.badRequest(
                "Invalid content handling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT")
        }
    }

    private static func merged(_ declared: Method, into before: Method) -> Method {
        var method = declared
        let responses = (before.methodResponses ?? [:]).merging(declared.methodResponses ?? [:]) { $1 }
        method.methodResponses = responses.isEmpty ? nil : responses
        if declared.methodIntegration == nil { method.methodIntegration = before.methodIntegration }
        return method
    }
}

extension Authorizer {
    fileprivate init(_ declared: AuthorizerDefinition, id: String) {
        self.init(id: id, name: declared.name, type: declared.type)
        providerARNs = declared.providerARNs
        authType = declared.authType ?? AuthorizerRules.authType(of: declared.type)
        authorizerUri = declared.authorizerUri
        authorizerCredentials = declared.authorizerCredentials
        identitySource = declared.identitySource
        identityValidationExpression = declared.identityValidationExpression
        authorizerResultTtlInSeconds = declared.authorizerResultTtlInSeconds
    }
}

extension DocumentationPartLocation {
    fileprivate init(_ declared: Documentation.Location) {
        self.init(
            type: declared.type, path: declared.path, method: declared.method, statusCode: declared.statusCode,
            name: declared.name)
    }
}
