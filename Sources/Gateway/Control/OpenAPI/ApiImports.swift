import ControlAPI
import JSON
import OpenAPI

/// `POST /restapis?mode=import` and `PUT /restapis/{restapi_id}`: an API from an OpenAPI document.
///
/// The document is read before the store is touched, so that a large one holds nobody up. Then all of it is one
/// transaction with one journal entry.
enum ApiImports {
    static let operations: [Operation] = [
        .textEngine("ImportRestApi", "POST", "/restapis?mode=import", create),
        .textEngine("PutRestApi", "PUT", "/restapis/{restapi_id}", put),
    ]

    static let modes = ["merge", "overwrite"]

    static func create(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let endpoint = try endpointConfiguration(input)
        let read = try document(plane, input)
        return try await plane.change("ImportRestApi", actor: input.actor, input) { transaction, input in
            let db = transaction.db
            var api = RestApi(
                id: try transaction.newId(length: 10) { try RestApiTable.exists(db, $0) }, name: "",
                createdDate: transaction.now)
            api.apiKeySource = "HEADER"
            api.endpointConfiguration = endpoint
            api.disableExecuteApiEndpoint = false
            api.rootResourceId = Ids.make(length: 10)
            try RestApiTable.insert(db, api)
            try ResourceTable.insert(db, api: api.id, Resource(id: api.rootResourceId ?? "", path: "/"))
            var work = ApiImport(read.definition, warnings: read.warnings, into: api, mode: .overwrite, transaction)
            try work.run()
            try work.throwIfRefused(failOnWarnings: failsOnWarnings(input))
            try transaction.record(RestApis.path(api.id), api: api.id, after: work.api)
            return try OperationOutput(201, encoding: work.shown)
        }
    }

    static func put(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        guard modes.contains(input.query("mode") ?? "merge") else {
            throw ApiError.badRequest("Enumeration value of OpenAPI import mode must be \"overwrite\" or \"merge\"")
        }
        let read = try document(plane, input)
        let mode: ApiImport.Mode = input.query("mode") == "overwrite" ? .overwrite : .merge
        return try await plane.change("PutRestApi", actor: input.actor, input) { transaction, input in
            let api = try transaction.restApi(input.parameter("restapi_id"))
            let before = try ApiImage.json(of: api, transaction)
            var work = ApiImport(read.definition, warnings: read.warnings, into: api, mode: mode, transaction)
            try work.run()
            try work.throwIfRefused(failOnWarnings: failsOnWarnings(input))
            try transaction.record(
                RestApis.path(api.id), api: api.id, before: before, after: ApiImage.json(of: work.api, transaction))
            return try OperationOutput(200, encoding: RestApis.withTags(work.shown))
        }
    }

    private static func document(_ plane: ControlPlane, _ input: OperationInput) throws -> DefinitionReader.Output {
        guard input.text.count <= DocumentText.largestSize else {
            throw ApiError(
                status: 413, code: "RequestEntityTooLargeException",
                message: "HTTP content length exceeded \(DocumentText.largestSize) bytes.")
        }
        let given = input.query("basepath").flatMap { $0.isEmpty ? nil : $0 } ?? "ignore"
        guard let basePath = BasePathMode(rawValue: given.lowercased()) else {
            throw ApiError.badRequest("Invalid basepath specified: '\(given)'. Valid options are ignore,prepend,split")
        }
        let info = plane.info
        do {
            return try DefinitionReader.read(
                input.text, basePath: basePath, place: ImportPlace(account: info.account, region: info.region))
        } catch let error as OpenAPIError {
            var refusal = ApiError.badRequest(error.message)
            refusal.detail = error.detail
            throw refusal
        }
    }

    private static func failsOnWarnings(_ input: OperationInput) -> Bool {
        input.query("failonwarnings")?.lowercased() == "true"
    }

    private static func endpointConfiguration(_ input: OperationInput) throws -> EndpointConfiguration {
        let types = input.queryList("endpointConfigurationTypes")
        guard types.allSatisfy(RestApis.endpointTypes.contains) else {
            throw ApiError.badRequest("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE")
        }
        guard types.count <= 1 else {
            throw ApiError.badRequest("Cannot create an api with multiple Endpoint Types.")
        }
        let ipAddressType = input.query("ipAddressType")
        guard ipAddressType == nil || RestApis.ipAddressTypes.contains(ipAddressType ?? "") else {
            throw ApiError.badRequest("ipAddressType must be either ipv4 or dualstack.")
        }
        let isPrivate = types == ["PRIVATE"]
        let endpoints = input.queryList("vpcEndpointIds")
        return EndpointConfiguration(
            types: types.isEmpty ? ["EDGE"] : types,
            ipAddressType: ipAddressType ?? (isPrivate ? "dualstack" : "ipv4"),
            vpcEndpointIds: endpoints.isEmpty ? nil : endpoints)
    }
}
