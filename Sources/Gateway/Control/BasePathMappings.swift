import ControlAPI
import JSON

/// `/domainnames/{domain_name}/basepathmappings`: which API stands under a path of a domain name.
enum BasePathMappings {
    private static let pattern = "/domainnames/{domain_name}/basepathmappings"

    static let operations: [Operation] = [
        .change("CreateBasePathMapping", "POST", pattern, create),
        .read("GetBasePathMappings", "GET", pattern, list),
        .read("GetBasePathMapping", "GET", pattern + "/{base_path}", get),
        .change("UpdateBasePathMapping", "PATCH", pattern + "/{base_path}", update),
        .change("DeleteBasePathMapping", "DELETE", pattern + "/{base_path}", delete),
    ]

    /// The empty base path, as AWS writes it.
    static let none = "(none)"
    static let longestPath = 300

    private static func path(_ domain: DomainName, _ basePath: String) -> String {
        DomainNames.path(domain.domainName ?? "") + "/basepathmappings/\(basePath)"
    }

    private static func find(
        _ transaction: Transaction, _ input: OperationInput
    ) throws -> (domain: DomainName, mapping: BasePathMapping) {
        let domain = try DomainNames.find(transaction, input)
        let found = try BasePathMappingTable.find(
            transaction.db, domain: domain.domainName ?? "", input.parameter("base_path"))
        guard let found else { throw ApiError.notFound("Invalid base path mapping identifier specified") }
        return (domain, found)
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let basePath = try input.body.string("basePath")
        let api = try input.body.string("restApiId")
        let stage = try input.body.string("stage").flatMap { $0.isEmpty ? nil : $0 }
        var violations = Violations()
        if api == nil { violations.addNull(at: "createBasePathMappingInput.restApiId") }
        try violations.throwIfAny()
        let domain = try DomainNames.find(transaction, input)
        let mapping = BasePathMapping(basePath: shown(basePath), restApiId: api ?? "", stage: stage)
        try check(mapping, transaction)
        try insert(mapping, domain, transaction)
        try transaction.record(path(domain, mapping.basePath), api: mapping.restApiId, after: mapping)
        transaction.publishDomains()
        return try OperationOutput(201, encoding: mapping)
    }

    private static func shown(_ basePath: String?) -> String {
        basePath.flatMap { $0.isEmpty ? nil : $0 } ?? none
    }

    /// What has to hold after any change.
    private static func check(_ mapping: BasePathMapping, _ transaction: Transaction) throws {
        guard try RestApiTable.exists(transaction.db, mapping.restApiId) else {
            throw ApiError.badRequest("Invalid REST API identifier specified")
        }
        if let stage = mapping.stage,
            try StageTable.find(transaction.db, api: mapping.restApiId, stage) == nil
        {
            throw ApiError.badRequest("Invalid stage identifier specified")
        }
        guard mapping.basePath != none else { return }
        guard !mapping.basePath.contains("/") else {
            throw ApiError.badRequest(
                "API Gateway V1 doesn't allow the slash character (/) in base path mappings. "
                    + "To create a multi-level base path mapping, use API Gateway V2.")
        }
        guard mapping.basePath.utf8.count <= longestPath, mapping.basePath.utf8.allSatisfy(isPathByte) else {
            throw ApiError.badRequest(
                "Invalid base path specified: \(mapping.basePath). It must have at most \(longestPath) letters, digits "
                    + "and characters of $-_.+!*'()")
        }
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "$-_.+!*'()".utf8.contains(byte)
        }
    }

    private static func insert(_ mapping: BasePathMapping, _ domain: DomainName, _ transaction: Transaction) throws {
        let name = domain.domainName ?? ""
        guard try BasePathMappingTable.find(transaction.db, domain: name, mapping.basePath) == nil else {
            throw ApiError.conflict("Base path already exists for this domain name")
        }
        try BasePathMappingTable.insert(transaction.db, domain: name, mapping)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let domain = try DomainNames.find(transaction, input)
        let paging = try Paging(input)
        let found = try BasePathMappingTable.list(
            transaction.db, domain: domain.domainName ?? "", after: paging.position ?? "", limit: paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(found.map { ($0.basePath, $0) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input).mapping)
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateBasePathMappingInput")
        let (domain, before) = try find(transaction, input)
        var mapping = before
        for step in patch.steps {
            let path = step.path.lowercased() == "/restapiid" ? "/restapiId" : step.path
            guard step.op == "replace" else { throw Patch.onlyOps(["replace"]) }
            switch path {
            case "/basePath": mapping.basePath = shown(step.value)
            case "/restapiId": mapping.restApiId = step.value ?? ""
            case "/stage": mapping.stage = step.nonEmptyValue
            default: throw Patch.invalidPath(step, oneOf: ["/basePath", "/restapiId", "/stage"])
            }
        }
        try check(mapping, transaction)
        try BasePathMappingTable.delete(transaction.db, domain: domain.domainName ?? "", before.basePath)
        try insert(mapping, domain, transaction)
        try transaction.record(
            path(domain, mapping.basePath), api: mapping.restApiId, before: before, after: mapping)
        transaction.publishDomains()
        return try OperationOutput(200, encoding: mapping)
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let (domain, mapping) = try find(transaction, input)
        try BasePathMappingTable.delete(transaction.db, domain: domain.domainName ?? "", mapping.basePath)
        try transaction.record(path(domain, mapping.basePath), api: mapping.restApiId, before: mapping)
        transaction.publishDomains()
        return .accepted
    }

    /// Refuses to delete an API, or a stage of it, to which a domain name leads, as AWS does.
    static func checkUnused(api: String, stage: String? = nil, _ transaction: Transaction) throws {
        guard let domain = try BasePathMappingTable.domain(transaction.db, using: api, stage: stage) else { return }
        throw ApiError.badRequest(
            "Please remove all base path mappings related to \(stage.map { "stage \($0) of " } ?? "")this API in your "
                + "domain names first, beginning with \(domain)")
    }
}
