import ControlAPI

/// Puts an API together path by path.
final class ApiBuilder {
    let client: ControlClient
    let id: String
    private var resourceIds: [String: String]

    private init(client: ControlClient, id: String, rootId: String) {
        self.client = client
        self.id = id
        resourceIds = ["/": rootId]
    }

    static func create(_ client: ControlClient, name: String, description: String) async throws -> ApiBuilder {
        let api = try await client.createRestApi(name: name, description: description)
        let root: String
        if let rootId = api.rootResourceId {
            root = rootId
        } else {
            root = try await client.resources(apiId: api.id).first { $0.path == "/" }?.id ?? ""
        }
        return ApiBuilder(client: client, id: api.id, rootId: root)
    }

    /// The id of the resource at `path`, made with its parents where it is missing.
    private func resource(_ path: String) async throws -> String {
        if let known = resourceIds[path] { return known }
        let segments = path.split(separator: "/")
        let parent = "/" + segments.dropLast().joined(separator: "/")
        let made = try await client.createResource(
            apiId: id, parentId: try await resource(parent), pathPart: String(segments.last ?? ""))
        resourceIds[path] = made.id
        return made.id
    }

    /// Names of the variables in a path: `petId` of `/pets/{petId}`, `proxy` of `/{proxy+}`.
    private static func variables(in path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
            String($0.dropFirst().dropLast().prefix { $0 != "+" })
        }
    }

    private func put(
        _ verb: String, _ path: String, _ integration: Integration, method: Method = Method()
    ) async throws -> String {
        let resource = try await resource(path)
        var method = method
        method.httpMethod = verb
        method.authorizationType = "NONE"
        let variables = Self.variables(in: path)
        if !variables.isEmpty {
            method.requestParameters = Dictionary(
                uniqueKeysWithValues: variables.map { ("method.request.path.\($0)", true) })
        }
        _ = try await client.putMethod(apiId: id, resourceId: resource, method)
        var integration = integration
        if !variables.isEmpty, integration.type != "MOCK" {
            integration.requestParameters = Dictionary(
                uniqueKeysWithValues: variables.map { ("integration.request.path.\($0)", "method.request.path.\($0)") })
        }
        _ = try await client.putIntegration(apiId: id, resourceId: resource, httpMethod: verb, integration)
        return resource
    }

    /// The whole request goes to the stage's backend, the whole answer comes back.
    /// `method` says what a request has to have.
    func proxy(
        _ verb: String, _ path: String, cacheKeys: [String] = [], method: Method = Method()
    ) async throws {
        var integration = Integration(type: "HTTP_PROXY")
        integration.cacheKeyParameters = cacheKeys.isEmpty ? nil : cacheKeys
        integration.httpMethod = verb
        integration.uri = "http://${stageVariables.backend}" + path.replacing("+}", with: "}")
        integration.timeoutInMillis = 5000
        _ = try await put(verb, path, integration, method: method)
    }

    /// Goes to the stage's backend, with a method response for success and for failure.
    func http(_ verb: String, _ path: String) async throws {
        var integration = Integration(type: "HTTP")
        integration.httpMethod = verb
        integration.uri = "http://${stageVariables.backend}\(path)"
        integration.timeoutInMillis = 5000
        let resource = try await put(verb, path, integration)
        for (status, pattern) in [("200", "2\\d\\d"), ("404", "404"), ("500", "")] {
            _ = try await client.putMethodResponse(
                apiId: id, resourceId: resource, httpMethod: verb, MethodResponse(statusCode: status))
            var response = IntegrationResponse(statusCode: status)
            response.selectionPattern = pattern
            _ = try await client.putIntegrationResponse(
                apiId: id, resourceId: resource, httpMethod: verb, response)
        }
    }

    /// Answered by the gateway itself.
    func mock(_ verb: String, _ path: String, body: String) async throws {
        var integration = Integration(type: "MOCK")
        integration.requestTemplates = ["application/json": "{\"statusCode\": 200}"]
        let resource = try await put(verb, path, integration)
        _ = try await client.putMethodResponse(
            apiId: id, resourceId: resource, httpMethod: verb, MethodResponse(statusCode: "200"))
        var response = IntegrationResponse(statusCode: "200")
        response.responseTemplates = ["application/json": body]
        _ = try await client.putIntegrationResponse(apiId: id, resourceId: resource, httpMethod: verb, response)
    }

    /// Turns the stage's cache on for GET methods by their paths: `pets/{petId}` → seconds.
    func cache(_ stageName: String, seconds: [String: Int]) async throws {
        var patch: [PatchOperation] = [
            .replace("/cacheClusterEnabled", "true"), .replace("/cacheClusterSize", "0.5"),
        ]
        for (path, time) in seconds.sorted(by: { $0.key < $1.key }) {
            let method = "/" + PatchOperation.segment("/" + path) + "/GET/caching"
            patch += [.replace(method + "/enabled", "true"), .replace(method + "/ttlInSeconds", "\(time)")]
        }
        _ = try await client.updateStage(apiId: id, stageName: stageName, patchOperations: patch)
    }

    /// Has every request's execution log kept, with what passed.
    func log(_ stageName: String) async throws {
        _ = try await client.updateStage(
            apiId: id, stageName: stageName,
            patchOperations: [.replace("/*/*/logging/loglevel", "INFO"), .replace("/*/*/logging/dataTrace", "true")])
    }

    func deploy(_ stageName: String, _ description: String, variables: [String: String]? = nil) async throws {
        _ = try await client.createDeployment(
            apiId: id, stageName: stageName, description: description, variables: variables)
    }
}
