import ControlAPI
import JSON

/// `…/methods/{http_method}/responses/{status_code}`.
enum MethodResponses {
    static let pattern = Methods.pattern + "/responses/{status_code}"

    static let operations: [Operation] = [
        .change("PutMethodResponse", "PUT", pattern, put),
        .read("GetMethodResponse", "GET", pattern, get),
        .change("UpdateMethodResponse", "PATCH", pattern, update),
        .change("DeleteMethodResponse", "DELETE", pattern, delete),
    ]

    static let unknown = ApiError.notFound("Invalid Response status code specified")

    private static func path(_ place: MethodPlace, _ status: String) -> String {
        Methods.path(place) + "/responses/\(status)"
    }

    private static func find(
        _ transaction: Transaction, _ input: OperationInput
    ) throws -> (MethodPlace, Method, MethodResponse) {
        var violations = Violations()
        violations.check(statusCode: input.parameter("status_code"))
        try violations.throwIfAny()
        let place = MethodPlace(input)
        let method = try place.method(transaction)
        guard let response = method.methodResponses?[input.parameter("status_code")] else { throw unknown }
        return (place, method, response)
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input).2)
    }

    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let status = input.parameter("status_code")
        var response = MethodResponse(statusCode: status)
        response.responseParameters = try input.body.boolMap("responseParameters")
        response.responseModels = try input.body.stringMap("responseModels")
        var violations = Violations()
        violations.check(statusCode: status)
        try violations.throwIfAny()
        let place = MethodPlace(input)
        var method = try place.method(transaction)
        guard method.methodResponses?[status] == nil else {
            throw ApiError.conflict("Response already exists for this resource")
        }
        try check(response, api: place.api, transaction)
        method.methodResponses = (method.methodResponses ?? [:]).merging([status: response]) { $1 }
        try place.store(method, transaction)
        try transaction.record(path(place, status), api: place.api, after: response)
        return try OperationOutput(201, encoding: response)
    }

    static func check(_ response: MethodResponse, api: String, _ transaction: Transaction) throws {
        for key in response.responseParameters?.keys.sorted() ?? [] {
            try MappingExpression.checkResponseTarget(key)
        }
        for (type, model) in response.responseModels ?? [:] {
            try ContentType.check(type)
            try Models.check(model, api: api, transaction)
        }
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var violations = Violations()
        violations.check(statusCode: input.parameter("status_code"))
        let patch = try Patch(input.body, input: "updateMethodResponseInput", after: violations)
        var (place, method, response) = try find(transaction, input)
        let before = response
        for step in patch.steps {
            guard ["add", "remove", "replace"].contains(step.op) else {
                throw ApiError.badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
            }
            let parts = step.parts
            switch (parts[0], parts.count) {
            case ("responseParameters", 2):
                try NamedMember.patch(
                    step, name: parts[1], in: &response.responseParameters, missing: NamedMember.parameter
                ) { Patch.flag(step) }
            case ("responseModels", 2):
                try NamedMember.patch(
                    step, name: parts[1], in: &response.responseModels, missing: NamedMember.contentType
                ) { step.value ?? "" }
            default:
                throw Patch.invalidPath(step.path)
            }
        }
        try check(response, api: place.api, transaction)
        method.methodResponses?[response.statusCode] = response
        try place.store(method, transaction)
        try transaction.record(path(place, response.statusCode), api: place.api, before: before, after: response)
        return try OperationOutput(201, encoding: response)
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        var (place, method, response) = try find(transaction, input)
        method.methodResponses?[response.statusCode] = nil
        if method.methodResponses?.isEmpty == true { method.methodResponses = nil }
        try place.store(method, transaction)
        try transaction.record(path(place, response.statusCode), api: place.api, before: response)
        return OperationOutput(204)
    }
}
