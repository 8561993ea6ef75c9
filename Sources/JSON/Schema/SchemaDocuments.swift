/// Where a schema stands.
struct SchemaPlace: Sendable {
    let document: String
    /// Its JSON pointer in the document.
    let pointer: String
    /// What references are relative to, before the schema's own `id`.
    let base: String

    var name: String { document + "#" + pointer }

    /// Bytes that pointers and bases may have. Every schema has its own, so long names above many schemas would add up.
    static let maximumLength = 4_096

    func at(_ names: String..., base: String) -> SchemaPlace {
        let added = names.map { "/" + SchemaURI.escaped($0) }.joined()
        return SchemaPlace(document: document, pointer: pointer + added, base: base)
    }
}

/// The documents that a schema and its references reach, and the names that `id` gives to parts of them.
struct SchemaDocuments {
    typealias Entry = (schema: JSON, place: SchemaPlace)

    private let limits: JSONSchemaLimits
    private var known: [String: Entry] = [:]
    private var count = 0

    init(limits: JSONSchemaLimits) {
        self.limits = limits
    }

    mutating func add(_ document: JSON, uri: String) throws(JSONSchemaError) {
        count += 1
        guard count <= limits.documents else {
            throw .schema(message: "references reach more than \(limits.documents) documents", place: uri + "#")
        }
        let root: Entry = (document, SchemaPlace(document: uri, pointer: "", base: uri))
        name(root, uri)
        var pending = [root]
        while let (schema, place) = pending.popLast() {
            guard case .object(let object) = schema, object["$ref"] == nil else { continue }
            let base = Self.base(inside: object, place.base)
            guard max(place.pointer.utf8.count, base.utf8.count) <= SchemaPlace.maximumLength else {
                throw .schema(message: "a schema's place or id is too long", place: uri + "#")
            }
            if let id = object["id"]?.string {
                let fragment = SchemaURI.split(id).fragment
                if !fragment.isEmpty { name((schema, place), base + "#" + fragment) }
                if !id.hasPrefix("#") { name((schema, place), base) }
            }
            for keyword in ["properties", "patternProperties", "definitions", "dependencies"] {
                for member in object[keyword]?.object?.members ?? [] {
                    pending.append((member.value, place.at(keyword, member.key, base: base)))
                }
            }
            for keyword in ["items", "additionalItems", "additionalProperties", "not"] {
                if let value = object[keyword] { pending.append((value, place.at(keyword, base: base))) }
            }
            for keyword in ["items", "allOf", "anyOf", "oneOf"] {
                for (number, value) in (object[keyword]?.array ?? []).enumerated() {
                    pending.append((value, place.at(keyword, String(number), base: base)))
                }
            }
        }
    }

    /// The first of two of a name holds it.
    private mutating func name(_ entry: Entry, _ uri: String) {
        if known[uri] == nil { known[uri] = entry }
    }

    /// What references inside a schema are relative to.
    static func base(inside schema: JSONObject, _ outer: String) -> String {
        guard schema["$ref"] == nil, let id = schema["id"]?.string else { return outer }
        return SchemaURI.resolve(SchemaURI.split(id).document, outer)
    }

    /// The schema that a reference names; `nil` if there is none.
    mutating func find(
        _ reference: String, from base: String, resolve: (String) -> JSON?
    ) throws(JSONSchemaError) -> Entry? {
        let (document, fragment) = SchemaURI.split(reference)
        let uri = SchemaURI.resolve(document, base)
        if known[uri] == nil {
            let draftFour = uri == DraftFour.uri ? DraftFour.schema : nil
            if let fetched = resolve(uri) ?? draftFour { try add(fetched, uri: uri) }
        }
        guard let names = SchemaURI.names(ofPointer: fragment) else { return known[uri + "#" + fragment] }
        guard var (schema, place) = known[uri] else { return nil }
        for name in names {
            switch schema {
            case .object(let object):
                guard let member = object[name] else { return nil }
                place = place.at(name, base: Self.base(inside: object, place.base))
                schema = member
            case .array(let elements):
                guard let number = Int(name), elements.indices.contains(number) else { return nil }
                place = place.at(name, base: place.base)
                schema = elements[number]
            default: return nil
            }
        }
        return (schema, place)
    }
}
