import ControlAPI
import JSON

/// `/restapis/{restapi_id}/gatewayresponses`.
enum GatewayResponses {
    private static let pattern = "/restapis/{restapi_id}/gatewayresponses"

    static let operations: [Operation] = [
        .read("GetGatewayResponses", "GET", pattern, list),
        .read("GetGatewayResponse", "GET", pattern + "/{response_type}", get),
        .change("PutGatewayResponse", "PUT", pattern + "/{response_type}", put),
        .change("UpdateGatewayResponse", "PATCH", pattern + "/{response_type}", update),
        .change("DeleteGatewayResponse", "DELETE", pattern + "/{response_type}", delete),
    ]

    /// In the order in which AWS names them in its refusals.
    static let types = [
        "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "AUTHORIZER_CONFIGURATION_ERROR", "MISSING_AUTHENTICATION_TOKEN",
        "BAD_REQUEST_BODY", "INVALID_SIGNATURE", "INVALID_API_KEY", "BAD_REQUEST_PARAMETERS", "AUTHORIZER_FAILURE",
        "UNAUTHORIZED", "INTEGRATION_TIMEOUT", "ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX", "WAF_FILTERED",
        "QUOTA_EXCEEDED", "THROTTLED", "API_CONFIGURATION_ERROR", "UNSUPPORTED_MEDIA_TYPE", "INTEGRATION_FAILURE",
        "EXPIRED_TOKEN",
    ]

