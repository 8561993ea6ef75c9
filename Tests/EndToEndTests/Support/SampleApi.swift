import ControlAPI

/// An API with `GET /who` through `HTTP_PROXY` to the stage variable `backend`, and `GET /ping` from a `MOCK`.
struct SampleApi {
    let id: String
    let rootId: String

    init(_ client: ControlClient, name: String = "petstore") async throws {
        let api = try await client.createRestApi(name: name)
        id = api.id
        rootId = api.rootResourceId ?? ""
        let who = try await client.createResource(apiId: id, parentId: rootId, pathPart: "who")
        var method = Method()
        method.httpMethod = "GET"
        method.authorizationType = "NONE"
        _ = try await client.putMethod(apiId: id, resourceId: who.id, method)
        var proxy = Integration(type: "HTTP_PROXY")
        proxy.httpMethod = "GET"
        proxy.uri = "http://${stageVariables.backend}/who"
        _ = try await client.putIntegration(apiId: id, resourceId: who.id, httpMethod: "GET", proxy)

        let ping = try await client.createResource(apiId: id, parentId: rootId, pathPart: "ping")
        _ = try await client.putMethod(apiId: id, resourceId: ping.id, method)
        _ = try await client.putMethodResponse(
            apiId: id, resourceId: ping.id, httpMethod: "GET", MethodResponse(statusCode: "200"))
        var mock = Integration(type: "MOCK")
        mock.requestTemplates = ["application/json": "{\"statusCode\": 200}"]
        _ = try await client.putIntegration(apiId: id, resourceId: ping.id, httpMethod: "GET", mock)
        var answer = IntegrationResponse(statusCode: "200")
        answer.responseTemplates = ["application/json": "{\"message\": \"pong\"}"]
        _ = try await client.putIntegrationResponse(apiId: id, resourceId: ping.id, httpMethod: "GET", answer)
    }
}
