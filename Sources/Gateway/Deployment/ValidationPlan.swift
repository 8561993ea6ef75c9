import ControlAPI
import JSON

/// What a method checks of its requests: its request validator, compiled.
final class ValidationPlan: Sendable {
    /// A parameter that has to be there and not blank.
    struct Parameter: Sendable {
        var name: String
        var source: ParameterSource
    }

    /// In the order in which a message lists what is missing: headers, path, query, each by name.
    let required: [Parameter]
    /// Schemas by content type; empty where bodies are not checked.
    let schemas: [(type: String, schema: JSONSchema)]

    /// `nil` where the method has no validator, or where there is nothing to check.
    init?(
        _ method: Method, pathParameters: [String], validators: [RequestValidator], models: ModelSchemas
    ) throws {
        guard let id = method.requestValidatorId, let validator = validators.first(where: { $0.id == id }) else {
            return nil
        }
        var required: [Parameter] = []
        if validator.validateRequestParameters == true {
            let names = (method.requestParameters ?? [:]).filter(\.value).map(\.key).sorted()
            for prefix in ["method.request.header.", "method.request.path.", "method.request.querystring."] {
                for key in names where key.hasPrefix(prefix) {
                    let name = String(key.dropFirst(prefix.count))
                    let source: ParameterSource =
                        switch prefix {
                        case "method.request.header.": .header(name: Array(name.utf8), multi: false)
                        case "method.request.path.": .pathNamed(name)
                        default: .query(name: Array(name.utf8), multi: false)
                        }
                    required.append(Parameter(name: name, source: source))
                }
            }
        }
        var schemas: [(type: String, schema: JSONSchema)] = []
        if validator.validateRequestBody == true {
            for (type, model) in (method.requestModels ?? [:]).sorted(by: { $0.key < $1.key }) {
                schemas.append((type.lowercased(), try models.schema(named: model)))
            }
        }
        guard !required.isEmpty || !schemas.isEmpty else { return nil }
        self.required = required
        self.schemas = schemas
    }

    /// The schema for a content type (lower case, without parameters): its own, else the one of `application/json`,
    /// else the one of `$default`.
    func schema(for type: String) -> JSONSchema? {
        for wanted in [type, "application/json", "$default"] {
            if let found = schemas.first(where: { $0.type == wanted }) { return found.schema }
        }
        return nil
    }
}

/// An API's models as schemas. Each is compiled once for a deployment, when the first method asks for it, and may
/// refer to the others.
final class ModelSchemas {
    /// Fewer steps than the standard: a body is validated on an event loop, where other requests wait meanwhile. An
    /// ordinary model of a body of 10 MB takes less; a pattern that backtracks ends after about a fifth of a second.
    static let limits = JSONSchemaLimits(steps: 12_000_000)

    private let apiId: String
    private let models: [String: Model]
    private var compiled: [String: JSONSchema] = [:]
    private var parsed: [String: JSON] = [:]

    init(apiId: String, models: [Model]) {
        self.apiId = apiId
        self.models = Dictionary(models.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    }

    /// Throws ``PlanError/model(name:reason:)``.
    func schema(named name: String) throws -> JSONSchema {
        if let known = compiled[name] { return known }
        guard models[name] != nil else {
            throw PlanError.model(name: name, reason: "the API has no model of this name")
        }
        let document = try document(named: name)
        do {
            let schema = try JSONSchema(document, uri: uri(of: name), limits: Self.limits) { [self] uri in
                let prefix = self.uri(of: "")
                guard uri.hasPrefix(prefix) else { return nil }
                let other = String(uri.dropFirst(prefix.count))
                return models[other] == nil ? nil : try? self.document(named: other)
            }
            compiled[name] = schema
            return schema
        } catch {
            throw PlanError.model(name: name, reason: "\(error)")
        }
    }

    private func uri(of name: String) -> String {
        "https://apigateway.amazonaws.com/restapis/\(apiId)/models/\(name)"
    }

    /// A model without a schema lets everything through.
    private func document(named name: String) throws -> JSON {
        if let known = parsed[name] { return known }
        guard let text = models[name]?.schema, !text.isEmpty else { return .object(JSONObject()) }
        do {
            let document = try JSON(parsing: text)
            parsed[name] = document
            return document
        } catch {
            throw PlanError.model(name: name, reason: "its schema is no JSON: \(error)")
        }
    }
}
