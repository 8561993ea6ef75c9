import ControlAPI
import Foundation
import JSON

/// `TestInvokeMethod`: a method as it is now, deployed or not, through the real pipeline, but for keys, limits, cache
/// and authorizers. Backends are called in earnest.
enum TestInvokeMethod {
    static let operations: [Operation] = [
        .engine(
            "TestInvokeMethod", "POST", "/restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}", invoke)
    ]

    /// The stage's name that templates and backends see.
    static let stageName = "test-invoke-stage"
    private static let largestBody = 10_485_760

    static func invoke(_ plane: ControlPlane, _ input: OperationInput) async throws -> OperationOutput {
        let request = try TestInvokeMethodRequest(input.body)
        let info = plane.info
        let test = try await plane.store.read { db in
            try call(for: request, input, Transaction(db: db, region: info.region, account: info.account))
        }
        let outcome: TestOutcome
        do {
            outcome = try await plane.publisher.test(test)
        } catch let failure as TestFailure {
            switch failure {
            case .tooManyAtOnce:
                throw ApiError(status: 429, code: "TooManyRequestsException", message: failure.description)
            case .unavailable:
                throw ApiError(status: 503, code: "ServiceUnavailableException", message: failure.description)
            default: throw ApiError.badRequest(failure.description)
            }
        } catch {
            throw ApiError.badRequest("The method cannot be tested: \(error)")
        }
        return try OperationOutput(200, encoding: TestInvokeMethodResponse(outcome))
    }

    /// The method alone: what is wrong elsewhere in the API does not keep it from being tested.
    private static func call(
        for request: TestInvokeMethodRequest, _ input: OperationInput, _ transaction: Transaction
    ) throws -> TestCall {
        let api = try transaction.restApi(input.parameter("restapi_id"))
        var resource = try transaction.resource(api: api.id, input.parameter("resource_id"))
        let verb = input.parameter("http_method")
        guard Verb(named: verb) != nil else { throw refusedVerb }
        let exact = try ResourceTable.method(transaction.db, api: api.id, resource: resource.id, verb)
        let any = try ResourceTable.method(transaction.db, api: api.id, resource: resource.id, "ANY")
        guard let method = exact ?? any else { throw ApiError.notFound("Invalid Method identifier specified") }
        var certificate: PublishedCertificate?
        if let id = request.clientCertificateId, !id.isEmpty {
            _ = try ClientCertificates.find(id, transaction)
            certificate = try ClientCertificateTable.published(transaction.db, id)
        }
        try StageSettings.checkVariables(request.stageVariables)
        let body = Array((request.body ?? "").utf8)
        guard body.count <= largestBody else {
            throw ApiError.badRequest("Invalid body specified: it has more than \(largestBody) bytes")
        }
        resource.resourceMethods = [exact == nil ? "ANY" : verb: method]
        var stage = Stage(stageName: stageName, deploymentId: nil)
        stage.variables = request.stageVariables
        let base = try Snapshots.current(of: api, deploymentId: "", resources: [resource], transaction)
        return TestCall(
            publication: StagePublication(
                apiId: api.id, stage: stage, base: base, canary: nil, clientCertificate: certificate), verb: verb,
            pathWithQueryString: request.pathWithQueryString, headers: request.allHeaders, body: body)
    }

    /// `ANY` is no verb that a request could have.
    private static let refusedVerb = ApiError.badRequest(
        "Invalid HttpMethod specified. Valid options are \(Verbs.all.filter { $0 != "ANY" }.joined(separator: ","))")
}

extension TestInvokeMethodRequest {
    fileprivate init(_ body: RequestBody) throws {
        self.init()
        pathWithQueryString = try body.string("pathWithQueryString")
        self.body = try body.string("body")
        headers = try body.stringMap("headers")
        multiValueHeaders = try body.stringsMap("multiValueHeaders")
        clientCertificateId = try body.string("clientCertificateId")
        stageVariables = try body.stringMap("stageVariables")
    }

    /// Names by the alphabet; a name that both maps have takes its values from `multiValueHeaders`.
    fileprivate var allHeaders: [(name: String, value: String)] {
        let several = multiValueHeaders ?? [:]
        let names = Set(several.keys.map { $0.lowercased() })
        let single = (headers ?? [:]).filter { !names.contains($0.key.lowercased()) }.mapValues { [$0] }
        return single.merging(several) { $1 }.sorted { $0.key < $1.key }.flatMap { name, values in
            values.map { (name, $0) }
        }
    }
}

extension TestInvokeMethodResponse {
    /// A body that is no UTF-8 stands in base64.
    init(_ outcome: TestOutcome) {
        self.init()
        status = outcome.status
        body = String(validating: outcome.body, as: UTF8.self) ?? Data(outcome.body).base64EncodedString()
        var single: [String: String] = [:]
        var several: [String: [String]] = [:]
        for header in outcome.headers {
            single[header.name] = header.value
            several[header.name, default: []].append(header.value)
        }
        headers = single
        multiValueHeaders = several
        latency = outcome.latencyMilliseconds
        log =
            "Execution log for request \(outcome.requestId)\n"
            + outcome.log.map { "\(LoopClock.javaTime(second: $0.wall / 1_000_000_000)) : \($0.text)\n" }.joined()
    }
}
