internal import Foundation
import JSON

/// A parsed document with its version, and the one place where `$ref`s into it are followed.
struct Document {
    enum Version {
        case swagger2, openapi3
    }

    let root: JSONObject
    let version: Version
    /// The text, to say where in it a fault stands.
    let bytes: [UInt8]

    /// Throws ``OpenAPIError``.
    init(_ bytes: [UInt8]) throws {
        let value = try DocumentText.parse(bytes)
        guard let root = value.object else {
            throw OpenAPIError.unknownFormat("The document is no object at its top level.")
        }
        if let text = root["swagger"]?.scalarText {
            guard text == "2.0" || text == "2" else {
                throw OpenAPIError.unknownFormat("swagger is '\(text.prefix(40))'; only 2.0 can be imported.")
            }
            version = .swagger2
        } else if let text = root["openapi"]?.scalarText {
            guard text == "3" || text.hasPrefix("3.0") else {
                throw OpenAPIError.unknownFormat("openapi is '\(text.prefix(40))'; only 3.0 can be imported.")
            }
            version = .openapi3
        } else {
            throw OpenAPIError.unknownFormat("It has neither 'swagger: \"2.0\"' nor 'openapi: 3.0.x'.")
        }
        guard root["paths"] != nil else {
            throw OpenAPIError(
                message: "Failed to parse the uploaded OpenAPI document due to: 'paths' is a required property")
        }
        self.root = root
        self.bytes = bytes
    }

    /// Where the schemas stand: `#/definitions/` or `#/components/schemas/`.
    var schemaPrefix: String { version == .swagger2 ? "#/definitions/" : "#/components/schemas/" }

    var schemas: JSONObject {
        switch version {
        case .swagger2: root["definitions"]?.object ?? JSONObject()
        case .openapi3: root["components"]?["schemas"]?.object ?? JSONObject()
        }
    }

    var securitySchemes: JSONObject {
        switch version {
        case .swagger2: root["securityDefinitions"]?.object ?? JSONObject()
        case .openapi3: root["components"]?["securitySchemes"]?.object ?? JSONObject()
        }
    }

    /// The object at `pointer`, or what its `$ref` leads to, followed to its end. `pointer` says where `value` stands.
    func resolved(_ value: JSON, at pointer: String) throws -> JSONObject {
        var value = value
        var seen: Set<String> = []
        while let reference = value["$ref"]?.string {
            guard seen.insert(reference).inserted else {
                throw fault("the reference '\(reference.prefix(200))' leads back to itself", at: pointer)
            }
            guard reference.hasPrefix("#/") else {
                throw fault(
                    "the reference '\(reference.prefix(200))' leads out of the document; put what it means into it",
                    at: pointer)
            }
            guard let target = target(String(reference.dropFirst())) else {
                throw fault("the reference '\(reference.prefix(200))' leads nowhere", at: pointer)
            }
            value = target
        }
        guard let object = value.object else { throw fault("an object is wanted", at: pointer) }
        return object
    }

    /// What stands at a JSON pointer.
    private func target(_ pointer: String) -> JSON? {
        var value = JSON.object(root)
        for part in JSONPointer.parts(pointer) {
            let decoded = part.removingPercentEncoding
            let next: JSON? =
                switch value {
                case .object(let object): object[part] ?? decoded.flatMap { object[$0] }
                case .array(let elements): Int(part).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
                default: nil
                }
            guard let next else { return nil }
            value = next
        }
        return value
    }

    /// Refuses schemas that are nothing but references in a circle. A model that has itself as a member is none.
    func refuseCircularSchemas() throws {
        for (name, schema) in schemas.members {
            var seen: Set<String> = [name]
            var at = schema
            while let reference = at["$ref"]?.string, reference.hasPrefix(schemaPrefix) {
                let next = JSONPointer.unescaped(reference.dropFirst(schemaPrefix.count))
                guard seen.insert(next).inserted else {
                    throw fault(
                        "the reference '\(reference.prefix(200))' leads back to itself",
                        at: "\(schemaPrefix.dropFirst())\(JSONPointer.escaped(name))/$ref")
                }
                guard let schema = schemas[next] else { break }
                at = schema
            }
        }
    }

    func fault(_ reason: String, at pointer: String) -> OpenAPIError {
        .invalid("At #\(pointer) (\(DocumentText.place(of: pointer, in: bytes))): \(reason).")
    }
}

extension JSON {
    /// The text of a string, a number or a boolean, as people write versions and status codes.
    var scalarText: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.text
        case .bool(let bool): bool ? "true" : "false"
        default: nil
        }
    }

    /// A string that says something.
    var nonEmptyString: String? { string.flatMap { $0.isEmpty ? nil : $0 } }

    /// A boolean, also as text.
    var flag: Bool? { bool ?? string.flatMap { Bool($0.lowercased()) } }

    /// An integer, also as text.
    var integer: Int? { int ?? string.flatMap { Int($0) } }

    /// Text → text; members that are something else are left out.
    var stringMap: [String: String]? {
        object.map { object in
            Dictionary(object.members.compactMap { member in member.value.string.map { (member.key, $0) } }) { $1 }
        }
    }

    var strings: [String]? { array?.compactMap(\.string) }
}
