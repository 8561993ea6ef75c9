import ControlAPI
import Testing

@testable import Gateway

@Suite struct MockIntegrationTests {
    @Test(
        arguments: [
            ("{\"statusCode\": 200}", 200), ("{\"statusCode\": 404}", 404), ("{statusCode: 200}", 200),
            ("{\"statusCode\": 200,}", 200), ("{'statusCode': 404}", 404), ("{\"statusCode\": \"200\"}", nil),
            ("{\"statusCode\": 200.5}", nil), ("{\"statusCode\": 99}", nil), ("{\"other\": 200}", nil), ("", nil),
            ("[200]", nil), ("statusCode: 200", nil), ("{\"statusCode\": }", nil), ("{\"statusCode", nil),
        ] as [(String, Int?)])
    func readsTheStatus(_ text: String, _ status: Int?) {
        #expect(MockStatus.parse(Array(text.utf8)) == status)
    }

    @Test func picksTheResponseOfItsStatus() async throws {
        var integration = Integration(type: "MOCK")
        integration.requestTemplates = [
            "application/json": "{\"statusCode\": 404}", "text/plain": "{\"statusCode\": 500}",
        ]
        var found = IntegrationResponse(statusCode: "404")
        found.selectionPattern = "4\\d{2}"
        found.responseTemplates = ["application/json": "{\"gone\": true}", "text/xml": "<gone/>"]
        found.responseParameters = ["method.response.header.X-Why": "'because'"]
        integration.integrationResponses = ["404": found]
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let json = try await plane.call("/prod")
        #expect(json.status == 404)
        #expect(json.text == "{\"gone\": true}")
        #expect(json["x-why"] == "because")
        let xml = try await plane.call("/prod", headers: "Accept: text/xml;q=1, application/json\r\n")
        #expect(xml.text == "<gone/>")
        #expect(xml["content-type"] == "text/xml")
        // No pattern takes 500, and there is no default.
        let none = try await plane.call("/prod", verb: "POST", headers: "Content-Type: text/plain\r\n", body: "x")
        #expect(none.status == 500)
        #expect(none.text == #"{"message":"Internal server error"}"#)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(
            record?.errorMessage?.contains("no default output mapping configured. Endpoint Response Status Code: 500")
                == true)
        await plane.stop()
    }

    @Test func refusesContentTypesWithoutATemplate() async throws {
        var integration = TestPlane.mock("{}")
        integration.passthroughBehavior = "NEVER"
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let answer = try await plane.call("/prod", verb: "POST", headers: "Content-Type: text/plain\r\n", body: "x")
        #expect(answer.status == 415)
        #expect(answer.text == #"{"message":"Unsupported Media Type"}"#)
        #expect(answer["x-amzn-errortype"] == "BadRequestException")
        await plane.stop()
    }
}

@Suite struct HTTPIntegrationTests {
    private func integration(port: Int) -> Integration {
        var integration = Integration(type: "HTTP")
        integration.httpMethod = "POST"
        integration.uri = "http://127.0.0.1:\(port)/{id}"
        integration.requestParameters = [
            "integration.request.path.id": "method.request.path.id",
            "integration.request.querystring.q": "method.request.querystring.q",
            "integration.request.header.X-Name": "method.request.body.user.names[1]",
        ]
        return integration
    }

    @Test func sendsOnlyWhatIsMapped() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = integration(port: backend.port)
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        let plane = try await TestPlane([TestPlane.resource("/{id}", integration)])
        let answer = try await plane.call(
            "/prod/7?q=a%20b&r=2", verb: "PUT", headers: "X-Own: 1\r\nContent-Type: application/json\r\n",
            body: #"{"user": {"names": ["a", "b"]}}"#)
        #expect(answer.status == 200)
        #expect(answer.text.hasPrefix("POST /7?q=a%20b HTTP/1.1\n"))
        #expect(answer.text.hasSuffix("\n" + #"{"user": {"names": ["a", "b"]}}"#))
        #expect(answer.text.contains("\nX-Name: b\n"))
        #expect(answer.text.contains("\nUser-Agent: AmazonAPIGateway_abc123\n"))
        #expect(answer.text.contains("\nContent-Type: application/json\n"))
        #expect(!answer.text.contains("X-Own"))
        await plane.stop()
    }

