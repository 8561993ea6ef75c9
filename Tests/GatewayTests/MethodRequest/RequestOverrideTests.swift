import ControlAPI
import Testing

@testable import Gateway

/// `$context.requestOverride` and `$context.responseOverride`: section 8.3.
@Suite struct RequestOverrideTests {
    private func plane(
        request: String, response: String? = nil, port: Int? = nil, parameters: [String: String] = [:]
    ) async throws -> TestPlane {
        var integration = Integration(type: port == nil ? "MOCK" : "HTTP")
        integration.httpMethod = "POST"
        if let port { integration.uri = "http://127.0.0.1:\(port)/p/{x}/{y}" }
        integration.requestParameters = parameters
        integration.requestTemplates = ["application/json": request]
        var answer = IntegrationResponse(statusCode: "200")
        answer.responseParameters = ["method.response.header.X-Mapped": "'mapped'"]
        if let response { answer.responseTemplates = ["application/json": response] }
        integration.integrationResponses = ["200": answer]
        return try await TestPlane([TestPlane.resource("/a/{id}", integration)]) { $0.templates = VelocityTemplates() }
    }

    @Test func overridesTheRequest() async throws {
        let backend = try ScriptedBackend.echo()
        let template = """
            #set($context.requestOverride.header.X-A = "from template")
            #set($context.requestOverride.header.X-List = ["a", "b"])
            #set($context.requestOverride.header.Host = "own.example")
            #set($context.requestOverride.querystring.q = $input.params('id'))
            #set($context.requestOverride.querystring.list = ["1", "2"])
            #set($context.requestOverride.path.x = "one/two three")
            #set($context.requestOverride.path.y = "7%20a?")
            done
            """
        let plane = try await plane(
            request: template, port: backend.port,
            parameters: [
                "integration.request.header.X-A": "'mapped'", "integration.request.header.X-B": "'mapped'",
                "integration.request.querystring.q": "'mapped'", "integration.request.querystring.r": "'mapped'",
                "integration.request.path.x": "'mapped'",
            ])
        let answer = try await plane.call("/prod/a/7", verb: "POST", body: "{}")
        let lines = answer.text.split(separator: "\n").map(String.init)
        // A literal of a mapping is part of the address already: it is no placeholder any more.
        #expect(lines[0] == "POST /p/mapped/7%20a%3F?r=mapped&q=7&list=1%2C2 HTTP/1.1")
        #expect(lines.filter { $0.hasPrefix("X-A:") } == ["X-A: from template"])
        #expect(lines.contains("X-B: mapped"))
        #expect(lines.contains("X-List: a,b"))
        #expect(lines.filter { $0.hasPrefix("Host:") } == ["Host: own.example"])
        #expect(answer.text.hasSuffix("done"))
        await plane.stop()
    }

    @Test func overridesAMappedPath() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await plane(
            request: #"#set($context.requestOverride.path.x = "one/two three")"#, port: backend.port,
            parameters: ["integration.request.path.x": "method.request.path.id"])
        #expect(
            try await plane.call("/prod/a/7", verb: "POST").text.hasPrefix("POST /p/one/two%20three/{y} HTTP/1.1\n"))
        await plane.stop()
    }

    @Test(
        arguments: [
            // request template, response template, status, X-Mapped, body
            (#"{"statusCode": 200}"#, "ok", 200, "mapped", "ok"),
            (#"{"statusCode": 200}"#, "#set($context.responseOverride.status = 418)ok", 418, "mapped", "ok"),
            (#"{"statusCode": 200}"#, "#set($context.responseOverride.status = 99)ok", 200, "mapped", "ok"),
            (#"{"statusCode": 200}"#, "#set($context.responseOverride.status = 600)ok", 200, "mapped", "ok"),
            (#"{"statusCode": 200}"#, "#set($context.responseOverride.status = 'no')ok", 200, "mapped", "ok"),
            (#"{"statusCode": 200}"#, "#set($context.responseOverride.status = 101)ok", 500, nil, nil),
            (#"{"statusCode": 200}"#, "#set($context.responseOverride.header.X-Mapped = 'own')ok", 200, "own", "ok"),
            (
                #"{"statusCode": 200}"#, "#set($context.responseOverride.header.x-mapped = ['a', 'b'])ok", 200, "a,b",
                "ok"
            ),
            // What the request's template has set is still there.
            (#"#set($context.responseOverride.status = 418){"statusCode": 200}"#, "ok", 418, "mapped", "ok"),
            (#"#set($context.responseOverride.header.X-Mapped = 'own'){"statusCode": 200}"#, "ok", 200, "own", "ok"),
            (#"#set($context.responseOverride.status = 418){"statusCode": 200}"#, nil, 418, "mapped", ""),
            (
                #"#set($context.responseOverride.status = 418){"statusCode": 200}"#,
                "$context.responseOverride.status", 418, "mapped", "418"
            ),
            // Twice in one template is an error.
            (
                #"{"statusCode": 200}"#,
                "#set($context.responseOverride.header.A = 'a')#set($context.responseOverride.header.A = 'b')ok", 500,
                nil, nil
            ),
            (
                #"#set($context.requestOverride.header.A = 'a')#set($context.requestOverride.header.A = 'b'){"statusCode": 200}"#,
                "ok", 500, nil, nil
            ),
        ] as [(String, String?, Int, String?, String?)])
    func overridesTheResponse(
        _ request: String, _ response: String?, _ status: Int, _ mapped: String?, _ body: String?
    ) async throws {
        let plane = try await plane(request: request, response: response)
        let answer = try await plane.call("/prod/a/1")
        #expect(answer.status == status)
        #expect(answer["x-mapped"] == mapped)
        if let body { #expect(answer.text == body) }
        if status == 500 { #expect(answer.text == #"{"message": "Internal server error"}"#) }
        await plane.stop()
    }

    @Test(arguments: ["Content-Length", "Transfer-Encoding", "X-Amzn-Trace-Id", "x-amzn-apigateway-api-id"])
    func refusesHeadersOfTheGateway(_ name: String) async throws {
        let plane = try await plane(request: "#set($context.requestOverride.header['\(name)'] = '0')", port: 9)
        #expect(try await plane.call("/prod/a/1", verb: "POST").status == 500)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage == "Execution failed due to configuration error: \(name) header already present")
        await plane.stop()
    }

    /// An override cannot end the header that it sets, nor break how the message is framed.
    @Test func overridesCannotAddHeaders() async throws {
        let response = """
            #set($context.responseOverride.header.X-Own = $util.urlDecode("a%0d%0aEvil: yes"))
            #set($context.responseOverride.header.Content-Length = "1")
            #set($context.responseOverride.header.Transfer-Encoding = "chunked")
            body
            """
        let plane = try await plane(request: #"{"statusCode": 200}"#, response: response)
        let answer = try await plane.call("/prod/a/1")
        #expect(answer["evil"] == nil)
        #expect(answer["x-own"] == "a  Evil: yes")
        #expect(answer["transfer-encoding"] == nil)
        #expect(answer.all("content-length").count == 1)
        #expect(answer["x-amzn-remapped-content-length"] == "1")
        #expect(answer.text.hasSuffix("body"))
        await plane.stop()
    }
}
