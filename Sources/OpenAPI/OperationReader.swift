import ControlAPI
import JSON

/// Reads the operations of one path as methods.
struct OperationReader {
    let document: Document
    let place: ImportPlace
    let security: SecurityReader
    /// The resource's path.
    var path = "/"
    var models: ModelReader
    var warnings: [String] = []

    private static let verbs: [String: String] = [
        "get": "GET", "put": "PUT", "post": "POST", "delete": "DELETE", "patch": "PATCH", "options": "OPTIONS",
        "head": "HEAD", Extension.anyMethod: "ANY",
    ]

    /// Verb → method.
    mutating func methods(of item: JSONObject, at pointer: String) throws -> [String: Method] {
        let shared = try parameters(item["parameters"], at: pointer + "/parameters")
        var methods: [String: Method] = [:]
        for (key, value) in item.members {
            guard let verb = Self.verbs[key] else { continue }
            let place = "\(pointer)/\(key)"
            guard let operation = value.object else {
                throw document.fault("an operation has to be an object", at: place)
            }
            methods[verb] = try method(verb, operation, shared: shared, at: place)
        }
        return methods
    }

    private mutating func method(
        _ verb: String, _ operation: JSONObject, shared: [Parameter], at pointer: String
    ) throws -> Method {
        var method = Method()
        method.httpMethod = verb
        method.operationName = operation["operationId"]?.nonEmptyString
        method.requestValidatorId =
            (operation[Extension.requestValidator] ?? document.root[Extension.requestValidator])?.nonEmptyString
        security.apply(operation, to: &method)
        let own = try parameters(operation["parameters"], at: pointer + "/parameters")
        let overridden = Set(own.map(\.place))
        try readRequest(
            shared.filter { !overridden.contains($0.place) } + own, operation, of: &method, at: pointer)
        method.methodResponses = try responses(operation, verb, at: pointer + "/responses")
        if let integration = operation[Extension.integration] {
            var reader = IntegrationReader(place: place, path: path, verb: verb)
            method.methodIntegration = reader.integration(
                try document.resolved(integration, at: "\(pointer)/\(Extension.integration)"))
            warnings += reader.warnings
        }
        return method
    }

    // MARK: The request

    private struct Parameter {
        struct Place: Hashable {
            var location: String
            var name: String
        }

        var place: Place
        var value: JSONObject
    }

    private func parameters(_ list: JSON?, at pointer: String) throws -> [Parameter] {
        try (list?.array ?? []).enumerated().map { index, value in
            let place = "\(pointer)/\(index)"
            let object = try document.resolved(value, at: place)
            guard let name = object["name"]?.scalarText, let location = object["in"]?.string else {
                throw document.fault("a parameter needs 'name' and 'in'", at: place)
            }
            return Parameter(place: Parameter.Place(location: location, name: name), value: object)
        }
    }

    /// Path variables are parameters of the method also where the document does not say so.
    private mutating func readRequest(
        _ parameters: [Parameter], _ operation: JSONObject, of method: inout Method, at pointer: String
    ) throws {
        var declared: [String: Bool] = [:]
        for segment in path.split(separator: "/") where segment.hasPrefix("{") && segment.hasSuffix("}") {
            let name = segment.dropFirst().dropLast()
            declared["method.request.path.\(name.hasSuffix("+") ? name.dropLast() : name)"] = true
        }
        for parameter in parameters {
            let name = parameter.place.name
            let required = parameter.value["required"]?.flag ?? false
            switch parameter.place.location {
            case "path": declared["method.request.path.\(name)"] = true
            case "query": declared["method.request.querystring.\(name)"] = required
            case "header": declared["method.request.header.\(name)"] = required
            case "body" where document.version == .swagger2:
                let schema = parameter.value["schema"] ?? [:]
                for type in mediaTypes("consumes", operation) {
                    use(schema) { method.requestModels = (method.requestModels ?? [:]).merging([type: $0]) { $1 } }
                }
            case let other:
                warnings.append(
                    "Unsupported location '\(other.prefix(40))' of parameter '\(name.prefix(80))' of resource '\(path)' "
                        + "and method '\(method.httpMethod ?? "")'. Ignoring.")
            }
        }
        if !declared.isEmpty { method.requestParameters = declared }
        guard document.version == .openapi3, let body = operation["requestBody"] else { return }
        let content = try document.resolved(body, at: pointer + "/requestBody")["content"]?.object
        for (type, media) in content?.members ?? [] {
            guard let schema = media["schema"] else { continue }
            use(schema) { method.requestModels = (method.requestModels ?? [:]).merging([type: $0]) { $1 } }
        }
    }

    private mutating func use(_ schema: JSON, _ body: (String) -> Void) {
        guard let name = models.name(of: schema) else {
            warnings.append("Reference to model '\(ModelReader.reference(schema).prefix(200))' not found. Ignoring.")
            return
        }
        body(name)
    }

    /// The types that `consumes` or `produces` mean: JSON where it is among them, else the first.
    private func mediaTypes(_ member: String, _ operation: JSONObject) -> [String] {
        let types = (operation[member] ?? document.root[member])?.strings ?? []
        return types.contains("application/json") ? ["application/json"] : [types.first ?? "application/json"]
    }

    // MARK: The responses

    private mutating func responses(
        _ operation: JSONObject, _ verb: String, at pointer: String
    ) throws -> [String: MethodResponse]? {
        var responses: [String: MethodResponse] = [:]
        for (status, value) in operation["responses"]?.object?.members ?? [] {
            if status == "default" || status.hasPrefix("x-") { continue }
            guard status.utf8.count == 3, status.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                warnings.append(
                    "Unsupported response status '\(status.prefix(40))' of resource '\(path)' and method '\(verb)'. "
                        + "Ignoring.")
                continue
            }
            let place = "\(pointer)/\(status)"
            responses[status] = try response(status, document.resolved(value, at: place), operation, at: place)
        }
        return responses.isEmpty ? nil : responses
    }

    private mutating func response(
        _ status: String, _ value: JSONObject, _ operation: JSONObject, at pointer: String
    ) throws -> MethodResponse {
        var response = MethodResponse(statusCode: status)
        for (name, header) in value["headers"]?.object?.members ?? [] {
            let header = try document.resolved(header, at: "\(pointer)/headers/\(JSONPointer.escaped(name))")
            let required = (header["required"] ?? header[Extension.requiredHeader])?.flag ?? false
            response.responseParameters = (response.responseParameters ?? [:]).merging(
                ["method.response.header.\(name)": required]) { $1 }
        }
        var used: [String: String] = [:]
        switch document.version {
        case .swagger2:
            guard let schema = value["schema"] else { break }
            for type in mediaTypes("produces", operation) { use(schema) { used[type] = $0 } }
        case .openapi3:
            for (type, media) in value["content"]?.object?.members ?? [] {
                guard let schema = media["schema"] else { continue }
                use(schema) { used[type] = $0 }
            }
        }
        if !used.isEmpty { response.responseModels = used }
        return response
    }
}
