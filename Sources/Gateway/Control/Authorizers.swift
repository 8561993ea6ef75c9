import ControlAPI
import JSON

/// `/restapis/{restapi_id}/authorizers`: kept, checked and shown; the data plane runs none yet. Methods that need one
/// are answered with `AUTHORIZER_CONFIGURATION_ERROR`, and never let through.
enum Authorizers {
    private static let pattern = "/restapis/{restapi_id}/authorizers"

    static let operations: [Operation] = [
        .change("CreateAuthorizer", "POST", pattern, create),
        .read("GetAuthorizers", "GET", pattern, list),
        .read("GetAuthorizer", "GET", pattern + "/{authorizer_id}", get),
        .read("TestInvokeAuthorizer", "POST", pattern + "/{authorizer_id}", test),
        .change("UpdateAuthorizer", "PATCH", pattern + "/{authorizer_id}", update),
        .change("DeleteAuthorizer", "DELETE", pattern + "/{authorizer_id}", delete),
    ]

    /// AWS's quota of an API.
    static let largestCount = 10

    private static func path(api: String, _ id: String) -> String { "/restapis/\(api)/authorizers/\(id)" }

    /// Refuses a method whose authorizer its API does not have, or has for another authorization type.
    static func check(_ id: String?, for authorizationType: String, api: String, _ transaction: Transaction) throws {
        let found = try id.flatMap { try AuthorizerTable.find(transaction.db, api: api, $0) }
        guard let found, AuthorizerRules.authorizationType(of: found) == authorizationType else {
            throw ApiError.badRequest(
                "Invalid authorizer ID specified. "
                    + "Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.")
        }
    }

    private static func find(_ transaction: Transaction, _ input: OperationInput) throws -> Authorizer {
        let api = input.parameter("restapi_id")
        guard let found = try AuthorizerTable.find(transaction.db, api: api, input.parameter("authorizer_id")) else {
            throw ApiError.notFound("Invalid Authorizer identifier specified")
        }
        return found
    }

    static func create(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let body = input.body
        let name = try body.string("name")
        let type = try body.string("type")
        var authorizer = Authorizer(id: "", name: name ?? "", type: type ?? "")
        authorizer.providerARNs = try body.strings("providerARNs").flatMap { $0.isEmpty ? nil : $0 }
        authorizer.authType = try nonEmpty(body, "authType")
        authorizer.authorizerUri = try nonEmpty(body, "authorizerUri")
        authorizer.authorizerCredentials = try nonEmpty(body, "authorizerCredentials")
        authorizer.identitySource = try nonEmpty(body, "identitySource")
        authorizer.identityValidationExpression = try nonEmpty(body, "identityValidationExpression")
        authorizer.authorizerResultTtlInSeconds = try body.int("authorizerResultTtlInSeconds")
        var violations = Violations()
        if name == nil { violations.addNull(at: "createAuthorizerInput.name") }
        if type == nil { violations.addNull(at: "createAuthorizerInput.type") }
        violations.check(type, at: "createAuthorizerInput.type", oneOf: AuthorizerRules.types)
        try violations.throwIfAny()
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        return try OperationOutput(201, encoding: insert(authorizer, api: api, transaction))
    }

