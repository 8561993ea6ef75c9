/// The `$ref`s of a schema, wherever they stand in it.
package enum SchemaReferences {
    /// Members whose values are data and no schemas.
    private static let data: Set<String> = ["enum", "default", "example", "examples"]

    /// Calls `body` with each `$ref` of a schema.
    package static func visit(_ schema: JSON, _ body: (String) -> Void) {
        switch schema {
        case .object(let object):
            for (key, value) in object.members {
                if key == "$ref", let reference = value.string {
                    body(reference)
                } else if case .array = value, data.contains(key) {
                    continue
                } else {
                    visit(value, body)
                }
            }
        case .array(let elements):
            for element in elements { visit(element, body) }
        default: break
        }
    }

    /// A schema with each `$ref` replaced by what `body` makes of it.
    package static func rewritten(_ schema: JSON, _ body: (String) -> String) -> JSON {
        switch schema {
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { key, value in
                        if key == "$ref", let reference = value.string {
                            return (key: key, value: .string(body(reference)))
                        }
                        if case .array = value, data.contains(key) { return (key: key, value: value) }
                        return (key: key, value: rewritten(value, body))
                    }))
        case .array(let elements):
            return .array(elements.map { rewritten($0, body) })
        default:
            return schema
        }
    }
}
