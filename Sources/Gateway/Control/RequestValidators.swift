import ControlAPI
import JSON

/// `/restapis/{restapi_id}/requestvalidators`.
enum RequestValidators {
    private static let pattern = "/restapis/{restapi_id}/requestvalidators"

    static let operations: [Operation] = [
        .change("CreateRequestValidator", "POST", pattern, create),
        .read("GetRequestValidators", "GET", pattern, list),
        .read("GetRequestValidator", "GET", pattern + "/{requestvalidator_id}", get),
        .change("UpdateRequestValidator", "PATCH", pattern + "/{requestvalidator_id}", update),
        .change("DeleteRequestValidator", "DELETE", pattern + "/{requestvalidator_id}", delete),
    ]

    private static let invalidIdentifier = "Invalid Request Validator identifier specified"
    private static let blankName = ApiError.badRequest("Request Validator name cannot be blank")

    private static func path(api: String, _ id: String) -> String { "/restapis/\(api)/requestvalidators/\(id)" }

    /// Refuses a method that names a validator which its API does not have.
    static func check(_ id: String, api: String, _ transaction: Transaction) throws {
        guard try RequestValidatorTable.exists(transaction.db, api: api, id) else {
            throw ApiError.badRequest(invalidIdentifier)
        }
    }

    /// AWS names the validator, also where it is the API that does not exist.
    private static func find(_ transaction: Transaction, _ input: OperationInput) throws -> RequestValidator {
        let found = try RequestValidatorTable.find(
            transaction.db, api: input.parameter("restapi_id"), input.parameter("requestvalidator_id"))
        guard let found else { throw ApiError.notFound(invalidIdentifier) }
        return found
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let name = try input.body.string("name")
        let validateRequestBody = try input.body.bool("validateRequestBody") ?? false
        let validateRequestParameters = try input.body.bool("validateRequestParameters") ?? false
        let api = input.parameter("restapi_id")
        guard try RestApiTable.exists(transaction.db, api) else {
            throw ApiError.badRequest("Invalid REST API identifier specified")
        }
        if let name, isBlank(name) { throw blankName }
        let validator = RequestValidator(
            id: try transaction.newId(length: 6) { try RequestValidatorTable.exists(transaction.db, api: api, $0) },
            name: name, validateRequestBody: validateRequestBody, validateRequestParameters: validateRequestParameters)
        try RequestValidatorTable.put(transaction.db, api: api, validator)
        try transaction.record(path(api: api, validator.id), api: api, after: validator)
        return try OperationOutput(201, encoding: validator)
    }

    private static func isBlank(_ name: String) -> Bool { name.allSatisfy(\.isWhitespace) }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let found = try RequestValidatorTable.list(
            transaction.db, api: api, after: paging.position ?? "", limit: paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(found.map { ($0.id, $0) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input))
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateRequestValidatorInput")
        let api = input.parameter("restapi_id")
        let before = try find(transaction, input)
        var validator = before
        for step in patch.steps {
            try Patch.checkReplaceOnly(step, paths: ["/name", "/validateRequestParameters", "/validateRequestBody"])
            switch step.path {
            case "/name":
                guard let name = step.value, !isBlank(name) else { throw blankName }
                validator.name = name
            case "/validateRequestBody":
                validator.validateRequestBody = Patch.flag(step)
            default:
                validator.validateRequestParameters = Patch.flag(step)
            }
        }
        try RequestValidatorTable.put(transaction.db, api: api, validator)
        try transaction.record(path(api: api, validator.id), api: api, before: before, after: validator)
        return try OperationOutput(200, encoding: validator)
    }

    /// A validator that a method names stays, as a model does: AWS's answer is not recorded, so this is a choice.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let validator = try find(transaction, input)
        if let user = try MethodUse.last(in: api, transaction, where: { $0.requestValidatorId == validator.id }) {
            throw ApiError.conflict(
                "Cannot delete request validator '\(validator.id)', is referenced in method: \(user)")
        }
        try RequestValidatorTable.delete(transaction.db, api: api, validator.id)
        try transaction.record(path(api: api, validator.id), api: api, before: validator)
        return .accepted
    }
}

/// Which methods of an API use something that is to be deleted.
enum MethodUse {
    /// The last method by path and verb that `uses` it, as AWS prints it: `/pets/GET`, and `//ANY` at the root.
    static func last(in api: String, _ transaction: Transaction, where uses: (Method) -> Bool) throws -> String? {
        let methods = try ResourceTable.methods(transaction.db, api: api)
        for resource in try ResourceTable.list(transaction.db, api: api).reversed() {
            let verbs = (methods[resource.id] ?? [:]).filter { uses($0.value) }.keys
            if let verb = verbs.max() { return "\(resource.path)/\(verb)" }
        }
        return nil
    }
}
