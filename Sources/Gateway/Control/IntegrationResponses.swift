import ControlAPI
import JSON

/// `…/methods/{http_method}/integration/responses/{status_code}`.
enum IntegrationResponses {
    static let pattern = Integrations.pattern + "/responses/{status_code}"

    static let operations: [Operation] = [
        .change("PutIntegrationResponse", "PUT", pattern, put),
        .read("GetIntegrationResponse", "GET", pattern, get),
        .change("UpdateIntegrationResponse", "PATCH", pattern, update),
        .change("DeleteIntegrationResponse", "DELETE", pattern, delete),
    ]

    private static func path(_ place: MethodPlace, _ status: String) -> String {
        Methods.path(place) + "/integration/responses/\(status)"
    }

    private static func find(
        _ transaction: Transaction, _ input: OperationInput
    ) throws -> (MethodPlace, Method, IntegrationResponse) {
        let status = input.parameter("status_code")
        var violations = Violations()
        violations.check(statusCode: status)
        try violations.throwIfAny()
        let place = MethodPlace(input)
        let method = try place.method(transaction)
        guard let integration = method.methodIntegration else { throw Integrations.unknown }
        guard let response = integration.integrationResponses?[status] else { throw MethodResponses.unknown }
        return (place, method, response)
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input).2)
    }

    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let status = input.parameter("status_code")
        var response = IntegrationResponse(statusCode: status)
        response.selectionPattern = try input.body.string("selectionPattern")
        response.responseParameters = try input.body.stringMap("responseParameters")
        response.responseTemplates = try input.body.nullableStringMap("responseTemplates").map(Templates.normalized)
        response.contentHandling = try input.body.string("contentHandling")
        var violations = Violations()
        violations.check(
            response.contentHandling, at: "putIntegrationResponseInput.contentHandling",
            oneOf: Integrations.contentHandlings)
        violations.check(statusCode: status)
        try violations.throwIfAny()
        let place = MethodPlace(input)
        var method = try place.method(transaction)
        guard let integration = method.methodIntegration else { throw Integrations.unknown }
        try check(response, of: method)
        let before = integration.integrationResponses?[status]
        method.methodIntegration?.integrationResponses =
            (integration.integrationResponses ?? [:]).merging([status: response]) { $1 }
        try place.store(method, transaction)
        try transaction.record(path(place, status), api: place.api, before: before, after: response)
        return try OperationOutput(201, encoding: response)
    }

    /// What has to hold after any change of an integration response.
    static func check(_ response: IntegrationResponse, of method: Method) throws {
        for type in response.responseTemplates?.keys.sorted() ?? [] { try ContentType.check(type) }
        let declared = method.methodResponses?[response.statusCode]?.responseParameters ?? [:]
        for (target, source) in response.responseParameters ?? [:] {
            guard !source.isEmpty else {
                throw ApiError.badRequest("Invalid null or empty value in responseParameters")
            }
            try MappingExpression.checkResponseTarget(target)
            guard declared[target] != nil else {
                throw ApiError.badRequest(
                    "Invalid mapping expression specified: Validation Result: warnings : [], errors : "
                        + "[Invalid mapping expression parameter specified: \(target)]")
            }
            try MappingExpression.checkResponseSource(source)
        }
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var violations = Violations()
        violations.check(statusCode: input.parameter("status_code"))
        let patch = try Patch(input.body, input: "updateIntegrationResponseInput", after: violations)
        var (place, method, response) = try find(transaction, input)
        let before = response
        for step in patch.steps { try apply(step, to: &response) }
        try check(response, of: method)
        method.methodIntegration?.integrationResponses?[response.statusCode] = response
        try place.store(method, transaction)
        try transaction.record(path(place, response.statusCode), api: place.api, before: before, after: response)
        return try OperationOutput(200, encoding: response)
    }

    private static func apply(_ step: Patch.Step, to response: inout IntegrationResponse) throws {
        guard ["add", "remove", "replace"].contains(step.op) else {
            throw ApiError.badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
        }
        let parts = step.parts
        switch (parts[0], parts.count) {
        case ("responseTemplates", 2):
            guard step.op == "remove" || step.value != nil else {
                throw ApiError.badRequest("Invalid null or empty value in responseTemplates")
            }
            try NamedMember.patch(
                step, name: parts[1], in: &response.responseTemplates, missing: NamedMember.contentType
            ) { step.nonEmptyValue }
        case ("responseParameters", 2):
            guard step.op == "remove" || step.nonEmptyValue != nil else {
                throw ApiError.badRequest("Invalid null or empty value in responseParameters")
            }
            try NamedMember.patch(
                step, name: parts[1], in: &response.responseParameters, missing: NamedMember.parameter
            ) { step.value ?? "" }
        case ("selectionPattern", 1):
            response.selectionPattern = step.op == "remove" ? nil : step.value ?? ""
        case ("contentHandling", 1):
            response.contentHandling = try ContentHandling.patched(step)
        default:
            throw Patch.invalidPath(step.path)
        }
    }

    /// AWS names the integration, also where it is the method that does not exist.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let wanted = MethodPlace(input)
        _ = try transaction.resource(api: wanted.api, wanted.resource)
        guard try wanted.exists(transaction) else { throw Integrations.unknown }
        var (place, method, response) = try find(transaction, input)
        method.methodIntegration?.integrationResponses?[response.statusCode] = nil
        if method.methodIntegration?.integrationResponses?.isEmpty == true {
            method.methodIntegration?.integrationResponses = nil
        }
        try place.store(method, transaction)
        try transaction.record(path(place, response.statusCode), api: place.api, before: response)
        return OperationOutput(204)
    }
}
