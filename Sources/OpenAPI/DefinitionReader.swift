import ControlAPI
import JSON

/// Reads an OpenAPI 2.0 or 3.0 document, JSON or YAML, as API Gateway's importer does.
///
/// Schemas are kept word for word, also keywords that API Gateway does nothing with (`example`, `discriminator`, …), so
/// that nothing is lost between an export and the next import. `security` at the top level, `default` responses,
/// cookies and forms have no meaning for API Gateway and are left out.
package struct DefinitionReader {
    let document: Document
    let basePathMode: BasePathMode
    let place: ImportPlace
    var definition = ApiDefinition()
    var warnings: [String] = []

    package struct Output: Sendable {
        package var definition: ApiDefinition
        /// What was left out, in AWS's words.
        package var warnings: [String]
    }

    /// Throws ``OpenAPIError``.
    package static func read(
        _ bytes: [UInt8], basePath: BasePathMode = .ignore, place: ImportPlace
    ) throws -> Output {
        let document = try Document(bytes)
        var reader = DefinitionReader(document: document, basePathMode: basePath, place: place)
        try reader.run()
        return Output(definition: reader.definition, warnings: reader.warnings)
    }

    private mutating func run() throws {
        try document.refuseCircularSchemas()
        readSettings()
        readEndpoint()
        readValidators()
        readGatewayResponses()
        let security = readSecurity()
        try readPaths(security)
        readDocumentation()
    }

    mutating func warn(_ text: String) {
        if warnings.count < 100 { warnings.append(text) }
    }

    // MARK: The API's own settings

    private mutating func readSettings() {
        let root = document.root
        let info = root["info"]
        definition.name = info?["title"]?.scalarText
        definition.description = info?["description"]?.nonEmptyString
        definition.version = info?["version"]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
        definition.binaryMediaTypes = root[Extension.binaryMediaTypes]?.strings
        definition.minimumCompressionSize = root[Extension.minimumCompressionSize]?.integer
        definition.apiKeySource = root[Extension.apiKeySource]?.string?.uppercased()
        switch root[Extension.policy] {
        case .object(let object)?: definition.policy = place.filled(JSON.object(object).text())
        case .string(let text)?: definition.policy = place.filled(text)
        default: break
        }
        for tag in root["tags"]?.array ?? [] {
            guard let name = tag["name"]?.string, let value = tag[Extension.tagValue]?.scalarText else { continue }
            definition.tags[name] = value
        }
    }

    /// In 3.0 it may stand with the server as well.
    private mutating func readEndpoint() {
        let own = document.root[Extension.endpointConfiguration]
        let server = document.root["servers"]?[0]?[Extension.endpointConfiguration]
        guard let endpoint = own ?? server else { return }
        definition.disableExecuteApiEndpoint = endpoint["disableExecuteApiEndpoint"]?.flag
        definition.vpcEndpointIds = endpoint["vpcEndpointIds"]?.strings
    }

    private mutating func readValidators() {
        for (name, validator) in document.root[Extension.requestValidators]?.object?.members ?? [] {
            definition.requestValidators.append(
                RequestValidator(
                    id: name, name: name, validateRequestBody: validator["validateRequestBody"]?.flag ?? false,
                    validateRequestParameters: validator["validateRequestParameters"]?.flag ?? false))
        }
    }

    private mutating func readGatewayResponses() {
        for (type, response) in document.root[Extension.gatewayResponses]?.object?.members ?? [] {
            definition.gatewayResponses[type] = GatewayResponse(
                responseType: type, statusCode: response["statusCode"]?.scalarText,
                responseParameters: response["responseParameters"]?.stringMap,
                responseTemplates: response["responseTemplates"]?.stringMap)
        }
    }

    /// Licence, contact and terms have no member in API Gateway: they are kept as documentation of the API.
    private mutating func readDocumentation() {
        guard let documentation = document.root[Extension.documentation]?.object else {
            var kept = JSONObject()
            for name in ["termsOfService", "contact", "license"] { kept[name] = document.root["info"]?[name] }
            if !kept.isEmpty {
                let part = Documentation.Part(
                    location: Documentation.Location(type: "API"), properties: ["info": .object(kept)])
                definition.documentation.parts.append(part)
            }
            return
        }
        definition.documentation.version = documentation["version"]?.scalarText
        for part in documentation["documentationParts"]?.array ?? [] {
            guard let location = part["location"], let type = location["type"]?.string else { continue }
            let hasPath = !["API", "AUTHORIZER", "MODEL"].contains(type)
            definition.documentation.parts.append(
                Documentation.Part(
                    location: Documentation.Location(
                        type: type, path: location["path"]?.string ?? (hasPath ? "/" : nil),
                        method: location["method"]?.string, statusCode: location["statusCode"]?.scalarText,
                        name: location["name"]?.string),
                    properties: part["properties"] ?? [:]))
        }
    }

    // MARK: Paths

    private var basePath: String {
        switch document.version {
        case .swagger2:
            return document.root["basePath"]?.string ?? ""
        case .openapi3:
            let server = document.root["servers"]?[0]
            if let path = server?["variables"]?["basePath"]?["default"]?.string { return path }
            let url = server?["url"]?.string ?? ""
            let rest = url.firstRange(of: "://").map { url[$0.upperBound...].drop { $0 != "/" } } ?? url[...]
            return String(rest.prefix { $0 != "?" && $0 != "#" })
        }
    }

    private mutating func readPaths(_ security: SecurityReader) throws {
        let prefix = basePathMode.prefix(of: basePath)
        var operations = OperationReader(
            document: document, place: place, security: security, models: ModelReader(document))
        var places: [String: Int] = [:]
        for (key, value) in document.root["paths"]?.object?.members ?? [] where !key.hasPrefix("x-") {
            let pointer = "/paths/\(JSONPointer.escaped(key))"
            guard key.hasPrefix("/") else { throw document.fault("a path has to begin with '/'", at: pointer) }
            let path = Self.normalized(prefix + key)
            operations.path = path
            let methods = try operations.methods(of: document.resolved(value, at: pointer), at: pointer)
            if let known = places[path] {
                definition.paths[known].methods.merge(methods) { $1 }
            } else {
                places[path] = definition.paths.count
                definition.paths.append(ApiDefinition.Path(path: path, methods: methods))
            }
        }
        operations.warnings.forEach { warn($0) }
        definition.models = operations.models.definitions
    }

    /// Without empty segments: `/pets/` is `/pets`.
    private static func normalized(_ path: String) -> String {
        "/" + path.split(separator: "/").joined(separator: "/")
    }

    private mutating func readSecurity() -> SecurityReader {
        var security = SecurityReader(document: document, place: place)
        definition.authorizers = security.read()
        security.warnings.forEach { warn($0) }
        return security
    }
}
