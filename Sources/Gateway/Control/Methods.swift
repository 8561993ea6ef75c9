import ControlAPI
import JSON

/// `/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}`.
enum Methods {
    static let pattern = "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}"

    static let operations: [Operation] = [
        .change("PutMethod", "PUT", pattern, put),
        .read("GetMethod", "GET", pattern, get),
        .change("UpdateMethod", "PATCH", pattern, update),
        .change("DeleteMethod", "DELETE", pattern, delete),
    ]

    static func path(_ place: MethodPlace) -> String {
        Resources.path(api: place.api, place.resource) + "/methods/\(place.verb)"
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let place = MethodPlace(input)
        return try OperationOutput(200, encoding: place.method(transaction))
    }

    static func put(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let place = MethodPlace(input)
        let body = input.body
        let authorizationType = try body.string("authorizationType")
        var method = Method()
        method.httpMethod = place.verb
        method.authorizerId = try body.string("authorizerId").flatMap { $0.isEmpty ? nil : $0 }
        method.apiKeyRequired = try body.bool("apiKeyRequired") ?? false
        method.operationName = try body.string("operationName")
        method.requestParameters = try body.boolMap("requestParameters")
        method.requestModels = try body.stringMap("requestModels")
        method.requestValidatorId = try body.string("requestValidatorId").flatMap { $0.isEmpty ? nil : $0 }
        method.authorizationScopes = try body.strings("authorizationScopes")
        var violations = Violations()
        if authorizationType == nil { violations.addNull(at: "putMethodInput.authorizationType") }
        try violations.throwIfAny()

        _ = try transaction.resource(api: place.api, place.resource)
        try Verbs.check(place.verb)
        method.authorizationType = try AuthorizationType.checked(authorizationType ?? "")
        guard try !place.exists(transaction) else {
            throw ApiError.conflict("Method already exists for this resource")
        }
        dropUnusedAuthorizer(&method)
        try check(method, api: place.api, transaction)
        try place.store(method, transaction)
        try transaction.record(path(place), api: place.api, after: method)
        return try OperationOutput(201, encoding: method)
    }

    static let typesWithAuthorizer = ["CUSTOM", "COGNITO_USER_POOLS"]

    /// AWS passes over the authorizer of a method whose type has none.
    private static func dropUnusedAuthorizer(_ method: inout Method) {
        if !typesWithAuthorizer.contains(method.authorizationType ?? "") { method.authorizerId = nil }
    }

    /// What has to hold after any change of a method.
    static func check(_ method: Method, api: String, _ transaction: Transaction) throws {
        if let type = method.authorizationType, typesWithAuthorizer.contains(type) {
            try Authorizers.check(method.authorizerId, for: type, api: api, transaction)
        }
        if let validator = method.requestValidatorId { try RequestValidators.check(validator, api: api, transaction) }
        for (type, model) in method.requestModels ?? [:] {
            try ContentType.check(type)
            try Models.check(model, api: api, transaction)
        }
        var names: Set<String> = []
        for key in method.requestParameters?.keys.sorted() ?? [] {
            let name = try MappingExpression.declaredRequestParameter(key)
            guard names.insert(name).inserted else {
                throw ApiError.badRequest("Parameter names must be unique across querystring, header and path")
            }
        }
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateMethodInput")
        let place = MethodPlace(input)
        let before = try place.method(transaction)
        var method = before
        for step in patch.steps { try apply(step, to: &method) }
        dropUnusedAuthorizer(&method)
        try check(method, api: place.api, transaction)
        try place.store(method, transaction)
        try transaction.record(path(place), api: place.api, before: before, after: method)
        return try OperationOutput(200, encoding: method)
    }

    /// Member → the operations it knows.
    private static let patchable: [String: [String]] = [
        "authorizationScopes": ["add", "remove"], "requestParameters": ["add", "remove", "replace"],
        "requestModels": ["add", "remove", "replace"], "authorizationType": ["replace"], "authorizerId": ["replace"],
        "apiKeyRequired": ["replace"], "operationName": ["replace"], "requestValidatorId": ["replace"],
    ]

