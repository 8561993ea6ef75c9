import JSON

/// A small document that fits a model, to begin a test with. Not proven to fit: patterns and counts are not looked at.
struct SchemaSample {
    /// Schemas by the model's name, for references between models.
    let models: [String: JSON]

    private static let depth = 8
    private static let members = 40

    func value(of schema: JSON) -> JSON {
        value(of: schema, root: schema, depth: 0)
    }

    private func value(of schema: JSON, root: JSON, depth: Int) -> JSON {
        guard depth < Self.depth else { return .null }
        for name in ["example", "default"] { if let given = schema[name] { return given } }
        if let first = schema["enum"]?.array?.first { return first }
        if let reference = schema["$ref"]?.string {
            guard let (target, root) = resolve(reference, root) else { return [:] }
            return value(of: target, root: root, depth: depth + 1)
        }
        if let all = schema["allOf"]?.array { return merged(all, root, depth) }
        for name in ["oneOf", "anyOf"] {
            if let first = schema[name]?.array?.first { return value(of: first, root: root, depth: depth + 1) }
        }
        switch type(of: schema) {
        case "object": return object(schema, root, depth)
        case "array":
            guard let items = schema["items"] else { return [] }
            return [value(of: items.array?.first ?? items, root: root, depth: depth + 1)]
        case "string": return .string(string(schema))
        case "integer", "number": return schema["minimum"] ?? 1
        case "boolean": return true
        case "null": return .null
        default: return [:]
        }
    }

    private func type(of schema: JSON) -> String {
        if let name = schema["type"]?.string ?? schema["type"]?.array?.first?.string { return name }
        if schema["properties"] != nil { return "object" }
        return schema["items"] == nil ? "" : "array"
    }

    private func object(_ schema: JSON, _ root: JSON, _ depth: Int) -> JSON {
        var object = JSONObject()
        for (name, property) in (schema["properties"]?.object?.members ?? []).prefix(Self.members) {
            object[name] = value(of: property, root: root, depth: depth + 1)
        }
        for name in (schema["required"]?.array ?? []).compactMap(\.string).prefix(Self.members)
        where object[name] == nil {
            object[name] = ""
        }
        return .object(object)
    }

    private func merged(_ parts: [JSON], _ root: JSON, _ depth: Int) -> JSON {
        var object = JSONObject()
        for part in parts.prefix(Self.members) {
            for (name, member) in value(of: part, root: root, depth: depth + 1).object?.members ?? [] {
                object[name] = member
            }
        }
        return .object(object)
    }

    private func string(_ schema: JSON) -> String {
        switch schema["format"]?.string {
        case "date-time": "2026-01-01T00:00:00Z"
        case "date": "2026-01-01"
        case "email": "someone@example.com"
        case "uri": "https://example.com"
        case "ipv4": "192.0.2.1"
        default: String(repeating: "x", count: min(200, max(0, schema["minLength"]?.int ?? 1)))
        }
    }

    /// `#/definitions/Pet` in the same schema, or another model by its address.
    private func resolve(_ reference: String, _ root: JSON) -> (JSON, root: JSON)? {
        if reference == "#" { return (root, root) }
        if reference.hasPrefix("#/") {
            var place: JSON? = root
            for part in reference.dropFirst(2).split(separator: "/") {
                let name = part.replacing("~1", with: "/").replacing("~0", with: "~")
                place = place?[String(name)]
            }
            return place.map { ($0, root) }
        }
        guard let name = reference.split(separator: "/").last, let model = models[String(name)] else { return nil }
        return (model, model)
    }
}
