import ControlAPI
import JSON

/// `/restapis`.
enum RestApis {
    static let operations: [Operation] = [
        .change("CreateRestApi", "POST", "/restapis", create),
        .read("GetRestApis", "GET", "/restapis", list),
        .read("GetRestApi", "GET", "/restapis/{restapi_id}", get),
        .change("UpdateRestApi", "PATCH", "/restapis/{restapi_id}", update),
        .change("DeleteRestApi", "DELETE", "/restapis/{restapi_id}", delete),
    ]

    static let endpointTypes = ["PRIVATE", "EDGE", "REGIONAL"]
    static let ipAddressTypes = ["ipv4", "dualstack"]
    static let compressionSizes = 0...10_485_760
    static let apiKeySources = ["AUTHORIZER", "HEADER"]
    static let largestPolicy = 8192

    static func path(_ id: String) -> String { "/restapis/\(id)" }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        let name = try body.string("name")
        let description = try body.string("description")
        let version = try body.string("version")
        let cloneFrom = try body.string("cloneFrom")
        let binaryMediaTypes = try body.strings("binaryMediaTypes")
        let minimumCompressionSize = try body.int("minimumCompressionSize")
        let apiKeySource = try body.string("apiKeySource")
        let endpoint = try body.structure("endpointConfiguration")
        let types = try endpoint?.strings("types")
        let ipAddressType = try endpoint?.string("ipAddressType")
        let vpcEndpointIds = try endpoint?.strings("vpcEndpointIds")
        let policy = try body.string("policy")
        let tags = try body.stringMap("tags")
        let disableExecuteApiEndpoint = try body.bool("disableExecuteApiEndpoint")

        var violations = Violations()
        if name == nil { violations.addNull(at: "createRestApiInput.name") }
        violations.check(apiKeySource, at: "createRestApiInput.apiKeySource", oneOf: apiKeySources)
        if let types, types.contains(where: { !endpointTypes.contains($0) }) {
            violations.add(
                "[\(types.joined(separator: ", "))]", at: "createRestApiInput.endpointConfiguration.types",
                "Member must satisfy constraint: "
                    + "[Member must satisfy enum value set: [\(endpointTypes.joined(separator: ", "))]]")
        }
        violations.check(
            ipAddressType, at: "createRestApiInput.endpointConfiguration.ipAddressType", oneOf: ipAddressTypes)
        try violations.throwIfAny()

        guard let name, !name.isEmpty else { throw ApiError.badRequest("Name cannot be empty") }
        guard description?.isEmpty != true else { throw emptyDescription }
        if let minimumCompressionSize, !compressionSizes.contains(minimumCompressionSize) { throw compressionSize }
        if let types {
            guard !types.isEmpty else {
                throw ApiError.badRequest(
                    "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.")
            }
            guard types.count == 1 else {
                throw ApiError.badRequest("Cannot create an api with multiple Endpoint Types.")
            }
        }
        let isPrivate = types == ["PRIVATE"]
        guard !isPrivate || ipAddressType != "ipv4" else { throw onlyDualstack }
        try checkPolicy(policy)
        try Tags.check(tags)

        let db = transaction.db
        var api = RestApi(
            id: try transaction.newId(length: 10) { try RestApiTable.exists(db, $0) }, name: name,
            createdDate: transaction.now)
        if let cloneFrom {
            guard let original = try RestApiTable.find(db, cloneFrom) else {
                throw ApiError.notFound("Invalid Rest API Id specified")
            }
            api.binaryMediaTypes = original.binaryMediaTypes
            api.minimumCompressionSize = original.minimumCompressionSize
            api.policy = original.policy
        }
        api.description = description
        api.version = version
        if let binaryMediaTypes, !binaryMediaTypes.isEmpty { api.binaryMediaTypes = binaryMediaTypes }
        if let minimumCompressionSize { api.minimumCompressionSize = minimumCompressionSize }
        api.apiKeySource = apiKeySource ?? "HEADER"
        api.endpointConfiguration = EndpointConfiguration(
            types: types ?? ["EDGE"], ipAddressType: isPrivate ? "dualstack" : ipAddressType ?? "ipv4",
            vpcEndpointIds: vpcEndpointIds)
        if let policy, !policy.isEmpty { api.policy = policy }
        api.tags = tags?.isEmpty == false ? tags : nil
        api.disableExecuteApiEndpoint = disableExecuteApiEndpoint ?? false
        api.rootResourceId = Ids.make(length: 10)