    private static func apply(_ step: Patch.Step, to method: inout Method) throws {
        let parts = step.parts
        let takesName = ["requestParameters", "requestModels"].contains(parts[0])
        guard let ops = patchable[parts[0]], parts.count == (takesName ? 2 : 1) || parts[0] == "authorizationScopes",
            parts.count <= 2
        else { throw Patch.invalidPath(step.path) }
        guard ops.contains(step.op) else { throw Patch.onlyOps(ops) }
        switch parts[0] {
        case "authorizationType":
            method.authorizationType = try AuthorizationType.checked(step.value ?? "")
        case "authorizerId":
            method.authorizerId = step.nonEmptyValue
        case "apiKeyRequired":
            method.apiKeyRequired = Patch.flag(step)
        case "operationName":
            method.operationName = step.nonEmptyValue
        case "requestValidatorId":
            method.requestValidatorId = step.nonEmptyValue
        case "authorizationScopes":
            guard let scope = step.nonEmptyValue ?? parts.dropFirst().first else {
                throw Patch.invalidPath(step.path)
            }
            var scopes = method.authorizationScopes ?? []
            scopes.removeAll { $0 == scope }
            if step.op == "add" { scopes.append(scope) }
            method.authorizationScopes = scopes.isEmpty ? nil : scopes
        case "requestParameters":
            try NamedMember.patch(step, name: parts[1], in: &method.requestParameters, missing: NamedMember.parameter) {
                Patch.flag(step)
            }
        default:
            try NamedMember.patch(step, name: parts[1], in: &method.requestModels, missing: NamedMember.contentType) {
                step.value ?? ""
            }
        }
    }

    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let place = MethodPlace(input)
        let before = try place.method(transaction)
        try ResourceTable.deleteMethod(transaction.db, api: place.api, resource: place.resource, place.verb)
        try transaction.record(path(place), api: place.api, before: before)
        return OperationOutput(204)
    }
}

/// Which method a call is about.
struct MethodPlace {
    let api: String
    let resource: String
    let verb: String

    init(_ input: OperationInput) {
        api = input.parameter("restapi_id")
        resource = input.parameter("resource_id")
        verb = input.parameter("http_method")
    }

    func method(_ transaction: Transaction) throws -> Method {
        try transaction.method(api: api, resource: resource, verb)
    }

    func exists(_ transaction: Transaction) throws -> Bool {
        try ResourceTable.method(transaction.db, api: api, resource: resource, verb) != nil
    }

    func store(_ method: Method, _ transaction: Transaction) throws {
        try ResourceTable.putMethod(transaction.db, api: api, resource: resource, verb, method)
    }
}

enum AuthorizationType {
    static let all = ["NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"]

    /// Lower case is taken as well.
    static func checked(_ type: String) throws -> String {
        let upper = type.uppercased()
        guard all.contains(upper) else {
            throw ApiError.badRequest(
                "Invalid authorizationType specified: '\(type)'. Valid options are \(all.joined(separator: ","))")
        }
        return upper
    }
}

/// Patches of members that are maps by name: templates, parameters, models.
enum NamedMember {
    static let parameter = ApiError.notFound("Invalid parameter name specified")
    static let contentType = ApiError.notFound("Content-Type specified was not found")

    /// `missing` is the answer to the removal of a name that is not there; an emptied map becomes `nil`.
    static func patch<Value>(
        _ step: Patch.Step, name: String, in map: inout [String: Value]?, missing: ApiError, value: () throws -> Value
    ) throws {
        guard !name.isEmpty else { throw Patch.invalidPath(step.path) }
        var changed = map ?? [:]
        if step.op == "remove" {
            guard changed.removeValue(forKey: name) != nil else { throw missing }
        } else {
            changed.updateValue(try value(), forKey: name)
        }
        map = changed.isEmpty ? nil : changed
    }
}
