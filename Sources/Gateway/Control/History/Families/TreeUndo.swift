import ControlAPI
import GRDB
import JSON

/// Rows of `resource` and `method`.
enum TreeUndo {
    static let resources = UndoFamily(
        table: "resource", what: "resource", name: { row, _ in row.text("path") ?? "" },
        shown: { row in
            row.text("path").map { .object(JSONObject([(key: "path", value: .string($0))])) }
        }, check: checkResource)

    static let methods = UndoFamily(table: "method", what: "method", name: name, check: checkMethod)

    /// Also of methods whose resource goes in the same undo.
    private static func name(_ row: RowImage, _ undoing: Undoing) throws -> String {
        let (api, resource) = (row.text("api_id") ?? "", row.text("resource_id") ?? "")
        let path = try ResourceTable.find(undoing.db, api: api, resource)?.path ?? undoing.gonePath(api, resource)
        return "\(row.text("http_method") ?? "") \(path ?? resource)"
    }

    // MARK: Resources

    private static func checkResource(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after, let api = after.text("api_id"), let id = after.text("id") else { return }
        guard let resource = try ResourceTable.find(undoing.db, api: api, id) else { return }
        if let parentId = resource.parentId, let parent = try ResourceTable.find(undoing.db, api: api, parentId) {
            let parentPlace = RowPlace(table: "resource", key: Undoing.key(api, parentId))
            guard resource.path == PathPart.join(parent.path, resource.pathPart ?? "") else {
                throw try undoing.conflict("its parent is at \(parent.path) now", at: parentPlace)
            }
            try checkPart(resource, under: parent, api: api, undoing)
        }
        for child in try ResourceTable.children(undoing.db, api: api, of: id)
        where child.path != PathPart.join(resource.path, child.pathPart ?? "") {
            throw try undoing.conflict(
                "the resource \(child.path) is below it",
                at: RowPlace(table: "resource", key: Undoing.key(api, child.id)))
        }
    }

    private static func checkPart(_ resource: Resource, under parent: Resource, api: String, _ undoing: Undoing) throws
    {
        let siblings = try ResourceTable.children(undoing.db, api: api, of: parent.id).filter { $0.id != resource.id }
        let wild = siblings.first { sibling in sibling.pathPart.map { PathPart($0) != .literal } ?? false }
        let place = RowPlace(table: "resource", key: Undoing.key(api, wild?.id ?? parent.id))
        try undoing.check(place) {
            try Resources.check(
                resource.pathPart ?? "", under: parent, api: api, moving: resource.id, undoing.transaction)
        }
    }

    // MARK: Methods

    /// What the method refers to has to be there. A method that later changes altered as well is checked in full.
    private static func checkMethod(_ row: ChangedRow, _ undoing: Undoing) throws {
        guard let after = row.after, let api = after.text("api_id") else { return }
        let method = try after.decode(Method.self)
        let transaction = undoing.transaction
        if let type = method.authorizationType, Methods.typesWithAuthorizer.contains(type), let id = method.authorizerId
        {
            try undoing.check(RowPlace(table: "authorizer", key: Undoing.key(api, id))) {
                try Authorizers.check(id, for: type, api: api, transaction)
            }
        }
        if let id = method.requestValidatorId {
            try undoing.check(RowPlace(table: "request_validator", key: Undoing.key(api, id))) {
                try RequestValidators.check(id, api: api, transaction)
            }
        }
        let responses = method.methodResponses ?? [:]
        let models = Set((method.requestModels ?? [:]).values).union(
            responses.values.flatMap { ($0.responseModels ?? [:]).values })
        for model in models.sorted() {
            try undoing.check(RowPlace(table: "model", key: Undoing.key(api, model))) {
                try Models.check(model, api: api, transaction)
            }
        }
        if let link = method.methodIntegration?.connectionId, row.before?.text("document")?.contains(link) != true {
            try checkLink(link, undoing)
        }
        if undoing.merged.contains(row.place) { try checkWhole(method, row.place, undoing) }
    }

    private static func checkLink(_ link: String, _ undoing: Undoing) throws {
        let gone = try ChangedRowTable.latest(
            undoing.db, table: "vpc_link", where: [("id", link)], after: undoing.change)
        guard gone != nil, try VpcLinkTable.find(undoing.db, link) == nil else { return }
        throw try undoing.conflict("the VPC link \(link) is gone", inTable: "vpc_link", where: [("id", link)])
    }

    private static func checkWhole(_ method: Method, _ place: RowPlace, _ undoing: Undoing) throws {
        try undoing.check(place) {
            guard let integration = method.methodIntegration else { return }
            try Integrations.check(integration, of: method)
            for response in (integration.integrationResponses ?? [:]).values {
                guard method.methodResponses?[response.statusCode] != nil else {
                    throw ApiError.conflict("its integration answers with the status code \(response.statusCode)")
                }
                try IntegrationResponses.check(response, of: method)
            }
        }
    }

    /// The place of a method of the API that `uses` something; `nil` if none does.
    static func user(in api: String, _ undoing: Undoing, where uses: (Method) -> Bool) throws -> RowPlace? {
        for (resource, methods) in try ResourceTable.methods(undoing.db, api: api) {
            for (verb, method) in methods where uses(method) {
                return RowPlace(table: "method", key: Undoing.key(api, resource, verb))
            }
        }
        return nil
    }
}

extension Undoing {
    /// The path of a resource that this undo takes away.
    func gonePath(_ api: String, _ id: String) throws -> String? {
        try String.fetchOne(
            db,
            sql: "SELECT json_extract(before, '$.path') FROM changed_row WHERE table_name = 'resource' AND row_key = ?",
            arguments: [Self.key(api, id)])
    }
}
