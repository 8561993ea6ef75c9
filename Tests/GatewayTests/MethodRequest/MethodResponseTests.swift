import ControlAPI
import Testing

@testable import Gateway

/// Which integration response is taken, and what the method has to declare for it: section 8.6.
@Suite struct MethodResponseTests {
    /// An integration without anything declared by its method.
    private func resource(_ integration: Integration, _ declared: [String: MethodResponse]?) -> Resource {
        var method = Method()
        method.httpMethod = "GET"
        method.methodIntegration = integration
        method.methodResponses = declared
        return Resource(id: "r", path: "/", resourceMethods: ["GET": method])
    }

    private static let mock = {
        var integration = TestPlane.mock("{}")
        integration.integrationResponses?["200"]?.responseParameters = ["method.response.header.X-A": "'a'"]
        return integration
    }()

    @Test(
        arguments: [
            (nil, 500, "Output mapping refers to an invalid method response: 200"),
            ([:], 500, "Output mapping refers to an invalid method response: 200"),
            (["201": []], 500, "Output mapping refers to an invalid method response: 200"),
            (["200": []], 500, "Invalid mapping expression parameter specified: method.response.header.X-A"),
            (["200": ["X-B"]], 500, "Invalid mapping expression parameter specified: method.response.header.X-A"),
            (["200": ["X-A"]], 200, nil),
        ] as [([String: [String]]?, Int, String?)])
    func hasToBeDeclared(_ declared: [String: [String]]?, _ status: Int, _ reason: String?) async throws {
        let responses = declared.map { declared in
            Dictionary(
                uniqueKeysWithValues: declared.map { code, headers in
                    var response = MethodResponse(statusCode: code)
                    response.responseParameters = Dictionary(
                        uniqueKeysWithValues: headers.map { ("method.response.header.\($0)", false) })
                    return (code, response)
                })
        }
        let plane = try await TestPlane([resource(Self.mock, responses)])
        let answer = try await plane.call("/prod")
        #expect(answer.status == status)
        let record = await plane.plane.accessLog(AccessLogQuery()).last
        #expect(record?.errorMessage == reason.map { "Execution failed due to configuration error: \($0)" })
        if status == 500 {
            #expect(answer.text == #"{"message": "Internal server error"}"#)
            #expect(answer["x-amzn-errortype"] == "InternalServerErrorException")
        } else {
            #expect(answer["x-a"] == "a")
        }
        await plane.stop()
    }

    /// `HTTP` is like a mock; a proxy hands on what it gets.
    @Test func proxiesNeedNoMethodResponse() async throws {
        let backend = try ScriptedBackend.echo()
        for (type, status) in [("HTTP", 500), ("HTTP_PROXY", 200)] {
            var integration = Integration(type: type)
            integration.uri = "http://127.0.0.1:\(backend.port)/"
            integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
            let plane = try await TestPlane([resource(integration, nil)])
            #expect(try await plane.call("/prod").status == status)
            await plane.stop()
        }
    }

