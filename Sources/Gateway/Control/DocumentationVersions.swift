import ControlAPI
import JSON

/// `/restapis/{restapi_id}/documentation/versions`: all parts of an API, kept as they are now. A stage shows the version
/// that its `documentationVersion` names.
enum DocumentationVersions {
    private static let pattern = "/restapis/{restapi_id}/documentation/versions"

    static let operations: [Operation] = [
        .change("CreateDocumentationVersion", "POST", pattern, create),
        .read("GetDocumentationVersions", "GET", pattern, list),
        .read("GetDocumentationVersion", "GET", pattern + "/{doc_version}", get),
        .change("UpdateDocumentationVersion", "PATCH", pattern + "/{doc_version}", update),
        .change("DeleteDocumentationVersion", "DELETE", pattern + "/{doc_version}", delete),
    ]

    private static let invalidIdentifier = ApiError.notFound("Invalid Documentation version identifier specified")
    static let longestVersion = 64

    private static func path(api: String, _ version: String) -> String {
        "/restapis/\(api)/documentation/versions/\(version)"
    }

    /// Refuses a stage that names a version which its API does not have.
    static func check(_ version: String, api: String, _ transaction: Transaction) throws {
        guard try DocumentationVersionTable.exists(transaction.db, api: api, version) else { throw invalidIdentifier }
    }

    private static func find(_ transaction: Transaction, _ input: OperationInput) throws -> DocumentationVersion {
        let found = try DocumentationVersionTable.find(
            transaction.db, api: input.parameter("restapi_id"), input.parameter("doc_version"))
        guard let found else { throw invalidIdentifier }
        return found
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let name = try input.body.string("documentationVersion")
        let description = try input.body.string("description")
        let stageName = try input.body.string("stageName").flatMap { $0.isEmpty ? nil : $0 }
        var violations = Violations()
        if name == nil { violations.addNull(at: "createDocumentationVersionInput.documentationVersion") }
        try violations.throwIfAny()

        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        guard let name, !name.isEmpty else { throw ApiError.badRequest("Documentation version must be non-empty") }
        guard name.count <= longestVersion else {
            throw ApiError.badRequest("Documentation version can have at most \(longestVersion) characters")
        }
        guard try !DocumentationVersionTable.exists(transaction.db, api: api, name) else {
            throw ApiError.conflict("Documentation version already exists: \(name)")
        }
        let before = try stageName.map { try transaction.stage(api: api, $0) }
        let version = DocumentationVersion(
            version: name, createdDate: transaction.now, description: description.flatMap { $0.isEmpty ? nil : $0 })
        let parts = try DocumentationPartTable.list(transaction.db, api: api)
        try DocumentationVersionTable.insert(transaction.db, api: api, version, parts: parts)
        try transaction.record(path(api: api, name), api: api, after: version)
        if let before {
            var stage = before
            stage.documentationVersion = name
            stage.lastUpdatedDate = transaction.now
            try Stages.store(stage, before: before, api: api, transaction)
        }
        return try OperationOutput(201, encoding: version)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let found = try DocumentationVersionTable.list(
            transaction.db, api: api, after: paging.position ?? "", limit: paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(found.map { ($0.version, $0) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input))
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateDocumentationVersionInput")
        let api = input.parameter("restapi_id")
        let before = try find(transaction, input)
        var version = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/description"])
            version.description = step.nonEmptyValue
        }
        try DocumentationVersionTable.update(transaction.db, api: api, version)
        try transaction.record(path(api: api, version.version), api: api, before: before, after: version)
        return try OperationOutput(200, encoding: version)
    }

    /// Refused while a stage shows it.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let version = try find(transaction, input)
        let stages = try StageTable.list(transaction.db, api: api)
        if let stage = stages.first(where: { $0.documentationVersion == version.version }) {
            throw ApiError.conflict(
                "Cannot delete documentation version '\(version.version)', is referenced in stage: \(stage.stageName)")
        }
        try DocumentationVersionTable.delete(transaction.db, api: api, version.version)
        try transaction.record(path(api: api, version.version), api: api, before: version)
        return .accepted
    }
}
