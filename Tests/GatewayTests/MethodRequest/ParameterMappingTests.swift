import ControlAPI
import Testing

@testable import Gateway

/// Parameter mapping of REST APIs: section 8.1, and which headers go to a backend: appendix D.
@Suite struct ParameterMappingTests {
    private func plane(
        _ type: String, _ parameters: [String: String], port: Int, uri: String = "/", declares: Bool = true
    ) async throws -> TestPlane {
        var integration = Integration(type: type)
        integration.httpMethod = "POST"
        integration.uri = "http://127.0.0.1:\(port)\(uri)"
        integration.requestParameters = parameters
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        var method = TestPlane.method(integration)
        if !declares { method.requestParameters = nil }
        let resource = Resource(id: "r", path: "/a/{id}", resourceMethods: ["ANY": method])
        let plane = try await TestPlane([])
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.variables = ["color": "blue"]
        try await plane.publish([resource], stage: stage)
        return plane
    }

    /// Source, and what the backend gets: a header, a query parameter, a part of the path.
    @Test(
        arguments: [
            ("method.request.path.id", "7%20a", "v=7%2520a", "/p/7%20a"),
            ("method.request.querystring.q", "two words", "v=two%20words", "/p/two%20words"),
            ("method.request.multivaluequerystring.q", "1", "v=1&v=two%20words", "/p/1"),
            ("method.request.querystring.Q", nil, "", "/p/"),
            ("method.request.header.X-H", "last", "v=last", "/p/last"),
            ("method.request.multivalueheader.X-H", "first,last", "v=first%2Clast", "/p/first%2Clast"),
            ("method.request.header.x-h", nil, "", "/p/"), ("method.request.header.Empty", nil, "", "/p/"),
            ("method.request.body.user.names[1]", "b", "v=b", "/p/b"),
            ("method.request.body.user", #"{"names":["a","b"]}"#, "v=%7B%22names%22%3A%5B%22a%22%2C%22b%22%5D%7D", nil),
            ("method.request.body.none", nil, "", "/p/"),
            ("method.request.body", #"{"user": {"names": ["a", "b"]}}"#, nil, nil),
            ("stageVariables.color", "blue", "v=blue", "/p/blue"), ("stageVariables.none", nil, "", "/p/"),
            ("context.stage", "prod", "v=prod", "/p/prod"), ("context.httpMethod", "PUT", "v=PUT", "/p/PUT"),
            ("context.nothing", nil, "", "/p/"), ("'it is'", "it is", "v=it%20is", "/p/it is"), ("''", nil, "", "/p/"),
            // What never comes in cannot be mapped.
            ("method.request.header.Content-MD5", nil, "", "/p/"),
        ] as [(String, String?, String?, String?)])
    func takesEverySource(_ source: String, _ header: String?, _ query: String?, _ path: String?) async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await plane(
            "HTTP",
            [
                "integration.request.header.X-V": source, "integration.request.querystring.v": source,
            ], port: backend.port)
        func call(_ plane: TestPlane) async throws -> Message {
            try await plane.call(
                "/prod/a/7%20a?q=1&q=two+words", verb: "PUT",
                headers: "X-H: first\r\nX-H: last\r\nEmpty:\r\nContent-MD5: m\r\n",
                body: #" {"user": {"names": ["a", "b"]}} "#)
        }
        let answer = try await call(plane)
        let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let value = lines.first { $0.hasPrefix("X-V: ") }.map { String($0.dropFirst(5)) }
        #expect(value == header)
        if let query { #expect(lines[0] == "POST /\(query.isEmpty ? "" : "?" + query) HTTP/1.1") }
        await plane.stop()
        guard let path, !path.contains(" ") else { return }
        let other = try await self.plane(
            "HTTP", ["integration.request.path.x": source], port: backend.port, uri: "/p/{x}")
        #expect(try await call(other).startLine == "HTTP/1.1 200 OK")
        #expect(try await call(other).text.hasPrefix("POST \(path) HTTP/1.1\n"))
        await other.stop()
    }

    /// Whatever begins as JSON has to be JSON; what does not has nothing to map.
    @Test(
        arguments: [
            ("HTTP", #"{"a": 1}"#, 200, "1"), ("HTTP", "{", 400, nil), ("HTTP_PROXY", #"{"a": "#, 400, nil),
            ("HTTP", #"[1, 2"#, 400, nil), ("HTTP", #""a"#, 400, nil), ("HTTP", "'a'", 400, nil),
            ("HTTP", "plain", 200, nil),
            ("HTTP_PROXY", "a=1", 200, nil), ("HTTP", "", 200, nil), ("HTTP_PROXY", "", 200, nil),
        ] as [(String, String, Int, String?)])
    func wantsJSONInTheBody(_ type: String, _ body: String, _ status: Int, _ value: String?) async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await plane(
            type, ["integration.request.header.X-V": "method.request.body.a"], port: backend.port)
        let answer = try await plane.call("/prod/a/1", verb: "POST", body: body)
        #expect(answer.status == status)
        if status == 400 {
            #expect(answer.text == #"{"message": "Invalid JSON in request body"}"#)
            #expect(answer["x-amzn-errortype"] == "BadRequestException")
        } else {
            #expect(answer.text.contains("\nX-V: ") == (value != nil))
            #expect(answer.text.contains("\nX-V: \(value ?? "")\n") == (value != nil))
        }
        await plane.stop()
    }

    @Test(
        arguments: [
            (#"{"a": "x"}"#, 200, "x"), (#"{"b": 1}"#, 200, nil), ("{", 500, nil), ("plain", 200, nil), ("", 200, nil),
        ] as [(String, Int, String?)])
    func wantsJSONInTheBackendsBody(_ body: String, _ status: Int, _ value: String?) async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }
        var integration = Integration(type: "HTTP")
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        var response = IntegrationResponse(statusCode: "200")
        response.responseParameters = ["method.response.header.X-V": "integration.response.body.a"]
        integration.integrationResponses = ["200": response]
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let answer = try await plane.call("/prod")
        #expect(answer.status == status)
        #expect(answer["x-v"] == value)
        await plane.stop()
    }

    @Test(
        arguments: [
            ("'text'", "text"), ("''", nil), ("integration.response.header.X-From", "b"),
            ("integration.response.multivalueheader.X-From", "a,b"), ("integration.response.header.x-from", nil),
            ("integration.response.body", #"{"c": [1, {"d": 2}]}"#), ("integration.response.body.c[1].d", "2"),
            ("integration.response.body.c[1]", #"{"d":2}"#), ("integration.response.body.none", nil),
            ("context.resourcePath", "/"), ("stageVariables.none", nil),
        ] as [(String, String?)])
    func mapsResponseHeaders(_ source: String, _ value: String?) async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 200 OK\r\nX-From: a\r\nX-From: b\r\nContent-Length: 20\r\n\r\n" + #"{"c": [1, {"d": 2}]}"#
        }
        var integration = Integration(type: "HTTP")
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        var response = IntegrationResponse(statusCode: "200")
        response.responseParameters = ["method.response.header.X-V": source]
        integration.integrationResponses = ["200": response]
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        #expect(try await plane.call("/prod")["x-v"] == value)
        await plane.stop()
    }

    /// A proxy's own query and headers stay; mapped parameters are added, mapped headers stand in place of its own.
    @Test func proxiesMerge() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await plane(
            "HTTP_PROXY",
            [
                "integration.request.header.X-A": "'mapped'",
                "integration.request.header.X-None": "method.request.header.None",
                "integration.request.querystring.q": "'2'", "integration.request.header.Host": "'own.example'",
                "integration.request.header.User-Agent": "'agent'", "integration.request.header.Accept": "'text/html'",
                "integration.request.header.X-Forwarded-For": "'1.2.3.4'", "integration.request.header.Via": "'me'",
                "integration.request.header.Expect": "'100-continue'",
                "integration.request.header.Connection": "'close'",
            ], port: backend.port)
        let answer = try await plane.call(
            "/prod/a/1?q=1&r=%7C", headers: "X-A: own\r\nX-B: own\r\nX-None: own\r\nX-Forwarded-For: 9.9.9.9\r\n")
        let lines = answer.text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "POST /?q=1&r=%7C&q=2 HTTP/1.1")
        for line in [
            "X-A: mapped", "X-B: own", "X-None: own", "Host: own.example", "User-Agent: agent", "Accept: text/html",
            "X-Forwarded-For: 1.2.3.4",
        ] {
            #expect(lines.contains(line))
            let name = line.prefix { $0 != ":" } + ":"
            #expect(lines.filter { $0.lowercased().hasPrefix(name.lowercased()) }.count == 1)
        }
        for name in ["Via:", "Expect:", "Connection:"] { #expect(!lines.contains { $0.hasPrefix(name) }) }
        await plane.stop()
    }

    @Test(
        arguments: ["HTTP", "HTTP_PROXY", "MOCK"],
        ["Content-Length", "transfer-encoding", "x-amzn-trace-id", "X-Amzn-Apigateway-Api-Id"])
    func refusesHeadersOfTheGateway(_ type: String, _ name: String) async throws {
        let plane = try await plane(type, ["integration.request.header.\(name)": "'0'"], port: 9)
        let answer = try await plane.call("/prod/a/1")
        #expect(answer.status == 500)
        #expect(answer.text == #"{"message": "Internal server error"}"#)
        #expect(answer["x-amzn-errortype"] == "InternalServerErrorException")
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage == "Execution failed due to configuration error: \(name) header already present")
        await plane.stop()
    }

    /// The control plane refuses these; a method may have been changed since.
    @Test(arguments: [
        "method.request.path.id", "method.request.querystring.q", "method.request.multivaluequerystring.q",
        "method.request.header.X-H", "method.request.multivalueheader.X-H",
    ])
    func sourcesHaveToBeDeclared(_ source: String) async throws {
        let plane = try await plane("HTTP", ["integration.request.header.X-V": source], port: 9, declares: false)
        #expect(try await plane.call("/prod/a/1").status == 500)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(
            record?.errorMessage
                == "Execution failed due to configuration error: Invalid mapping expression parameter specified: \(source)"
        )
        await plane.stop()
    }

    /// Recorded: what never comes in, whatever the integration.
    @Test(arguments: [
        "Connection", "Content-MD5", "Max-Forwards", "Proxy-Authenticate", "Server", "TE", "Trailer", "Upgrade",
        "WWW-Authenticate",
    ])
    func neverComesIn(_ name: String) async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await plane(
            "HTTP_PROXY", ["integration.request.header.X-V": "method.request.header.\(name)"], port: backend.port)
        let answer = try await plane.call("/prod/a/1", headers: "\(name): value\r\n")
        #expect(answer.status == 200)
        #expect(!answer.text.contains("value"))
        await plane.stop()
    }
}
