import JSON

/// The models of a document: its named schemas, and a model of its own for each schema that a method has inline.
struct ModelReader {
    private let prefix: String
    private(set) var definitions: [ModelDefinition] = []
    private var names: Set<String> = []
    /// Inline schemas by their text.
    private var inline: [String: String] = [:]

    init(_ document: Document) {
        prefix = document.schemaPrefix
        for (name, schema) in document.schemas.members {
            names.insert(name)
            definitions.append(
                ModelDefinition(
                    name: name, description: schema["description"]?.nonEmptyString, schema: normalized(schema)))
        }
    }

    /// The model that a body's schema means; `nil` if it refers to one that is not there.
    mutating func name(of schema: JSON) -> String? {
        if let reference = schema["$ref"]?.string, let name = modelName(reference) {
            return names.contains(name) ? name : nil
        }
        let schema = normalized(schema)
        let text = schema.text()
        if let known = inline[text] { return known }
        let name = newName(for: text)
        inline[text] = name
        names.insert(name)
        definitions.append(
            ModelDefinition(name: name, description: schema["description"]?.nonEmptyString, schema: schema))
        return name
    }

    /// What `name(of:)` could not find, to tell of it.
    static func reference(_ schema: JSON) -> String {
        (schema["$ref"]?.string ?? "").split(separator: "/").last.map(String.init) ?? ""
    }

    /// `MODEL` and six hexadecimal digits that follow from the schema, so that the same file gives the same names.
    private func newName(for text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        while true {
            let digits = String(hash & 0xFF_FFFF, radix: 16)
            let name = "MODEL" + String(repeating: "0", count: 6 - digits.count) + digits
            if !names.contains(name) { return name }
            hash = hash &* 0x100_0000_01b3 &+ 1
        }
    }

    /// The name behind a reference to a whole model.
    private func modelName(_ reference: String) -> String? {
        let normal = normalized(reference)
        guard normal.hasPrefix(ModelDefinition.referencePrefix) else { return nil }
        let name = normal.dropFirst(ModelDefinition.referencePrefix.count)
        return name.contains("/") ? nil : JSONPointer.unescaped(name)
    }

    private static let canonicalPrefix = "https://apigateway.amazonaws.com/restapis/"

    /// References to models, from wherever they were written, as `#/definitions/{name}`.
    private func normalized(_ reference: String) -> String {
        if reference.hasPrefix(prefix) {
            return ModelDefinition.referencePrefix + reference.dropFirst(prefix.count)
        }
        if reference.hasPrefix(Self.canonicalPrefix), let models = reference.firstRange(of: "/models/") {
            return ModelDefinition.referencePrefix + reference[models.upperBound...].replacing("#", with: "")
        }
        return reference
    }

    private func normalized(_ schema: JSON) -> JSON {
        SchemaReferences.rewritten(schema) { normalized($0) }
    }
}
