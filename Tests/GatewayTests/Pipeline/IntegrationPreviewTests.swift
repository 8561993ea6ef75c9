import ControlAPI
import JSON
import Testing

@testable import Gateway

/// What a backend would get, without a call.
@Suite struct IntegrationPreviewTests {
    private func preview(
        _ resource: Resource, verb: String = "GET", path: String? = nil, headers: [(String, String)] = [],
        body: [UInt8] = [], variables: [String: String] = [:]
    ) async throws -> IntegrationPreview {
        let plane = try await TestPlane([]) { $0.templates = VelocityTemplates() }
        var stage = Stage(stageName: "test-invoke-stage", deploymentId: nil)
        stage.variables = variables
        var call = TestCall(
            publication: StagePublication(
                apiId: TestPlane.apiId, stage: stage, base: TestPlane.snapshot([resource], id: ""), canary: nil),
            verb: verb, pathWithQueryString: path, headers: headers.map { (name: $0.0, value: $0.1) }, body: body)
        call.previews = true
        let outcome = try await plane.plane.test(call)
        #expect(await plane.plane.accessLog(AccessLogQuery()).isEmpty)
        await plane.stop()
        return IntegrationPreview(outcome, type: resource.resourceMethods?["ANY"]?.methodIntegration?.type ?? "")
    }

    private func integration(_ type: String, _ uri: String) -> Integration {
        var integration = Integration(type: type)
        integration.uri = uri
        return integration
    }

    /// Nothing listens there: a call would be refused.
    private static let nowhere = "http://127.0.0.1:1"

    @Test func parametersAndTemplateMakeTheRequest() async throws {
        var http = integration("HTTP", Self.nowhere + "/orders/{id}")
        http.httpMethod = "PUT"
        http.requestParameters = [
            "integration.request.path.id": "method.request.path.id",
            "integration.request.querystring.page": "method.request.querystring.p",
            "integration.request.header.X-Tenant": "'blue'",
        ]
        http.requestTemplates = ["application/json": #"{"name": $input.json('$.n')}"#]
        let preview = try await preview(
            TestPlane.resource("/orders/{id}", http), verb: "POST", path: "/orders/7?p=2&q=3",
            headers: [("Content-Type", "application/json"), ("X-Own", "stays here")], body: Array(#"{"n": "a"}"#.utf8))
        #expect(preview.type == "HTTP")
        #expect(preview.httpMethod == "PUT")
        #expect(preview.uri == Self.nowhere + "/orders/7?page=2")
        #expect(preview.body == #"{"name": "a"}"#)
        #expect(preview.status == nil && preview.reason == nil)
        func value(_ name: String) -> String? { preview.headers.first { $0.name == name }?.value }
        #expect(value("X-Tenant") == "blue")
        #expect(value("Host") == "127.0.0.1:1")
        #expect(value("Content-Length") == "13")
        #expect(value("X-Own") == nil)
    }

    @Test func aProxyGetsTheClientsMessage() async throws {
        let proxy = integration("HTTP_PROXY", Self.nowhere + "/b")
        let body = Array(repeating: UInt8(ascii: "x"), count: 300_000)
        let preview = try await preview(
            TestPlane.resource("/a", proxy), verb: "POST", path: "/a?q=a b", headers: [("X-Own", "goes on")],
            body: body)
        #expect(preview.httpMethod == "POST")
        #expect(preview.uri == Self.nowhere + "/b?q=a%20b")
        #expect(preview.body.utf8.count == 300_000)
        #expect(preview.headers.contains { $0.name == "X-Own" && $0.value == "goes on" })
        #expect(preview.headers.contains { $0.name == "Content-Length" && $0.value == "300000" })
    }

    @Test func aProxiedCodingIsNotTakenAway() async throws {
        let proxy = integration("HTTP_PROXY", Self.nowhere + "/")
        let preview = try await preview(
            TestPlane.resource("/", proxy), verb: "POST", path: "/", headers: [("Content-Encoding", "gzip")],
            body: [0x1F, 0x8B, 0xFF])
        #expect(preview.isBase64Encoded)
        #expect(preview.body == "H4v/")
        #expect(preview.headers.contains { $0.name == "Content-Encoding" && $0.value == "gzip" })
    }

    @Test func aMockGetsWhatItsTemplateMakes() async throws {
        var mock = TestPlane.mock("{}")
        mock.requestTemplates = ["application/json": #"{"statusCode": 200, "id": "$input.params('id')"}"#]
        let preview = try await preview(TestPlane.resource("/{id}", mock), path: "/7")
        #expect(preview.type == "MOCK")
        #expect(preview.httpMethod == nil && preview.uri == nil && preview.headers.isEmpty)
        #expect(preview.body == #"{"statusCode": 200, "id": "7"}"#)
        #expect(preview.status == nil)
    }

    @Test func stageVariablesMakeTheAddress() async throws {
        let proxy = integration("HTTP_PROXY", "http://${stageVariables.backend}/x")
        let there = try await preview(
            TestPlane.resource("/", proxy), path: "/", variables: ["backend": "10.0.3.7:9000"])
        #expect(there.uri == "http://10.0.3.7:9000/x")
        let none = try await preview(TestPlane.resource("/", proxy), path: "/")
        #expect(none.uri == nil)
        #expect(none.status == 500)
        #expect(none.reason?.hasPrefix("Execution failed due to configuration error: Invalid endpoint address") == true)
    }

    @Test func whatTheGatewayAnswersItselfIsTold() async throws {
        var http = integration("HTTP", Self.nowhere)
        http.requestTemplates = ["application/json": "$input.json('$')"]
        http.passthroughBehavior = "NEVER"
        let refused = try await preview(
            TestPlane.resource("/", http), verb: "POST", path: "/", headers: [("Content-Type", "text/plain")],
            body: Array("a".utf8))
        #expect(refused.status == 415)
        #expect(refused.reason?.isEmpty == false)
        #expect(refused.uri == nil)
        var mock = TestPlane.mock("{}")
        mock.requestTemplates = ["application/json": "{}"]
        let broken = try await preview(TestPlane.resource("/", mock), path: "/")
        #expect(broken.status == 500)
        #expect(broken.reason?.contains("Unable to parse statusCode") == true)
        #expect(broken.body == "{}", "what was wrong can be seen")
    }
}

/// The control call.
@Suite struct IntegrationPreviewControlTests {
    @Test func takesATestsBodyAndTellsTheType() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let path = "/sluice/restapis/\(id)/resources/\(root)/methods/GET/preview"
        let reply = try await harness.call("POST", path, ["pathWithQueryString": "/", "headers": ["a": "b"]])
        #expect(reply.status == 200)
        #expect(reply["type"] == "MOCK")
        #expect(reply["headers"] == [])
        #expect(reply["isBase64Encoded"] == false)
        #expect(try await harness.call("POST", path, ["headers": 1]).status == 400)
        let none = try await harness.call("POST", "/sluice/restapis/\(id)/resources/\(root)/methods/PUT/preview")
        #expect(none.message == "Invalid Method identifier specified")
        #expect(try await harness.call("POST", "/sluice/restapis/none/resources/a/methods/GET/preview").status == 404)
    }
}