    @Test func selectsByStatusAndMapsHeaders() async throws {
        let backend = try ScriptedBackend.serving { request in
            let status = request.startLine.split(separator: " ")[1].dropFirst().prefix(3)
            let body = #"{"code": "E1", "text": "down"}"#
            return "HTTP/1.1 \(status) X\r\nX-From: a\r\nX-From: b\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        var integration = integration(port: backend.port)
        var fine = IntegrationResponse(statusCode: "200")
        fine.responseParameters = ["method.response.header.X-To": "integration.response.header.X-From"]
        var broken = IntegrationResponse(statusCode: "502")
        broken.selectionPattern = "5\\d{2}"
        broken.responseParameters = [
            "method.response.header.X-Code": "integration.response.body.code",
            "method.response.header.X-All": "integration.response.multivalueheader.X-From",
        ]
        broken.responseTemplates = ["application/json": "{\"broken\": true}"]
        integration.integrationResponses = ["200": fine, "502": broken]
        let plane = try await TestPlane([TestPlane.resource("/{id}", integration)])
        let ok = try await plane.call("/prod/201")
        #expect(ok.status == 200)
        #expect(ok["x-to"] == "b")
        #expect(ok.text == #"{"code": "E1", "text": "down"}"#)
        let bad = try await plane.call("/prod/503")
        #expect(bad.status == 502)
        #expect(bad["x-code"] == "E1")
        #expect(bad["x-all"] == "a,b")
        #expect(bad.text == "{\"broken\": true}")
        await plane.stop()
    }

    @Test(arguments: [
        ("https:///x", "names no host"), ("https://127.0.0.1:0/", "port outside"),
        ("ftp://x/", "does not begin with http:// or https://"),
        ("http://${stageVariables.none}/", "names no host"), ("http://127.0.0.1:99999/", "port outside"),
        ("http://user@127.0.0.1/", "must not hold a user"),
    ])
    func saysWhatIsWrongWithAnAddress(_ uri: String, _ reason: String) async throws {
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = uri
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let answer = try await plane.call("/prod")
        #expect(answer.status == 500)
        #expect(answer.text == #"{"message":"Internal server error"}"#)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage?.contains(reason) == true)
        await plane.stop()
    }

    @Test func unknownNameIsANetworkError() async throws {
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = "http://nobody.invalid/"
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        #expect(try await plane.call("/prod").status == 504)
        await plane.stop()
    }
}

@Suite struct StageCompilerTests {
    private func compile(_ integration: Integration, path: String = "/a/{id}") throws -> StagePlan {
        let publication = StagePublication(
            apiId: "x", stage: Stage(stageName: "s", deploymentId: "base"),
            base: TestPlane.snapshot([TestPlane.resource(path, integration)], id: "base"), canary: nil)
        return try StageCompiler(registry: PlanRegistry(), templates: LiteralTemplates()).compile(publication)
    }

    @Test func refusesWhatCannotWork() {
        var pattern = Integration(type: "MOCK")
        var response = IntegrationResponse(statusCode: "200")
        response.selectionPattern = "("
        pattern.integrationResponses = ["200": response]
        #expect(throws: PlanError.self) { try compile(pattern) }

        var mapping = Integration(type: "HTTP")
        mapping.uri = "http://x/"
        mapping.requestParameters = ["integration.request.path.a": "method.request.path.nothing"]
        #expect(throws: PlanError.self) { try compile(mapping) }
        mapping.requestParameters = ["integration.request.path.a": "true"]
        #expect(throws: PlanError.self) { try compile(mapping) }

        var code = Integration(type: "MOCK")
        code.integrationResponses = ["abc": IntegrationResponse(statusCode: "abc")]
        #expect(throws: PlanError.self) { try compile(code) }

        var template = Integration(type: "MOCK")
        template.requestTemplates = ["application/json": "$input.body"]
        #expect(throws: PlanError.self) { try compile(template) }
    }

    @Test func namesTheMethodThatIsWrong() {
        var mapping = Integration(type: "HTTP")
        mapping.requestParameters = ["integration.request.path.a": "true"]
        do {
            _ = try compile(mapping)
            Issue.record("compiled")
        } catch {
            #expect(String(describing: error).hasPrefix("ANY /a/{id}: Invalid mapping expression specified"))
        }
    }

    @Test(arguments: [(0.0, 0), (100, 1 << 24), (50, 1 << 23), (0.01, 1678), (-1, 0), (250, 1 << 24)])
    func canaryThresholdIsAShareOfAllDraws(_ percent: Double, _ threshold: Int) {
        #expect(StageCompiler.threshold(percent: percent) == UInt32(threshold))
    }
}
