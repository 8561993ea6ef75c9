import ControlAPI
import JSON
import OpenAPI

/// A model of a document as the store has it.
enum ImportedModel {
    /// The schema's text, with references to other models as AWS writes them. Each schema is looked at alone, so that
    /// many models that refer to one another cost no more than their size. Throws ``ApiError``.
    static func schema(_ model: ModelDefinition, api: String, names: Set<String>) throws -> String {
        guard !model.name.isEmpty, model.name.utf8.allSatisfy(isAlphanumeric) else {
            throw ApiError.badRequest("Model name must be alphanumeric: \(model.name)")
        }
        guard case .object = model.schema else { throw refusal("Invalid model schema specified") }
        var unknown: [String] = []
        let schema = SchemaReferences.rewritten(model.schema) { reference in
            guard let target = target(of: reference) else { return reference }
            if target.name == model.name, !target.rest.isEmpty { return "#" + target.rest }
            if !names.contains(target.name), !unknown.contains(target.name) { unknown.append(target.name) }
            let fragment = target.rest.isEmpty ? "" : "#" + target.rest
            return ModelReference.uri(api: api, target.name) + fragment
        }
        guard unknown.isEmpty else {
            throw refusal(unknown.map { "Invalid model specified: \($0)" }.joined(separator: ", "))
        }
        let text = schema.text(.pretty)
        guard text.utf8.count <= ModelSchema.largest else {
            throw ApiError.badRequest("Model schema may have at most \(ModelSchema.largest) bytes")
        }
        do {
            _ = try JSONSchema(alone(schema), uri: ModelReference.uri(api: api, model.name)) { _ in [:] }
        } catch {
            throw refusal("Invalid model schema specified")
        }
        return text
    }

    /// The model, and what of it, that a reference of a definition means.
    private static func target(of reference: String) -> (name: String, rest: String)? {
        guard reference.hasPrefix(ModelDefinition.referencePrefix) else { return nil }
        let path = reference.dropFirst(ModelDefinition.referencePrefix.count)
        let name = path.prefix { $0 != "/" }
        return (String(name), String(path.dropFirst(name.count)))
    }

    /// The schema without what it says of other models.
    private static func alone(_ schema: JSON) -> JSON {
        switch schema {
        case .object(let object):
            if let reference = object["$ref"]?.string, !reference.hasPrefix("#") { return [:] }
            return .object(JSONObject(object.members.map { (key: $0.key, value: alone($0.value)) }))
        case .array(let elements):
            return .array(elements.map(alone))
        default:
            return schema
        }
    }

    private static func refusal(_ errors: String) -> ApiError {
        .badRequest("Invalid model specified: Validation Result: warnings : [], errors : [\(errors)]")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
