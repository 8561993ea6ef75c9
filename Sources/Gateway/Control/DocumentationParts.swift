import ControlAPI
import JSON

/// `/restapis/{restapi_id}/documentation/parts`.
///
/// A part need not be about something that the API has: AWS lets the words come first.
enum DocumentationParts {
    private static let pattern = "/restapis/{restapi_id}/documentation/parts"

    static let operations: [Operation] = [
        .change("CreateDocumentationPart", "POST", pattern, create),
        .read("GetDocumentationParts", "GET", pattern, list),
        .textChange("ImportDocumentationParts", "PUT", pattern, DocumentationImport.run),
        .read("GetDocumentationPart", "GET", pattern + "/{part_id}", get),
        .change("UpdateDocumentationPart", "PATCH", pattern + "/{part_id}", update),
        .change("DeleteDocumentationPart", "DELETE", pattern + "/{part_id}", delete),
    ]

    /// AWS's quota of an API.
    static let largestCount = 2000
    /// Bytes of one part's properties; a choice, AWS documents none.
    static let largestProperties = 1 << 20

    static func path(api: String, _ id: String) -> String { "/restapis/\(api)/documentation/parts/\(id)" }

    private static func find(_ transaction: Transaction, _ input: OperationInput) throws -> DocumentationPart {
        let api = input.parameter("restapi_id")
        guard let part = try DocumentationPartTable.find(transaction.db, api: api, input.parameter("part_id")) else {
            throw ApiError.notFound("Invalid Documentation part identifier specified")
        }
        return part
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let properties = try input.body.string("properties")
        let place = try input.body.structure("location")
        let type = try place?.string("type")
        var violations = Violations()
        if place == nil {
            violations.addNull(at: "createDocumentationPartInput.location")
        } else if type == nil {
            violations.addNull(at: "createDocumentationPartInput.location.type")
        }
        violations.check(
            type, at: "createDocumentationPartInput.location.type", oneOf: DocumentationLocationRule.types)
        if properties == nil { violations.addNull(at: "createDocumentationPartInput.properties") }
        try violations.throwIfAny()

        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let location = try DocumentationLocationRule.completed(
            DocumentationPartLocation(
                type: type ?? "", path: try place?.string("path"), method: try place?.string("method"),
                statusCode: try place?.string("statusCode"), name: try place?.string("name")))
        try check(properties: properties ?? "")
        guard try DocumentationPartTable.find(transaction.db, api: api, at: location) == nil else {
            throw ApiError.conflict(
                "Documentation part already exists for the specified location: type '\(location.type)'.")
        }
        let part = try insert(location, properties ?? "", api: api, transaction)
        return try OperationOutput(201, encoding: part)
    }

    static func insert(
        _ location: DocumentationPartLocation, _ properties: String, api: String, _ transaction: Transaction
    ) throws -> DocumentationPart {
        guard try DocumentationPartTable.count(transaction.db, api: api) < largestCount else {
            throw ApiError.limitExceeded("Too many documentation parts: an API can have at most \(largestCount)")
        }
        let id = try transaction.newId(length: 6) { try DocumentationPartTable.exists(transaction.db, api: api, $0) }
        let part = DocumentationPart(id: id, location: location, properties: properties)
        try DocumentationPartTable.put(transaction.db, api: api, part)
        try transaction.record(path(api: api, id), api: api, after: part)
        return part
    }

    /// Properties are a JSON object as text.
    static func check(properties: String) throws {
        guard !properties.isEmpty else {
            throw ApiError.badRequest("Documentation part properties must be non-empty")
        }
        guard properties.utf8.count <= largestProperties else {
            throw ApiError.badRequest("Documentation part properties can have at most \(largestProperties) bytes")
        }
        do {
            guard case .object = try JSON(parsing: properties) else {
                throw ApiError.badRequest("Documentation part properties must be a JSON object")
            }
        } catch let error as JSONError {
            throw ApiError.badRequest("Documentation part properties must be a JSON object: \(error)")
        }
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let filter = DocumentationFilter(input)
        var violations = Violations()
        violations.check(filter.type, at: "type", oneOf: DocumentationLocationRule.types)
        violations.check(filter.status, at: "locationStatus", oneOf: ["DOCUMENTED", "UNDOCUMENTED"])
        try violations.throwIfAny()
        try transaction.requireApi(api)
        let paging = try Paging(input)
        var parts = try DocumentationPartTable.list(transaction.db, api: api)
        if filter.status == "UNDOCUMENTED" {
            let documented = Set(parts.map(\.location))
            parts = try DocumentedEntities.locations(api: api, transaction)
                .filter { !documented.contains($0) }
                .map { DocumentationPart(id: nil, location: $0, properties: nil) }
        }
        let start = try paging.number(default: 0)
        let found = parts.enumerated().filter { filter.takes($0.element.location) }
            .drop { $0.offset < start }.prefix(paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.offset + 1), $0.element) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input))
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateDocumentationPartInput")
        let before = try find(transaction, input)
        var part = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/properties"])
            try check(properties: step.value ?? "")
            part.properties = step.value
        }
        let api = input.parameter("restapi_id")
        try store(part, before: before, api: api, transaction)
        return try OperationOutput(200, encoding: part)
    }

    static func store(
        _ part: DocumentationPart, before: DocumentationPart, api: String, _ transaction: Transaction
    ) throws {
        try DocumentationPartTable.put(transaction.db, api: api, part)
        try transaction.record(path(api: api, part.id ?? ""), api: api, before: before, after: part)
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try remove(find(transaction, input), api: input.parameter("restapi_id"), transaction)
        return .accepted
    }

    static func remove(_ part: DocumentationPart, api: String, _ transaction: Transaction) throws {
        try DocumentationPartTable.delete(transaction.db, api: api, part.id ?? "")
        try transaction.record(path(api: api, part.id ?? ""), api: api, before: part)
    }
}

/// Which parts `GetDocumentationParts` is asked for.
struct DocumentationFilter {
    let type: String?
    let name: String?
    let path: String?
    let status: String?

    init(_ input: OperationInput) {
        func given(_ name: String) -> String? { input.query(name).flatMap { $0.isEmpty ? nil : $0 } }
        type = given("type")
        name = given("name")
        path = given("path")
        status = given("locationStatus")
    }

    func takes(_ location: DocumentationPartLocation) -> Bool {
        (type == nil || location.type == type) && (name == nil || location.name == name)
            && (path == nil || location.path == path)
    }
}
