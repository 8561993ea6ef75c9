import ControlAPI
import Logging
import NIOCore

@testable import Gateway

/// A data plane on a free port with an API made by hand.
struct TestPlane {
    static let apiId = "abc123"
    let plane: DataPlane
    let port: Int

    init(
        _ resources: [Resource], stage: String = "prod", loops: Int = 1,
        configure: (inout DataPlaneConfiguration) -> Void = { _ in }, snapshot change: SnapshotChange? = nil
    ) async throws {
        var configuration = DataPlaneConfiguration(port: 0, loops: loops)
        configuration.accessLogRecordsPerLoop = 16_384
        configure(&configuration)
        plane = DataPlane(configuration: configuration, logger: Logger(label: "test"))
        port = try await plane.start().port ?? 0
        try await publish(resources, stage: Stage(stageName: stage, deploymentId: "base"), snapshot: change)
    }

    /// Puts models, validators and gateway responses into a snapshot.
    typealias SnapshotChange = (inout DeploymentSnapshot) -> Void

    func publish(
        _ resources: [Resource], stage: Stage, canary: [Resource]? = nil, snapshot change: SnapshotChange? = nil
    ) async throws {
        var base = Self.snapshot(resources, id: "base")
        change?(&base)
        let publication = StagePublication(
            apiId: Self.apiId, stage: stage, base: base, canary: canary.map { Self.snapshot($0, id: "canary") })
        await plane.publish(try plane.prepare(publication))
    }

    static func snapshot(_ resources: [Resource], id: String) -> DeploymentSnapshot {
        DeploymentSnapshot(
            deploymentId: id, restApi: RestApi(id: apiId, name: "test", createdDate: Timestamp(seconds: 0)),
            resources: resources)
    }

    func connect(receiveBuffer: Int32? = nil) throws -> RawSocket {
        try RawSocket(port: port, receiveBuffer: receiveBuffer)
    }

    /// One request over a connection of its own.
    func call(_ path: String, verb: String = "GET", headers: String = "", body: String = "") async throws -> Message {
        let request = Self.request(path, verb: verb, headers: headers, body: body)
        return try await blocking { [port] in
            let socket = try RawSocket(port: port)
            try socket.send(request)
            return try socket.message(toHead: verb == "HEAD")
        }
    }

    static func request(_ path: String, verb: String = "GET", headers: String = "", body: String = "") -> String {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return
            "\(verb) \(path) HTTP/1.1\r\nHost: \(apiId).execute-api.us-east-1.localhost\r\n\(headers)\(length)\r\n\(body)"
    }

    func stop() async { await plane.shutdown(graceSeconds: 0) }

    // MARK: Resources

    static func method(_ integration: Integration, verb: String = "ANY") -> Method {
        var method = Method()
        method.httpMethod = verb
        method.methodIntegration = integration
        declare(integration, in: &method)
        return method
    }

    /// Declares every parameter, status and header that an integration maps.
    static func declare(_ integration: Integration, in method: inout Method) {
        let declared = (integration.requestParameters ?? [:]).values.compactMap(MappingFaults.declaration)
        if !declared.isEmpty {
            method.requestParameters = Dictionary(declared.map { ($0, false) }, uniquingKeysWith: { $1 })
        }
        method.methodResponses = integration.integrationResponses?.mapValues { response in
            var declared = MethodResponse(statusCode: response.statusCode)
            declared.responseParameters = response.responseParameters?.mapValues { _ in false }
            return declared
        }
    }

    static func resource(_ path: String, _ integration: Integration, verb: String = "ANY") -> Resource {
        Resource(id: path, path: path, resourceMethods: [verb: method(integration, verb: verb)])
    }

    /// `/{proxy+}` to a backend's same path.
    static func proxy(port: Int, timeout: Int? = nil) -> [Resource] {
        var integration = Integration(type: "HTTP_PROXY")
        integration.httpMethod = "ANY"
        integration.uri = "http://127.0.0.1:\(port)/{proxy}"
        integration.requestParameters = ["integration.request.path.proxy": "method.request.path.proxy"]
        integration.timeoutInMillis = timeout
        return [resource("/{proxy+}", integration)]
    }

    static func mock(_ body: String, status: Int = 200) -> Integration {
        var integration = Integration(type: "MOCK")
        integration.requestTemplates = ["application/json": "{\"statusCode\": \(status)}"]
        var response = IntegrationResponse(statusCode: String(status))
        response.responseTemplates = ["application/json": body]
        integration.integrationResponses = [String(status): response]
        return integration
    }
}