    private static func nonEmpty(_ body: RequestBody, _ name: String) throws -> String? {
        try body.string(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Checks an authorizer, gives it an id and writes it with its journal entry. Throws ``ApiError``.
    static func insert(_ new: Authorizer, api: String, _ transaction: Transaction) throws -> Authorizer {
        var authorizer = new
        authorizer.authType = new.authType ?? AuthorizerRules.authType(of: new.type)
        authorizer.id = try transaction.newId(length: 6) { try AuthorizerTable.exists(transaction.db, api: api, $0) }
        try check(authorizer, api: api, transaction)
        guard try AuthorizerTable.list(transaction.db, api: api).count < largestCount else {
            throw ApiError.limitExceeded("Too many authorizers: an API can have at most \(largestCount)")
        }
        try AuthorizerTable.put(transaction.db, api: api, authorizer)
        try transaction.record(path(api: api, authorizer.id), api: api, after: authorizer)
        return authorizer
    }

    /// What has to hold after any change.
    private static func check(_ authorizer: Authorizer, api: String, _ transaction: Transaction) throws {
        try AuthorizerRules.check(authorizer)
        let others = try AuthorizerTable.list(transaction.db, api: api)
        guard !others.contains(where: { $0.name == authorizer.name && $0.id != authorizer.id }) else {
            throw ApiError.badRequest(
                "Authorizer name must be unique. Authorizer \(authorizer.name) already exists in this RestApi.")
        }
    }

    static func list(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        try transaction.requireApi(api)
        let paging = try Paging(input)
        let found = try AuthorizerTable.list(
            transaction.db, api: api, after: paging.position ?? "", limit: paging.limit + 1)
        return try OperationOutput(200, encoding: paging.page(found.map { ($0.id, $0) }))
    }

    static func get(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try OperationOutput(200, encoding: find(transaction, input))
    }

    /// Refused for every authorizer there is: nothing here can tell what a function or a user pool would say.
    static func test(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        try transaction.requireApi(input.parameter("restapi_id"))
        let authorizer = try find(transaction, input)
        throw ApiError.badRequest(
            "Authorizer \(authorizer.name) cannot be invoked: this version of Sluice keeps authorizers but does not run "
                + "them. Until it does, methods that need one are answered with 500 AUTHORIZER_CONFIGURATION_ERROR.")
    }

    static func update(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let patch = try Patch(input.body, input: "updateAuthorizerInput")
        let api = input.parameter("restapi_id")
        let before = try find(transaction, input)
        var authorizer = before
        for step in patch.steps { try apply(step, to: &authorizer) }
        try check(authorizer, api: api, transaction)
        let types = [before, authorizer].map(AuthorizerRules.authorizationType)
        if types[0] != types[1], let user = try user(of: before.id, api: api, transaction) {
            throw ApiError.conflict(
                "Cannot change the type of authorizer '\(before.id)', is referenced in method: \(user)")
        }
        try AuthorizerTable.put(transaction.db, api: api, authorizer)
        try transaction.record(path(api: api, authorizer.id), api: api, before: before, after: authorizer)
        return try OperationOutput(200, encoding: authorizer)
    }

    private static let replaceable = [
        "/name", "/type", "/authType", "/authorizerUri", "/authorizerCredentials", "/identitySource",
        "/identityValidationExpression", "/authorizerResultTtlInSeconds",
    ]

    private static func apply(_ step: Patch.Step, to authorizer: inout Authorizer) throws {
        if step.path == "/providerARNs" { return try patchProviders(step, &authorizer) }
        try Patch.checkReplaceOnly(step, paths: replaceable + ["/providerARNs"])
        switch step.path {
        case "/name": authorizer.name = step.value ?? ""
        case "/type": authorizer.type = step.value ?? ""
        case "/authType": authorizer.authType = step.nonEmptyValue
        case "/authorizerUri": authorizer.authorizerUri = step.nonEmptyValue
        case "/authorizerCredentials": authorizer.authorizerCredentials = step.nonEmptyValue
        case "/identitySource": authorizer.identitySource = step.nonEmptyValue
        case "/identityValidationExpression": authorizer.identityValidationExpression = step.nonEmptyValue
        default: authorizer.authorizerResultTtlInSeconds = try Patch.int(step, in: AuthorizerRules.timesToLive)
        }
    }

    /// `add` and `remove` take one ARN, `replace` puts one in the place of all.
    private static func patchProviders(_ step: Patch.Step, _ authorizer: inout Authorizer) throws {
        guard let arn = step.nonEmptyValue else { throw Patch.invalidPath(step.path) }
        var providers = authorizer.providerARNs ?? []
        switch step.op {
        case "add": if !providers.contains(arn) { providers.append(arn) }
        case "remove": providers.removeAll { $0 == arn }
        case "replace": providers = [arn]
        default: throw Patch.onlyOps(["add", "remove", "replace"])
        }
        authorizer.providerARNs = providers.isEmpty ? nil : providers
    }

    /// Refused while a method names it.
    static func delete(_ transaction: Transaction, _ input: OperationInput) throws -> OperationOutput {
        let api = input.parameter("restapi_id")
        let authorizer = try find(transaction, input)
        if let user = try user(of: authorizer.id, api: api, transaction) {
            throw ApiError.conflict("Cannot delete authorizer '\(authorizer.id)', is referenced in method: \(user)")
        }
        try AuthorizerTable.delete(transaction.db, api: api, authorizer.id)
        try transaction.record(path(api: api, authorizer.id), api: api, before: authorizer)
        return .accepted
    }

    private static func user(of id: String, api: String, _ transaction: Transaction) throws -> String? {
        try MethodUse.last(in: api, transaction) { $0.authorizerId == id }
    }
}
