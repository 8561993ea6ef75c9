import ControlAPI
package import JSON

/// Writes an API as an OpenAPI document, as `GetExport` does.
package struct DefinitionWriter {
    let definition: ApiDefinition
    let options: ExportOptions
    private var usesApiKeys = false
    private var usesSignatures = false

    package static func document(_ definition: ApiDefinition, _ options: ExportOptions) -> JSON {
        var writer = DefinitionWriter(definition, options)
        return writer.document()
    }

    private init(_ definition: ApiDefinition, _ options: ExportOptions) {
        self.definition = definition
        self.options = options
    }

    private var isSwagger: Bool { options.format == .swagger }

    private mutating func document() -> JSON {
        var root = JSONObject()
        root[isSwagger ? "swagger" : "openapi"] = isSwagger ? "2.0" : "3.0.1"
        root["info"] = info
        if isSwagger {
            root["host"] = .string(options.host)
            root["basePath"] = .string(options.basePath)
            root["schemes"] = ["https"]
        } else {
            root["servers"] = [server]
        }
        var paths = JSONObject()
        for path in definition.paths { paths[path.path] = item(path) }
        root["paths"] = .object(paths)
        var components = JSONObject()
        let schemes = securitySchemes
        if !schemes.isEmpty { components[isSwagger ? "securityDefinitions" : "securitySchemes"] = .object(schemes) }
        if !definition.models.isEmpty {
            components[isSwagger ? "definitions" : "schemas"] = .object(
                JSONObject(definition.models.map { (key: $0.name, value: schema($0.schema)) }))
        }
        if isSwagger {
            for member in components.members { root[member.key] = member.value }
        } else if !components.isEmpty {
            root["components"] = .object(components)
        }
        addExtensions(to: &root)
        return .object(root)
    }

    private var info: JSON {
        var info = JSONObject()
        info["title"] = .string(definition.name ?? "")
        if let description = definition.description { info["description"] = .string(description) }
        info["version"] = .string(definition.version ?? "")
        let part = definition.documentation.parts.first { $0.location.type == "API" }
        for name in ["termsOfService", "contact", "license"] { info[name] = part?.properties["info"]?[name] }
        return .object(info)
    }

    private var server: JSON {
        var server = JSONObject()
        server["url"] = .string("https://\(options.host)/{basePath}")
        server["variables"] = ["basePath": ["default": .string(options.basePath)]]
        if options.extensions.contains(.settings) { server[Extension.endpointConfiguration] = endpoint }
        return .object(server)
    }

    private var endpoint: JSON? {
        var endpoint = JSONObject()
        if definition.disableExecuteApiEndpoint == true { endpoint["disableExecuteApiEndpoint"] = true }
        if let ids = definition.vpcEndpointIds, !ids.isEmpty {
            endpoint["vpcEndpointIds"] = .array(ids.map { .string($0) })
        }
        return endpoint.isEmpty ? nil : .object(endpoint)
    }

    // MARK: Schemas

    private var schemaPrefix: String { isSwagger ? "#/definitions/" : "#/components/schemas/" }

    private func schema(_ schema: JSON) -> JSON {
        SchemaReferences.rewritten(schema) { reference in
            guard reference.hasPrefix(ModelDefinition.referencePrefix) else { return reference }
            return schemaPrefix + reference.dropFirst(ModelDefinition.referencePrefix.count)
        }
    }

    private func reference(_ model: String) -> JSON { ["$ref": .string(schemaPrefix + model)] }

    // MARK: Operations

    private mutating func item(_ path: ApiDefinition.Path) -> JSON {
        var item = JSONObject()
        for (verb, method) in path.methods.sorted(by: { $0.key < $1.key }) {
            item[verb == "ANY" ? Extension.anyMethod : verb.lowercased()] = operation(method, verb, path.path)
        }
        return .object(item)
    }

    private mutating func operation(_ method: Method, _ verb: String, _ path: String) -> JSON {
        var operation = JSONObject()
        if let name = method.operationName { operation["operationId"] = .string(name) }
        if isSwagger {
            let consumed = (method.requestModels ?? [:]).keys.sorted()
            if !consumed.isEmpty { operation["consumes"] = .array(consumed.map { .string($0) }) }
            let produced = Set((method.methodResponses ?? [:]).values.flatMap { ($0.responseModels ?? [:]).keys })
            if !produced.isEmpty { operation["produces"] = .array(produced.sorted().map { .string($0) }) }
        }
        let parameters = parameters(method)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if !isSwagger, let models = method.requestModels, !models.isEmpty {
            operation["requestBody"] = ["content": content(models), "required": true]
        }
        operation["responses"] = responses(method, verb, path)
        let security = security(method)
        if !security.isEmpty { operation["security"] = .array(security) }
        if options.extensions.contains(.validators), let validator = method.requestValidatorId {
            operation[Extension.requestValidator] = .string(validator)
        }
        if options.extensions.contains(.integrations), let integration = method.methodIntegration {
            operation[Extension.integration] = IntegrationWriter.json(integration)
        }
        return .object(operation)
    }

    private func parameters(_ method: Method) -> [JSON] {
        var parameters: [JSON] = []
        for (key, required) in (method.requestParameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            let parts = key.split(separator: ".", maxSplits: 3)
            guard parts.count == 4 else { continue }
            let location = parts[2] == "querystring" ? "query" : String(parts[2])
            var parameter = JSONObject()
            parameter["name"] = .string(String(parts[3]))
            parameter["in"] = .string(location)
            parameter["required"] = .bool(required || location == "path")
            addType(to: &parameter)
            parameters.append(.object(parameter))
        }
        if isSwagger, let model = preferred(method.requestModels) {
            parameters.append(
                ["in": "body", "name": .string(model), "required": true, "schema": reference(model)])
        }
        return parameters
    }

    private func addType(to object: inout JSONObject) {
        if isSwagger { object["type"] = "string" } else { object["schema"] = ["type": "string"] }
    }

    /// OpenAPI 2.0 has one schema a body: that of JSON, else that of the first type.
    private func preferred(_ models: [String: String]?) -> String? {
        models?["application/json"] ?? models?.min { $0.key < $1.key }?.value
    }

    private func content(_ models: [String: String]) -> JSON {
        .object(
            JSONObject(
                models.sorted { $0.key < $1.key }.map { (key: $0.key, value: ["schema": reference($0.value)]) }))
    }

    private func responses(_ method: Method, _ verb: String, _ path: String) -> JSON {
        var responses = JSONObject()
        for (status, response) in (method.methodResponses ?? [:]).sorted(by: { $0.key < $1.key }) {
            var value = JSONObject()
            value["description"] = .string("\(status) response")
            if let declared = response.responseParameters, !declared.isEmpty {
                value["headers"] = headers(declared)
            }
            if isSwagger, let model = preferred(response.responseModels) {
                value["schema"] = reference(model)
            } else if !isSwagger, let models = response.responseModels, !models.isEmpty {
                value["content"] = content(models)
            }
            responses[status] = .object(value)
        }
        // 3.0 wants at least one; the importer passes over it.
        if responses.isEmpty, !isSwagger {
            responses["default"] = ["description": .string("Default response for \(verb) \(path)")]
        }
        return .object(responses)
    }

    private func headers(_ declared: [String: Bool]) -> JSON {
        let prefix = "method.response.header."
        var headers = JSONObject()
        for (key, required) in declared.sorted(by: { $0.key < $1.key }) where key.hasPrefix(prefix) {
            var header = JSONObject()
            addType(to: &header)
            if required { header[isSwagger ? Extension.requiredHeader : "required"] = true }
            headers[String(key.dropFirst(prefix.count))] = .object(header)
        }
        return .object(headers)
    }

    // MARK: Security

    private mutating func security(_ method: Method) -> [JSON] {
        var security: [JSON] = []
        if let authorizer = method.authorizerId {
            security.append([authorizer: .array((method.authorizationScopes ?? []).map { .string($0) })])
        }
        if method.authorizationType == "AWS_IAM" {
            usesSignatures = true
            security.append(["sigv4": []])
        }
        if method.apiKeyRequired == true {
            usesApiKeys = true
            security.append(["api_key": []])
        }
        return security
    }

    private var securitySchemes: JSONObject {
        var schemes = JSONObject()
        for authorizer in definition.authorizers { schemes[authorizer.name] = scheme(authorizer) }
        if usesSignatures {
            schemes["sigv4"] = [
                "type": "apiKey", "name": "Authorization", "in": "header",
                Extension.authtype: "awsSigv4",
            ]
        }
        if usesApiKeys { schemes["api_key"] = ["type": "apiKey", "name": "x-api-key", "in": "header"] }
        return schemes
    }

    private func scheme(_ authorizer: AuthorizerDefinition) -> JSON {
        let sources = (authorizer.identitySource ?? "").split(separator: ",")
        var name = "Unused"
        var location = "header"
        if sources.count == 1, let source = authorizer.identitySource {
            if source.hasPrefix("method.request.header.") {
                name = String(source.dropFirst("method.request.header.".count))
            } else if source.hasPrefix("method.request.querystring.") {
                name = String(source.dropFirst("method.request.querystring.".count))
                location = "query"
            }
        }
        var scheme = JSONObject()
        scheme["type"] = "apiKey"
        scheme["name"] = .string(name)
        scheme["in"] = .string(location)
        let isCognito = authorizer.type == "COGNITO_USER_POOLS"
        scheme[Extension.authtype] = .string(authorizer.authType ?? (isCognito ? "cognito_user_pools" : "custom"))
        guard options.extensions.contains(.authorizers) else { return .object(scheme) }
        var value = JSONObject()
        value["type"] = .string(authorizer.type.lowercased())
        value["authorizerUri"] = authorizer.authorizerUri.map { .string($0) }
        value["authorizerCredentials"] = authorizer.authorizerCredentials.map { .string($0) }
        value["authorizerResultTtlInSeconds"] = authorizer.authorizerResultTtlInSeconds.map {
            .number(JSONNumber($0))
        }
        value["identityValidationExpression"] = authorizer.identityValidationExpression.map { .string($0) }
        value["providerARNs"] = authorizer.providerARNs.map { .array($0.map { .string($0) }) }
        if authorizer.type == "REQUEST" || sources.count != 1 {
            value["identitySource"] = authorizer.identitySource.map { .string($0) }
        }
        scheme[Extension.authorizer] = .object(value)
        return .object(scheme)
    }

    // MARK: The API's own extensions

    private func addExtensions(to root: inout JSONObject) {
        if options.extensions.contains(.validators), !definition.requestValidators.isEmpty {
            root[Extension.requestValidators] = .object(
                JSONObject(
                    definition.requestValidators.map { validator in
                        (
                            key: validator.name ?? "",
                            value: [
                                "validateRequestParameters": .bool(validator.validateRequestParameters ?? false),
                                "validateRequestBody": .bool(validator.validateRequestBody ?? false),
                            ]
                        )
                    }))
        }
        if options.extensions.contains(.documentation), !definition.documentation.parts.isEmpty,
            let parts = try? JSON(encoding: definition.documentation.parts)
        {
            var documentation = JSONObject()
            documentation["version"] = definition.documentation.version.map { .string($0) }
            documentation["documentationParts"] = parts
            root[Extension.documentation] = .object(documentation)
        }
        guard options.extensions.contains(.settings) else { return }
        if isSwagger { root[Extension.endpointConfiguration] = endpoint }
        if !definition.gatewayResponses.isEmpty {
            root[Extension.gatewayResponses] = .object(
                JSONObject(
                    definition.gatewayResponses.sorted { $0.key < $1.key }.map { (key: $0.key, value: json($0.value)) })
            )
        }
        if let policy = definition.policy {
            root[Extension.policy] = (try? JSON(parsing: policy)) ?? .string(policy)
        }
        if let types = definition.binaryMediaTypes, !types.isEmpty {
            root[Extension.binaryMediaTypes] = .array(types.map { .string($0) })
        }
        root[Extension.minimumCompressionSize] = definition.minimumCompressionSize.map { .number(JSONNumber($0)) }
        if definition.apiKeySource == "AUTHORIZER" { root[Extension.apiKeySource] = "AUTHORIZER" }
    }

    private func json(_ response: GatewayResponse) -> JSON {
        var value = JSONObject()
        value["statusCode"] = response.statusCode.map { .string($0) }
        if let parameters = response.responseParameters, !parameters.isEmpty {
            value["responseParameters"] = JSON(texts: parameters)
        }
        if let templates = response.responseTemplates, !templates.isEmpty {
            value["responseTemplates"] = JSON(texts: templates)
        }
        return .object(value)
    }
}

extension JSON {
    /// By name; a text that is not there is written as an empty one.
    init(texts: [String: String?]) {
        self = .object(
            JSONObject(texts.sorted { $0.key < $1.key }.map { (key: $0.key, value: .string($0.value ?? "")) }))
    }
}
