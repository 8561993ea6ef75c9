import JSON

/// The mapping template that `GetModelTemplate` makes of a schema: the shape of the model with samples for its values,
/// to be filled in by its author.
///
/// AWS's own samples are `"foo"`, `42` and `true`, and a loop for each array; where a schema allows several shapes the
/// first is taken. Members without a shape, references that lead into themselves and what is beyond the limits become
/// `{ }`.
struct SkeletonTemplate {
    static let largestDepth = 40
    static let largestCount = 2_000

    private let root: JSON
    private var references: [String] = []
    private var count = 0
    private var depth = 0
    private var output = "#set($inputRoot = $input.path('$'))\n"

    /// `schema` has no references to other documents.
    static func text(_ schema: JSON) -> String {
        var template = SkeletonTemplate(root: schema)
        template.write(schema, from: "$inputRoot", level: 0)
        return template.output
    }

    private init(root: JSON) {
        self.root = root
    }

    /// `place` is the reference of the value that the schema describes.
    private mutating func write(_ schema: JSON, from place: String, level: Int) {
        count += 1
        depth += 1
        defer { depth -= 1 }
        guard depth < Self.largestDepth, count < Self.largestCount else {
            output += "{ }"
            return
        }
        if let reference = schema["$ref"]?.string {
            guard !references.contains(reference), let target = target(of: reference) else {
                output += "{ }"
                return
            }
            references.append(reference)
            write(target, from: place, level: level)
            references.removeLast()
            return
        }
        switch Self.type(of: schema) {
        case "array": writeArray(schema, from: place, level: level)
        case "string": output += Self.sample(schema) ?? "\"foo\""
        case "integer", "number": output += Self.sample(schema) ?? "42"
        case "boolean": output += "true"
        case "null": output += "null"
        default: writeObject(schema, from: place, level: level)
        }
    }

    private static func type(of schema: JSON) -> String {
        if let type = schema["type"]?.string ?? schema["type"]?[0]?.string { return type }
        return schema["items"] == nil ? "object" : "array"
    }

    /// The first value that an enumeration allows.
    private static func sample(_ schema: JSON) -> String? {
        schema["enum"]?[0]?.text()
    }

    private mutating func writeObject(_ schema: JSON, from place: String, level: Int) {
        guard let properties = schema["properties"]?.object, !properties.isEmpty else {
            if let one = Self.alternatives.lazy.compactMap({ schema[$0]?[0] }).first {
                write(one, from: place, level: level)
            } else {
                output += "{ }"
            }
            return
        }
        output += "{\n"
        for (number, property) in properties.members.enumerated() {
            output += Self.indent(level + 1) + JSON.string(property.key).text() + " : "
            write(property.value, from: "\(place).\(property.key)", level: level + 1)
            output += number + 1 < properties.count ? ",\n" : "\n"
        }
        output += Self.indent(level) + "}"
    }

    private static let alternatives = ["allOf", "anyOf", "oneOf"]

    private mutating func writeArray(_ schema: JSON, from place: String, level: Int) {
        let items = schema["items"]?[0] ?? schema["items"] ?? .null
        output += "[\n##TODO: Update this foreach loop to reference array from input json\n"
        output += "#foreach($elem in \(place))\n" + Self.indent(level + 1)
        write(items, from: "$elem", level: level + 1)
        output += "\n#if($foreach.hasNext),#end\n#end\n" + Self.indent(level) + "]"
    }

    private static func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }

    /// The schema at a JSON pointer of the document.
    private func target(of reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        let pointer = String(reference.dropFirst())
        if pointer.isEmpty { return root }
        var value = root
        for part in Patch.parts(pointer) {
            guard let next = value[part] ?? Int(part).flatMap({ value[$0] }) else { return nil }
            value = next
        }
        return value
    }
}
