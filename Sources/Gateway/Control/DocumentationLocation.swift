import ControlAPI
import JSON

/// Which members a documentation part's location has, by its type (AWS's data type `DocumentationPartLocation`).
///
/// A path that is not given is `/`, a method and a status code `*`; all of them are shown. What a type does not have is
/// refused: AWS documents those members as not valid there.
struct DocumentationLocationRule {
    let type: String
    var hasPath = true
    var hasMethod = true
    var hasStatusCode = false
    var needsName = false

    /// One row a type, from the top of an API to its ends.
    static let all = [
        DocumentationLocationRule(type: "API", hasPath: false, hasMethod: false),
        DocumentationLocationRule(type: "AUTHORIZER", hasPath: false, hasMethod: false, needsName: true),
        DocumentationLocationRule(type: "MODEL", hasPath: false, hasMethod: false, needsName: true),
        DocumentationLocationRule(type: "RESOURCE", hasMethod: false),
        DocumentationLocationRule(type: "METHOD"),
        DocumentationLocationRule(type: "PATH_PARAMETER", needsName: true),
        DocumentationLocationRule(type: "QUERY_PARAMETER", needsName: true),
        DocumentationLocationRule(type: "REQUEST_HEADER", needsName: true),
        DocumentationLocationRule(type: "REQUEST_BODY"),
        DocumentationLocationRule(type: "RESPONSE", hasStatusCode: true),
        DocumentationLocationRule(type: "RESPONSE_HEADER", hasStatusCode: true, needsName: true),
        DocumentationLocationRule(type: "RESPONSE_BODY", hasStatusCode: true),
    ]

    /// In the order in which AWS lists them.
    static let types = [
        "RESPONSE_BODY", "RESPONSE", "METHOD", "MODEL", "AUTHORIZER", "RESPONSE_HEADER", "RESOURCE", "PATH_PARAMETER",
        "REQUEST_BODY", "QUERY_PARAMETER", "API", "REQUEST_HEADER",
    ]

    /// The location with its defaults. Throws ``ApiError``.
    static func completed(_ location: DocumentationPartLocation) throws -> DocumentationPartLocation {
        guard let rule = all.first(where: { $0.type == location.type }) else {
            throw ApiError.badRequest(
                "Invalid documentation part location type: \(location.type). Valid types are "
                    + all.map(\.type).joined(separator: ", "))
        }
        return try rule.completed(location)
    }

    private func completed(_ location: DocumentationPartLocation) throws -> DocumentationPartLocation {
        var complete = DocumentationPartLocation(type: type)
        complete.path = try member(location.path, "path", isKnown: hasPath, default: "/")
        if let path = complete.path, !path.hasPrefix("/") {
            throw ApiError.badRequest("Invalid documentation part location: path must begin with /: \(path)")
        }
        complete.method = try member(location.method, "method", isKnown: hasMethod, default: "*")?.uppercased()
        if let method = complete.method, method != "*" { try Verbs.check(method) }
        complete.statusCode = try member(location.statusCode, "statusCode", isKnown: hasStatusCode, default: "*")
        if let status = complete.statusCode, status != "*", status != "default", !Violations.isStatusCode(status) {
            throw ApiError.badRequest("Invalid documentation part location: statusCode is no status: \(status)")
        }
        complete.name = try member(location.name, "name", isKnown: needsName, default: "")
        guard complete.name != "" else {
            throw ApiError.badRequest("Invalid documentation part location: name is required for type \(type)")
        }
        return complete
    }

    /// An empty member counts as none.
    private func member(_ value: String?, _ name: String, isKnown: Bool, default: String) throws -> String? {
        let value = value.flatMap { $0.isEmpty ? nil : $0 }
        guard isKnown else {
            if value != nil {
                throw ApiError.badRequest(
                    "Invalid documentation part location: \(name) is not valid for type \(type)")
            }
            return nil
        }
        return value ?? `default`
    }
}
