import ControlAPI
import JSON

/// `/restapis/{restapi_id}/resources`.
enum Resources {
    static let operations: [Operation] = [
        .read("GetResources", "GET", "/restapis/{restapi_id}/resources", list),
        .change("CreateResource", "POST", "/restapis/{restapi_id}/resources/{parent_id}", create),
        .read("GetResource", "GET", "/restapis/{restapi_id}/resources/{resource_id}", get),
        .change("UpdateResource", "PATCH", "/restapis/{restapi_id}/resources/{resource_id}", update),
        .change("DeleteResource", "DELETE", "/restapis/{restapi_id}/resources/{resource_id}", delete),
    ]

    /// AWS's quota.
    static let largestCount = 300

    static func path(api: String, _ id: String) -> String { "/restapis/\(api)/resources/\(id)" }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let found = try ResourceTable.list(
            transaction.db, api: api, after: paging.position ?? "", limit: paging.limit + 1)
        let embed = input.queryList("embed").contains("methods")
        let page = paging.page(found.map { ($0.path, $0) })
        let filled = try page.items.map { try shown($0, api: api, embed: embed, transaction) }
        return try OperationOutput(200, encoding: Page(items: filled, position: page.position))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let resource = try transaction.resource(api: api, input.parameter("resource_id"))
        let embed = input.queryList("embed").contains("methods")
        return OperationOutput(200, try shown(resource, api: api, embed: embed, transaction))
    }

    /// As ``withMethods(_:api:embed:_:)``, with the methods as they are stored, which is AWS's shape: a page may have
    /// hundreds.
    private static func shown(
        _ resource: Resource, api: String, embed: Bool, _ transaction: Transaction
    ) throws -> JSON {
        let shown = try JSON(encoding: resource)
        let methods = try ResourceTable.methodDocuments(transaction.db, api: api, resource: resource.id)
        guard !methods.isEmpty, case .object(var object) = shown else { return shown }
        let pairs = try methods.map { verb, text in
            (key: verb, value: embed ? try JSON(parsing: text) : .object(JSONObject()))
        }
        object["resourceMethods"] = .object(JSONObject(pairs))
        return .object(object)
    }

    /// Names the verbs, and shows their methods where they were asked for.
    static func withMethods(
        _ resource: Resource, api: String, embed: Bool, _ transaction: Transaction
    ) throws -> Resource {
        let methods = try ResourceTable.methods(transaction.db, api: api, resource: resource.id)
        guard !methods.isEmpty else { return resource }
        var resource = resource
        resource.resourceMethods = embed ? methods : methods.mapValues { _ in Method() }
        return resource
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let pathPart = try input.body.string("pathPart")
        var violations = Violations()
        if pathPart == nil { violations.addNull(at: "createResourceInput.pathPart") }
        try violations.throwIfAny()
        let parent = try transaction.resource(api: api, input.parameter("parent_id"))
        let part = pathPart ?? ""
        try check(part, under: parent, api: api, moving: nil, transaction)
        guard try ResourceTable.count(transaction.db, api: api) < largestCount else {
            throw ApiError.limitExceeded("Too many resources: an API can have at most \(largestCount)")
        }
        let resource = Resource(
            id: try transaction.newId(length: 6) { try ResourceTable.find(transaction.db, api: api, $0) != nil },
            parentId: parent.id, pathPart: part, path: PathPart.join(parent.path, part))
        try ResourceTable.insert(transaction.db, api: api, resource)
        try transaction.record(path(api: api, resource.id), api: api, after: resource)
        return try OperationOutput(201, encoding: resource)
    }

    /// The rules among siblings, and those of the parent.
    static func check(
        _ part: String, under parent: Resource, api: String, moving: String?, _ transaction: Transaction
    ) throws {
        guard let shape = PathPart(part) else { throw PathPart.refusal }
        if let parentPart = parent.pathPart, PathPart(parentPart) == .greedy {
            throw ApiError.badRequest(
                "Cannot create a child of a resource with a greedy path variable: \(parentPart)")
        }
        let siblings = try ResourceTable.children(transaction.db, api: api, of: parent.id).filter { $0.id != moving }
        if siblings.contains(where: { $0.pathPart == part }) {
            throw ApiError.conflict("Another resource with the same parent already has this name: \(part)")
        }
        if shape != .literal,
            let sibling = siblings.compactMap(\.pathPart).first(where: { PathPart($0).map { $0 != .literal } ?? false })
        {
            throw ApiError.badRequest(
                "A sibling (\(sibling)) of this resource already has a variable path part -- only one is allowed")
        }
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateResourceInput")
        let api = input.parameter("restapi_id")
        let db = transaction.db
        let before = try transaction.resource(api: api, input.parameter("resource_id"))
        var resource = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/parentId", "/pathPart"])
            guard before.parentId != nil else {
                throw ApiError.badRequest("Root resource cannot update its \(step.path.dropFirst()).")
            }
            if step.path == "/parentId" {
                let parent = try transaction.resource(api: api, step.value ?? "")
                try refuseCycle(resource.id, under: parent, api: api, transaction)
                resource.parentId = parent.id
            } else {
                resource.pathPart = step.value ?? ""
            }
        }
        guard let parentId = resource.parentId, resource != before else {
            return try OperationOutput(200, encoding: withMethods(resource, api: api, embed: false, transaction))
        }
        let parent = try transaction.resource(api: api, parentId)
        try check(resource.pathPart ?? "", under: parent, api: api, moving: resource.id, transaction)
        let children = try ResourceTable.children(db, api: api, of: resource.id)
        if let part = resource.pathPart, PathPart(part) == .greedy, !children.isEmpty {
            throw ApiError.badRequest("Cannot create a child of a resource with a greedy path variable: \(part)")
        }
        resource.path = PathPart.join(parent.path, resource.pathPart ?? "")
        try ResourceTable.update(db, api: api, resource)
        try movePaths(of: children, under: resource, api: api, transaction)
        try transaction.record(path(api: api, resource.id), api: api, before: before, after: resource)
        return try OperationOutput(200, encoding: withMethods(resource, api: api, embed: false, transaction))
    }

    private static func refuseCycle(
        _ id: String, under parent: Resource, api: String, _ transaction: Transaction
    ) throws {
        var at: Resource? = parent
        while let resource = at {
            guard resource.id != id else { throw ApiError.badRequest("Resources cannot be cyclical.") }
            at = try resource.parentId.flatMap { try ResourceTable.find(transaction.db, api: api, $0) }
        }
    }

    private static func movePaths(
        of children: [Resource], under parent: Resource, api: String, _ transaction: Transaction
    ) throws {
        var waiting = children.map { (child: $0, parentPath: parent.path) }
        while let (child, parentPath) = waiting.popLast() {
            var moved = child
            moved.path = PathPart.join(parentPath, child.pathPart ?? "")
            try ResourceTable.update(transaction.db, api: api, moved)
            waiting += try ResourceTable.children(transaction.db, api: api, of: child.id).map { ($0, moved.path) }
        }
    }

    /// Takes everything below along.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let resource = try transaction.resource(api: api, input.parameter("resource_id"))
        guard resource.parentId != nil else {
            throw ApiError.badRequest("Root resource cannot be deleted.")
        }
        var gone = [resource]
        var at = 0
        while at < gone.count {
            gone += try ResourceTable.children(transaction.db, api: api, of: gone[at].id)
            at += 1
        }
        let before = try gone.map { try withMethods($0, api: api, embed: true, transaction) }
        try ResourceTable.delete(transaction.db, api: api, resource.id)
        for one in before { try transaction.record(path(api: api, one.id), api: api, before: one) }
        return .accepted
    }
}

/// What a path part is: `pets`, `{petId}` or `{proxy+}`.
enum PathPart: Equatable {
    case literal
    case variable
    case greedy

    static let refusal = ApiError.badRequest(
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the "
            + "beginning and the end.")

    /// `nil` if the text is none.
    init?(_ text: String) {
        guard text.hasPrefix("{") else {
            guard !text.isEmpty, text.utf8.allSatisfy(Self.isAllowed) else { return nil }
            self = .literal
            return
        }
        guard text.hasSuffix("}") else { return nil }
        var name = text.dropFirst().dropLast()
        let greedy = name.hasSuffix("+")
        if greedy { name = name.dropLast() }
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isAllowed) else { return nil }
        self = greedy ? .greedy : .variable
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: ","), UInt8(ascii: ":"):
            true
        default: false
        }
    }

    static func join(_ parent: String, _ part: String) -> String {
        parent == "/" ? "/" + part : parent + "/" + part
    }
}
