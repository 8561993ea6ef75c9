import ControlAPI

/// All entities of an API that a documentation part can be about, for `locationStatus=UNDOCUMENTED`.
enum DocumentedEntities {
    static func locations(api: String, _ transaction: Transaction) throws -> [DocumentationPartLocation] {
        let db = transaction.db
        let methods = try ResourceTable.methods(db, api: api)
        var locations = [DocumentationPartLocation(type: "API")]
        locations += try AuthorizerTable.list(db, api: api).map {
            DocumentationPartLocation(type: "AUTHORIZER", name: $0.name)
        }
        locations += try ModelTable.list(db, api: api).map {
            DocumentationPartLocation(type: "MODEL", name: $0.name)
        }
        for resource in try ResourceTable.list(db, api: api) {
            locations.append(DocumentationPartLocation(type: "RESOURCE", path: resource.path))
            for (verb, method) in (methods[resource.id] ?? [:]).sorted(by: { $0.key < $1.key }) {
                locations += Self.locations(of: method, verb: verb, path: resource.path)
            }
        }
        return locations
    }

    private static func locations(of method: Method, verb: String, path: String) -> [DocumentationPartLocation] {
        var locations = [DocumentationPartLocation(type: "METHOD", path: path, method: verb)]
        for parameter in method.requestParameters?.keys.sorted() ?? [] {
            let parts = parameter.split(separator: ".", maxSplits: 3)
            guard parts.count == 4, let type = parameterTypes[String(parts[2])] else { continue }
            locations.append(
                DocumentationPartLocation(type: type, path: path, method: verb, name: String(parts[3])))
        }
        if method.requestModels?.isEmpty == false {
            locations.append(DocumentationPartLocation(type: "REQUEST_BODY", path: path, method: verb))
        }
        for (status, response) in (method.methodResponses ?? [:]).sorted(by: { $0.key < $1.key }) {
            locations.append(
                DocumentationPartLocation(type: "RESPONSE", path: path, method: verb, statusCode: status))
            for parameter in response.responseParameters?.keys.sorted() ?? [] {
                let name = parameter.split(separator: ".", maxSplits: 3).last.map(String.init)
                locations.append(
                    DocumentationPartLocation(
                        type: "RESPONSE_HEADER", path: path, method: verb, statusCode: status, name: name))
            }
            if response.responseModels?.isEmpty == false {
                locations.append(
                    DocumentationPartLocation(type: "RESPONSE_BODY", path: path, method: verb, statusCode: status))
            }
        }
        return locations
    }

    private static let parameterTypes = [
        "path": "PATH_PARAMETER", "querystring": "QUERY_PARAMETER", "header": "REQUEST_HEADER",
    ]
}
