import ControlAPI
import JSON

/// The schema of a model as `CreateModel` and `UpdateModel` take it.
enum ModelSchema {
    /// AWS's quota, in bytes.
    static let largest = 400 * 1024

    /// Refuses an absent schema of any content type, and of JSON types what is no schema or refers to a model that the
    /// API does not have. A model may refer to itself. `schema` finds another model's. Throws ``ApiError``.
    static func check(_ model: Model, api: String, schema: (String) throws -> String?) throws {
        guard let text = model.schema, !text.isEmpty else {
            throw ApiError.badRequest("Model schema must have at least 1 property or array items defined")
        }
        guard text.utf8.count <= largest else {
            throw ApiError.badRequest("Model schema may have at most \(largest) bytes")
        }
        guard isJSON(model) else { return }
        guard let document = try? JSON(parsing: text), case .object = document else { throw invalid }
        let unknown = try references(document).filter { reference in
            guard let name = ModelReference.name(in: reference, api: api) else {
                throw refusal(["Model reference must be in canonical form"])
            }
            return try name != model.name && schema(name) == nil
        }
        guard unknown.isEmpty else {
            throw refusal(
                unknown.map { "Invalid model specified: \(ModelReference.name(in: $0, api: api) ?? $0)" })
        }
        do {
            guard try draft4Schemas.get().isValid(document) else { throw invalid }
            _ = try JSONSchema(document, uri: ModelReference.uri(api: api, model.name)) { uri in
                ModelReference.name(in: uri, api: api).flatMap { try? schema($0) }.flatMap { try? JSON(parsing: $0) }
            }
        } catch {
            throw invalid
        }
    }

    private static let invalid = refusal(["Invalid model schema specified"])

    private static func refusal(_ errors: [String]) -> ApiError {
        .badRequest(
            "Invalid model specified: Validation Result: warnings : [], errors : "
                + "[\(errors.joined(separator: ", "))]")
    }

    /// Models of other content types may hold any text.
    static func isJSON(_ model: Model) -> Bool {
        let type = (model.contentType ?? "").prefix { $0 != ";" }.lowercased()
        return type.hasSuffix("/json") || type.hasSuffix("+json")
    }

    /// The other documents that a model refers to.
    static func references(_ model: Model) -> [String] {
        guard isJSON(model), let schema = model.schema.flatMap({ try? JSON(parsing: $0) }) else { return [] }
        return references(schema)
    }

    /// The URIs, without fragments, of the `$ref`s that lead out of the document; each once, sorted.
    private static func references(_ schema: JSON) -> [String] {
        var found: Set<String> = []
        SchemaReferences.visit(schema) { reference in
            let uri = String(reference.prefix { $0 != "#" })
            if !uri.isEmpty, uri != draft4 { found.insert(uri) }
        }
        return found.sorted()
    }

    private static let draft4 = "http://json-schema.org/draft-04/schema"

    /// The schema of schemas.
    private static let draft4Schemas = Result { try JSONSchema(["$ref": .string(draft4 + "#")]) }
}

/// References between the models of an API: `https://apigateway.amazonaws.com/restapis/{api}/models/{name}`.
enum ModelReference {
    static func uri(api: String, _ name: String) -> String {
        "https://apigateway.amazonaws.com/restapis/\(api)/models/\(name)"
    }

    /// `nil` for what is no reference to a model of this API.
    static func name(in reference: some StringProtocol, api: String) -> String? {
        let start = uri(api: api, "")
        guard reference.hasPrefix(start) else { return nil }
        let name = reference.dropFirst(start.count)
        return name.isEmpty || name.contains("/") ? nil : String(name)
    }
}
