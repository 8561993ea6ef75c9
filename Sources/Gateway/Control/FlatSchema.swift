import ControlAPI
import JSON

/// A model's schema with all models that it refers to moved into its `definitions`, as `GetModel` with `flatten=true`
/// gives it.
enum FlatSchema {
    /// The schema as it is if it is no JSON or refers to no model.
    static func text(of model: Model, api: String, schema: (String) throws -> String?) throws -> String? {
        guard !ModelSchema.references(model).isEmpty else { return model.schema }
        return try value(of: model, api: api, schema: schema).text()
    }

    /// `null` if the schema is no JSON object. `schema` finds another model's text; a model that is gone stays a
    /// reference.
    static func value(of model: Model, api: String, schema: (String) throws -> String?) throws -> JSON {
        guard ModelSchema.isJSON(model), let text = model.schema, case .object(var root)? = try? JSON(parsing: text)
        else { return .null }
        var flattening = Flattening(api: api, own: model.name, taken: Set(root["definitions"]?.object?.keys ?? []))
        root = flattening.moved(.object(root), to: "#").object ?? root
        var definitions = root["definitions"]?.object ?? JSONObject()
        while let (name, key) = flattening.pending.popLast() {
            guard let text = try schema(name), let other = try? JSON(parsing: text) else {
                definitions[key] = ["$ref": .string(ModelReference.uri(api: api, name))]
                continue
            }
            definitions[key] = flattening.moved(other, to: "#/definitions/\(key)")
        }
        if !definitions.isEmpty { root["definitions"] = .object(definitions) }
        return .object(root)
    }

    private struct Flattening {
        let api: String
        let own: String
        /// Names that the schema's own definitions have.
        let taken: Set<String>
        /// Model → its key in `definitions`.
        var keys: [String: String] = [:]
        var pending: [(name: String, key: String)] = []

        /// A document whose root now stands at `place`.
        mutating func moved(_ document: JSON, to place: String) -> JSON {
            var found: Set<String> = []
            SchemaReferences.visit(document) { reference in
                if let name = model(reference), name != own { found.insert(name) }
            }
            for name in found.sorted() where keys[name] == nil {
                var key = name
                while taken.contains(key) { key += "Model" }
                keys[name] = key
                pending.append((name, key))
            }
            return SchemaReferences.rewritten(document) { reference in
                if reference.hasPrefix("#") { return place + reference.dropFirst() }
                guard let name = model(reference) else { return reference }
                let fragment = reference.drop { $0 != "#" }.dropFirst()
                return (name == own ? "#" : "#/definitions/\(keys[name] ?? name)") + fragment
            }
        }

        private func model(_ reference: String) -> String? {
            ModelReference.name(in: reference.prefix { $0 != "#" }, api: api)
        }
    }
}