        try RestApiTable.insert(db, api)
        if let cloneFrom {
            try RestApiClone(original: cloneFrom, copy: api, transaction: transaction).run()
        } else {
            try ResourceTable.insert(db, api: api.id, Resource(id: api.rootResourceId ?? "", path: "/"))
            try DefaultModels.insert(api: api.id, transaction)
        }
        try transaction.record(path(api.id), api: api.id, after: api)
        return try OperationOutput(201, encoding: api)
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let paging = try Paging(input)
        let found = try RestApiTable.list(
            transaction.db, after: try paging.number(default: 0), limit: paging.limit + 1)
        return try OperationOutput(
            200, encoding: paging.page(found.map { (String($0.position), withTags($0.api)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: withTags(transaction.restApi(input.parameter("restapi_id"))))
    }

    /// Every answer but that of `CreateRestApi` has `tags`, also if there are none.
    static func withTags(_ api: RestApi) -> RestApi {
        var api = api
        api.tags = api.tags ?? [:]
        return api
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = try transaction.restApi(input.parameter("restapi_id"))
        try BasePathMappings.checkUnused(api: api.id, transaction)
        for stage in try StageTable.list(transaction.db, api: api.id) {
            transaction.withdraw(api: api.id, stage: stage.stageName)
        }
        try RestApiTable.delete(transaction.db, api.id)
        try UsagePlans.forget(api: api.id, stage: nil, transaction)
        try transaction.record(path(api.id), api: api.id, before: api)
        return .accepted
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateRestApiInput")
        let before = try transaction.restApi(input.parameter("restapi_id"))
        var api = before
        for step in patch.steps { try apply(step, to: &api) }
        try RestApiTable.update(transaction.db, api)
        try transaction.record(path(api.id), api: api.id, before: before, after: api)
        return try OperationOutput(200, encoding: withTags(api))
    }

    private static func apply(_ step: Patch.Step, to api: inout RestApi) throws {
        let parts = step.parts
        switch (parts[0], parts.count) {
        case ("binaryMediaTypes", 2):
            try patchBinaryMediaTypes(step, type: parts[1], &api)
        case ("endpointConfiguration", _):
            try patchEndpoint(step, parts: parts, &api)
        case ("name", 1):
            try replaceOnly(step)
            guard let name = step.nonEmptyValue else { throw ApiError.badRequest("Name cannot be empty") }
            api.name = name
        case ("description", 1):
            try replaceOnly(step)
            api.description = step.nonEmptyValue
        case ("version", 1):
            try replaceOnly(step)
            api.version = step.nonEmptyValue
        case ("minimumCompressionSize", 1):
            try replaceOnly(step)
            guard let text = step.nonEmptyValue else {
                api.minimumCompressionSize = nil
                return
            }
            guard let size = Int(text), compressionSizes.contains(size) else { throw compressionSize }
            api.minimumCompressionSize = size
        case ("apiKeySource", 1):
            try replaceOnly(step)
            guard let source = step.value, apiKeySources.contains(source) else {
                throw ApiError.badRequest("Invalid API key source specified. Valid options are HEADER,AUTHORIZER")
            }
            api.apiKeySource = source
        case ("policy", 1):
            try replaceOnly(step)
            try checkPolicy(step.nonEmptyValue)
            api.policy = step.nonEmptyValue
        case ("disableExecuteApiEndpoint", 1):
            try replaceOnly(step)
            api.disableExecuteApiEndpoint = try Patch.bool(step)
        default:
            throw Patch.invalidPath(step.path)
        }
    }

    private static func replaceOnly(_ step: Patch.Step) throws {
        guard step.op == "replace" else { throw Patch.onlyOps(["replace"]) }
    }

    /// A type that is replaced leaves its place and comes last, as AWS has it.
    private static func patchBinaryMediaTypes(_ step: Patch.Step, type: String, _ api: inout RestApi) throws {
        guard !type.isEmpty else { throw Patch.invalidPath(step.path) }
        var types = api.binaryMediaTypes ?? []
        switch step.op {
        case "add":
            if !types.contains(type) { types.append(type) }
        case "remove", "replace":
            guard let place = types.firstIndex(of: type) else {
                throw ApiError.notFound("Invalid binary media type specified: \(type)")
            }
            types.remove(at: place)
            if step.op == "replace" {
                guard let value = step.nonEmptyValue else { throw Patch.invalidPath(step.path) }
                if !types.contains(value) { types.append(value) }
            }
        default:
            throw Patch.onlyOps(["add", "remove", "replace"])
        }
        api.binaryMediaTypes = types.isEmpty ? nil : types
    }

    private static func patchEndpoint(_ step: Patch.Step, parts: [String], _ api: inout RestApi) throws {
        var endpoint = api.endpointConfiguration ?? EndpointConfiguration()
        let current = endpoint.types?.first ?? "EDGE"
        switch (parts.dropFirst().first, parts.count) {
        case ("types", 3):
            guard ["add", "remove", "replace"].contains(step.op) else {
                throw ApiError.badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
            }
            try replaceOnly(step)
            guard let type = step.value, endpointTypes.contains(type) else {
                throw ApiError.badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
            }
            guard parts[2] == "0" || parts[2] == current else { throw Patch.invalidPath(step.path) }
            guard !(current == "PRIVATE" && type == "EDGE") else {
                throw ApiError.badRequest("Cannot update endpoint from PRIVATE to EDGE")
            }
            endpoint.types = [type]
            if type == "PRIVATE" { endpoint.ipAddressType = "dualstack" }
        case ("ipAddressType", 2):
            try replaceOnly(step)
            guard let type = step.value, ipAddressTypes.contains(type) else {
                throw ApiError.badRequest("ipAddressType must be either ipv4 or dualstack.")
            }
            guard current != "PRIVATE" || type == "dualstack" else { throw onlyDualstack }
            endpoint.ipAddressType = type
        case ("vpcEndpointIds", 2):
            guard let id = step.nonEmptyValue else { throw Patch.invalidPath(step.path) }
            var ids = endpoint.vpcEndpointIds ?? []
            switch step.op {
            case "add": if !ids.contains(id) { ids.append(id) }
            case "remove": ids.removeAll { $0 == id }
            default: throw Patch.onlyOps(["add", "remove"])
            }
            endpoint.vpcEndpointIds = ids.isEmpty ? nil : ids
        default:
            throw Patch.invalidPath(step.path)
        }
        api.endpointConfiguration = endpoint
    }

    static func checkPolicy(_ policy: String?) throws {
        guard let policy, !policy.isEmpty else { return }
        guard policy.utf8.count <= largestPolicy else {
            throw ApiError.badRequest("Invalid policy document: it may have at most \(largestPolicy) characters")
        }
        do {
            guard case .object = try JSON(parsing: policy) else {
                throw ApiError.badRequest("Invalid policy document: it has to be a JSON object")
            }
        } catch let error as JSONError {
            throw ApiError.badRequest("Invalid policy document: \(error)")
        }
    }

    private static let emptyDescription = ApiError.badRequest("Description cannot be an empty string")
    static let compressionSize = ApiError.badRequest(
        "Invalid minimum compression size, must be between 0 and 10485760")
    private static let onlyDualstack = ApiError.badRequest(
        "Only dualstack ipAddressType is supported for Private APIs.")
}