    /// The pattern is a Java expression for the whole status; no pattern is the default.
    @Test(
        arguments: [
            (["200": nil, "404": #"4\d{2}"#], 404, 404), (["200": nil, "404": "4"], 404, 200),
            (["404": "40[34]"], 200, nil),
            (["200": "", "500": "5.."], 503, 500), (["500": "5..|4.."], 404, 500),
            (["201": "(2..)", "500": ".*"], 204, 201),
            // Gives up rather than backtracking.
            (["200": "(.*)*(.*)*(.*)*x|2", "500": nil], 200, 500),
        ] as [([String: String?], Int, Int?)])
    func selectsByPattern(_ patterns: [String: String?], _ chosen: Int, _ status: Int?) async throws {
        var integration = Integration(type: "MOCK")
        integration.requestTemplates = ["application/json": "{\"statusCode\": \(chosen)}"]
        integration.integrationResponses = Dictionary(
            uniqueKeysWithValues: patterns.map { code, pattern in
                var response = IntegrationResponse(statusCode: code)
                response.selectionPattern = pattern
                return (code, response)
            })
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let answer = try await plane.call("/prod")
        #expect(answer.status == status ?? 500)
        if status == nil {
            let record = await plane.plane.accessLog(AccessLogQuery()).last
            #expect(
                record?.errorMessage
                    == "Execution failed due to configuration error: No match for output mapping and no default output "
                    + "mapping configured. Endpoint Response Status Code: \(chosen)")
        }
        await plane.stop()
    }

    /// A response that is only an interim one for HTTP would leave the client waiting.
    @Test func interimStatusCannotEndAResponse() async throws {
        let plane = try await TestPlane([TestPlane.resource("/", TestPlane.mock("{}", status: 100))])
        #expect(try await plane.call("/prod").status == 500)
        await plane.stop()
    }

    /// Appendix D: names that API Gateway renames or drops where a mapping sets them.
    @Test(
        arguments: [
            ("X-Own", "X-Own", "X-Own"),
            ("Content-Length", "x-amzn-Remapped-Content-Length", "x-amzn-Remapped-Content-Length"),
            ("Connection", "x-amzn-Remapped-Connection", "x-amzn-Remapped-Connection"),
            ("Date", "x-amzn-Remapped-Date", "x-amzn-Remapped-Date"),
            ("Server", "x-amzn-Remapped-Server", "x-amzn-Remapped-Server"),
            ("Authorization", "x-amzn-Remapped-Authorization", "Authorization"),
            ("Content-MD5", "x-amzn-Remapped-Content-MD5", "Content-MD5"),
            ("Expect", "x-amzn-Remapped-Expect", "Expect"), ("Host", "x-amzn-Remapped-Host", "Host"),
            ("Max-Forwards", "x-amzn-Remapped-Max-Forwards", "Max-Forwards"),
            ("Proxy-Authenticate", "x-amzn-Remapped-Proxy-Authenticate", "Proxy-Authenticate"),
            ("Trailer", "x-amzn-Remapped-Trailer", "Trailer"), ("Upgrade", "x-amzn-Remapped-Upgrade", "Upgrade"),
            ("User-Agent", "x-amzn-Remapped-User-Agent", "User-Agent"),
            ("WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate", "WWW-Authenticate"), ("TE", nil, "TE"),
            ("Accept", nil, "Accept"), ("Transfer-Encoding", nil, nil), ("Via", "Via", "Via"), ("Age", "Age", "Age"),
            ("Pragma", "Pragma", "Pragma"), ("Content-Encoding", "Content-Encoding", "Content-Encoding"),
        ] as [(String, String?, String?)])
    func mappedNamesAreTreated(_ name: String, _ http: String?, _ mock: String?) {
        for (isMock, expected) in [(false, http), (true, mock)] {
            let treated = HeaderTreatment.responseName(Array(name.utf8), isMock: isMock)
            #expect(treated.map { String(decoding: $0, as: UTF8.self) } == expected)
        }
    }

    @Test func remappedHeadersGoOut() async throws {
        let backend = try ScriptedBackend.serving { _ in
            "HTTP/1.1 200 OK\r\nServer: s\r\nWWW-Authenticate: Basic\r\nX-Left: out\r\nContent-Length: 0\r\n\r\n"
        }
        var integration = Integration(type: "HTTP")
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        var response = IntegrationResponse(statusCode: "200")
        response.responseParameters = [
            "method.response.header.WWW-Authenticate": "integration.response.header.WWW-Authenticate",
            "method.response.header.Server": "integration.response.header.Server",
            "method.response.header.x-amzn-RequestId": "'mine'",
        ]
        integration.integrationResponses = ["200": response]
        let plane = try await TestPlane([TestPlane.resource("/", integration)])
        let answer = try await plane.call("/prod", headers: "X-Amzn-Trace-Id: Root=1-2-3\r\n")
        #expect(answer["x-amzn-remapped-www-authenticate"] == "Basic")
        #expect(answer["www-authenticate"] == nil)
        #expect(answer["x-amzn-remapped-server"] == "s")
        #expect(answer["x-amzn-remapped-x-amzn-requestid"] == "mine")
        #expect(answer.all("x-amzn-requestid").count == 1)
        #expect(answer["x-left"] == nil)
        #expect(answer["x-amzn-trace-id"] == "Root=1-2-3")
        await plane.stop()
    }
}