    static let defaultTemplates = ["application/json": #"{"message":$context.error.messageString}"#]

    private static func path(api: String, _ type: String) -> String { "/restapis/\(api)/gatewayresponses/\(type)" }

    /// A type as it is before anything is customised. `DEFAULT_4XX` and `DEFAULT_5XX` have no status of their own.
    private static func builtIn(_ type: String) -> GatewayResponse {
        GatewayResponse(
            responseType: type, statusCode: GatewayResponseType(named: type).map { String($0.row.status) },
            responseParameters: [:], responseTemplates: defaultTemplates, defaultResponse: true)
    }

    /// A type as AWS shows it: its own entry, else the built-in one with all that `DEFAULT_4XX` or `DEFAULT_5XX` sets.
    private static func shown(_ type: String, _ customised: [String: GatewayResponse]) -> GatewayResponse {
        if let own = customised[type] { return own }
        var response = builtIn(type)
        let fallback = response.statusCode.flatMap { customised[$0.hasPrefix("5") ? "DEFAULT_5XX" : "DEFAULT_4XX"] }
        if let fallback {
            response.statusCode = fallback.statusCode ?? response.statusCode
            response.responseParameters = fallback.responseParameters
            response.responseTemplates = fallback.responseTemplates
        }
        return response
    }

    private static func checkedType(_ input: OperationInput) throws -> String {
        let type = input.parameter("response_type")
        var violations = Violations()
        violations.check(type, at: "responseType", oneOf: types)
        try violations.throwIfAny()
        return type
    }

    /// All types in one page, by name.
    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let customised = try GatewayResponseTable.all(transaction.db, api: api)
        let names = types.sorted().filter { $0 > (paging.position ?? "") }.prefix(paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(names.map { ($0, shown($0, customised)) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let type = try checkedType(input)
        try transaction.requireApi(api)
        let customised = try GatewayResponseTable.all(transaction.db, api: api)
        return try OperationOutput(200, encoding: shown(type, customised))
    }

    /// What is left out comes from the built-in response, not from `DEFAULT_4XX` and `DEFAULT_5XX`.
    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let type = input.parameter("response_type")
        let status = try input.body.string("statusCode").flatMap { $0.isEmpty ? nil : $0 }
        let parameters = try input.body.stringMap("responseParameters")
        let templates = try input.body.stringMap("responseTemplates")
        var violations = Violations()
        if let status { violations.check(statusCode: status, at: "putGatewayResponseInput.statusCode") }
        violations.check(type, at: "responseType", oneOf: types)
        try violations.throwIfAny()
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let response = made(type, status: status, parameters: parameters, templates: templates)
        try store(response, type: type, api: api, transaction)
        return try OperationOutput(201, encoding: customised(response))
    }

    /// A customised type; what is left out comes from the built-in one.
    static func made(
        _ type: String, status: String?, parameters: [String: String]?, templates: [String: String]?
    ) -> GatewayResponse {
        var response = builtIn(type)
        response.statusCode = status ?? response.statusCode
        response.responseParameters = parameters ?? [:]
        if let templates, !templates.isEmpty { response.responseTemplates = templates }
        return customised(response)
    }

    private static func customised(_ response: GatewayResponse) -> GatewayResponse {
        var response = response
        response.defaultResponse = false
        return response
    }

    private static func store(
        _ response: GatewayResponse, type: String, api: String, _ transaction: Transaction
    ) throws {
        try check(response)
        let before = try GatewayResponseTable.find(transaction.db, api: api, type)
        let after = customised(response)
        try GatewayResponseTable.put(transaction.db, api: api, type: type, after)
        try transaction.record(path(api: api, type), api: api, before: before, after: after)
    }

    /// What has to hold after any change.
    static func check(_ response: GatewayResponse) throws {
        for (target, source) in response.responseParameters ?? [:] {
            guard !source.isEmpty else { throw emptyValue("responseParameters") }
            try MappingExpression.checkGatewayResponseTarget(target)
            try MappingExpression.checkGatewayResponseSource(source)
        }
        for type in response.responseTemplates?.keys.sorted() ?? [] { try ContentType.check(type) }
    }

    private static func emptyValue(_ member: String) -> ApiError {
        .badRequest("Invalid null or empty value in \(member)")
    }

    /// A type that is not customised yet starts from its built-in response, as with `PutGatewayResponse`.
    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var violations = Violations()
        violations.check(input.parameter("response_type"), at: "responseType", oneOf: types)
        let patch = try Patch(input.body, input: "updateGatewayResponseInput", after: violations)
        let type = input.parameter("response_type")
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        var response = try GatewayResponseTable.find(transaction.db, api: api, type) ?? builtIn(type)
        for step in patch.steps { try apply(step, to: &response) }
        try store(response, type: type, api: api, transaction)
        return try OperationOutput(200, encoding: customised(response))
    }

    private static func apply(_ step: Patch.Step, to response: inout GatewayResponse) throws {
        guard ["add", "remove", "replace"].contains(step.op) else {
            throw ApiError.badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
        }
        let parts = step.parts
        switch (parts[0], parts.count) {
        case ("statusCode", 1):
            guard step.op == "replace" else { throw Patch.invalidPath(step.path) }
            response.statusCode = try patchedStatus(step, response)
        case ("responseParameters", 2):
            try patch(&response.responseParameters, parts, step, missing: NamedMember.parameter)
        case ("responseTemplates", 2):
            try patch(&response.responseTemplates, parts, step, missing: NamedMember.contentType)
        default:
            throw Patch.invalidPath(step.path)
        }
    }

    /// No value gives the type its own status back.
    private static func patchedStatus(_ step: Patch.Step, _ response: GatewayResponse) throws -> String? {
        guard let status = step.nonEmptyValue else { return builtIn(response.responseType ?? "").statusCode }
        guard Violations.isStatusCode(status) else {
            throw ApiError.badRequest(
                "Invalid patch value  '\(status)' specified for path \(step.path). Must be a status from 100 to 599")
        }
        return status
    }

    /// Only what is there can be replaced.
    private static func patch(
        _ map: inout [String: String]?, _ parts: [String], _ step: Patch.Step, missing: ApiError
    ) throws {
        guard step.op == "remove" || step.nonEmptyValue != nil else { throw emptyValue(parts[0]) }
        guard step.op != "replace" || map?[parts[1]] != nil else { throw missing }
        try NamedMember.patch(step, name: parts[1], in: &map, missing: missing) { step.value ?? "" }
        map = map ?? [:]
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let type = try checkedType(input)
        try transaction.requireApi(api)
        guard let before = try GatewayResponseTable.find(transaction.db, api: api, type) else {
            throw ApiError.notFound("Gateway response type not defined on api")
        }
        try GatewayResponseTable.delete(transaction.db, api: api, type)
        try transaction.record(path(api: api, type), api: api, before: before)
        return .accepted
    }
}
