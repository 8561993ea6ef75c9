import ControlAPI
import Testing

@testable import Gateway

/// Request validators and models: section 5.
@Suite struct ValidationTests {
    private static let pet = """
        {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "required": ["type"],
         "properties": {"type": {"type": "string", "enum": ["dog", "cat"]}, "price": {"type": "number", "maximum": 500}}}
        """
    private static let models = [
        Model(id: "1", name: "Empty", schema: #"{"type": "object"}"#, contentType: "application/json"),
        Model(id: "2", name: "Pet", schema: pet, contentType: "application/json"),
        Model(
            id: "3", name: "Pets",
            schema: """
                {"type": "array", "items": {"$ref": "https://apigateway.amazonaws.com/restapis/abc123/models/Pet"}}
                """, contentType: "application/json"),
        Model(id: "4", name: "Text", schema: #"{"type": "string"}"#, contentType: "text/plain"),
        Model(id: "5", name: "Open", schema: nil, contentType: "application/json"),
    ]
    private static let validators = [
        RequestValidator(
            id: "body", name: "Validate body", validateRequestBody: true, validateRequestParameters: false),
        RequestValidator(
            id: "params", name: "Validate query string parameters and headers", validateRequestBody: false,
            validateRequestParameters: true),
        RequestValidator(
            id: "both", name: "Validate body, query string parameters, and headers", validateRequestBody: true,
            validateRequestParameters: true),
        RequestValidator(id: "none", name: "none", validateRequestBody: nil, validateRequestParameters: nil),
    ]

    /// Answers bodies of any type.
    private static let anyType = {
        var integration = TestPlane.mock("ok")
        integration.requestTemplates = ["$default": "{\"statusCode\": 200}"]
        return integration
    }()

    private func plane(
        validator: String?, parameters: [String: Bool] = [:], models: [String: String] = [:], path: String = "/{id}",
        integration: Integration = anyType
    ) async throws -> TestPlane {
        var method = TestPlane.method(integration)
        method.requestValidatorId = validator
        method.requestParameters = (method.requestParameters ?? [:]).merging(parameters) { $1 }
        method.requestModels = models
        let resource = Resource(id: "r", path: path, resourceMethods: ["ANY": method])
        let plane = try await TestPlane([])
        try await plane.publish([resource], stage: Stage(stageName: "prod", deploymentId: "base")) { snapshot in
            snapshot.models = Self.models
            snapshot.requestValidators = Self.validators
            snapshot.gatewayResponses = [
                "BAD_REQUEST_BODY": GatewayResponse(
                    responseType: nil,
                    responseParameters: ["gatewayresponse.header.X-Why": "context.error.validationErrorString"])
            ]
        }
        return plane
    }

    /// Required and not blank; headers, path, query, each by name.
    @Test(
        arguments: [
            ("params", "/7?b=1&a=2", "X-A: 1\r\nX-B: 2\r\n", nil), ("params", "/7", "", "X-A, X-B, a, b"),
            ("params", "/7?a=1", "X-B: 2\r\n", "X-A, b"), ("params", "/7?a=&b=%20", "X-A: \r\nX-B: 2\r\n", "X-A, a, b"),
            ("params", "/7?a=1&b", "X-A: 1\r\nX-B: 2\r\n", "b"),
            ("params", "/7?A=1&B=2", "x-a: 1\r\nx-b: 2\r\n", "X-A, X-B, a, b"),
            ("params", "/7?a=+&b=1;c", "X-A: 1\r\nX-B: 2\r\n", "a"), ("both", "/7", "", "X-A, X-B, a, b"),
            ("body", "/7", "", nil), ("none", "/7", "", nil), ("unknown", "/7", "", nil), (nil, "/7", "", nil),
        ] as [(String?, String, String, String?)])
    func wantsRequiredParameters(
        _ validator: String?, _ path: String, _ headers: String, _ missing: String?
    ) async throws {
        let plane = try await plane(
            validator: validator,
            parameters: [
                "method.request.querystring.b": true, "method.request.querystring.a": true,
                "method.request.querystring.c": false, "method.request.path.id": true,
                "method.request.header.X-B": true, "method.request.header.X-A": true,
                "method.request.header.X-C": false,
            ])
        let answer = try await plane.call("/prod" + path, headers: headers)
        if let missing {
            #expect(answer.status == 400)
            #expect(answer["x-amzn-errortype"] == "BadRequestException")
            #expect(answer.text == #"{"message": "Missing required request parameters: [\#(missing)]"}"#)
        } else {
            #expect(answer.status == 200)
        }
        await plane.stop()
    }

    private static let types = [
        "application/json": "Pet", "text/plain": "Text", "application/list": "Pets", "application/open": "Open",
    ]

    @Test(
        arguments: [
            // content type, body, what is wrong
            ("application/json", #"{"type": "dog"}"#, nil),
            ("APPLICATION/JSON; charset=utf-8", #"{"type": "dog"}"#, nil),
            (
                "application/json", #"{"type": "x"}"#,
                #"[instance value ("x") not found in enum (possible values: ["dog","cat"])]"#
            ),
            ("application/json", "{}", #"[object has missing required properties (["type"])]"#),
            ("application/json", "", #"[object has missing required properties (["type"])]"#),
            (nil, "", #"[object has missing required properties (["type"])]"#),
            (
                "application/json", #"{"type": "dog", "price": 600}"#,
                "[numeric instance is greater than the required maximum (maximum: 500, found: 600)]"
            ),
            // No model of its own: the one of application/json.
            ("application/xml", "{}", #"[object has missing required properties (["type"])]"#),
            ("text/plain", #""a text""#, nil),
            (
                "text/plain", "{}",
                #"[instance type (object) does not match any allowed primitive type (allowed: ["string"])]"#
            ),
            ("application/list", #"[{"type": "cat"}, {"type": "dog"}]"#, nil),
            ("application/list", #"[{"type": "cat"}, {}]"#, #"[object has missing required properties (["type"])]"#),
            ("application/open", "[1]", nil),
            ("application/json", "no json", "*"), ("application/json", #"{"type": "dog"} x"#, "*"),
            ("application/json", #"{"type": "dog""#, "*"),
            ("application/json", String(repeating: "[", count: 100_000), "*"), ("application/open", "nor this", "*"),
        ] as [(String?, String, String?)])
    func wantsTheModelOfItsType(_ type: String?, _ body: String, _ why: String?) async throws {
        let plane = try await plane(validator: "body", models: Self.types)
        let answer = try await plane.call(
            "/prod/7", verb: "POST", headers: type.map { "Content-Type: \($0)\r\n" } ?? "", body: body)
        if let why {
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message": "Invalid request body"}"#)
            #expect(answer["x-amzn-errortype"] == "BadRequestException")
            if why == "*" { #expect(answer["x-why"]?.isEmpty == false) } else { #expect(answer["x-why"] == why) }
            let record = await plane.plane.accessLog(AccessLogQuery()).last
            #expect(
                record?.errorMessage?.hasPrefix("Request body does not match model schema for content type ") == true)
        } else {
            #expect(answer.status == 200)
            #expect(answer.text == "ok")
        }
        await plane.stop()
    }

    @Test(arguments: [
        (["application/json": "Pet", "$default": "Text"], "a/b", "{\"type\": \"dog\"}", 200),
        (["$default": "Pet"], "a/b", "{}", 400), (["text/plain": "Pet"], "a/b", "anything", 200),
        ([:], "application/json", "anything", 200), (["application/json": "Empty"], "application/json", "[]", 400),
    ])
    func fallsBack(_ models: [String: String], _ type: String, _ body: String, _ status: Int) async throws {
        let plane = try await plane(validator: "both", models: models)
        let answer = try await plane.call("/prod/7", verb: "POST", headers: "Content-Type: \(type)\r\n", body: body)
        #expect(answer.status == status)
        await plane.stop()
    }

    @Test(arguments: [
        (
            "", #"{"type": "cow"}"#,
            #"Request body does not match model schema for content type application/json: "#
                + #"[instance value ("cow") not found in enum (possible values: ["dog","cat"])]"#
        ),
        ("?missing", "{}", "Missing required request parameters: [q]"),
        ("", #"{"type": "dog"}"#, "Request validation succeeded for content type application/json"),
    ])
    func saysSoInTheExecutionLog(_ query: String, _ body: String, _ line: String) async throws {
        var method = TestPlane.method(Self.anyType)
        method.requestValidatorId = "both"
        method.requestParameters = ["method.request.querystring.q": true]
        method.requestModels = ["application/json": "Pet"]
        let plane = try await TestPlane([])
        var stage = Stage(stageName: "prod", deploymentId: "base")
        var setting = MethodSetting()
        setting.loggingLevel = "INFO"
        stage.methodSettings = ["*/*": setting]
        let resource = Resource(id: "r", path: "/", resourceMethods: ["ANY": method])
        try await plane.publish([resource], stage: stage) { snapshot in
            snapshot.models = Self.models
            snapshot.requestValidators = Self.validators
        }
        let answer = try await plane.call("/prod" + (query.isEmpty ? "?q=1" : query), verb: "POST", body: body)
        let record = await plane.plane.executionLog(requestId: answer["x-amzn-requestid"] ?? "")
        #expect(record?.lines.map(\.message).contains(line) == true)
        await plane.stop()
    }

    /// Parameters are checked first.
    @Test func parametersWin() async throws {
        let plane = try await plane(
            validator: "both", parameters: ["method.request.header.X-A": true], models: ["application/json": "Pet"])
        let answer = try await plane.call("/prod/7", verb: "POST", body: "no json")
        #expect(answer.text == #"{"message": "Missing required request parameters: [X-A]"}"#)
        await plane.stop()
    }

    /// A proxy streams, but not what has to be checked first.
    @Test func proxiesWaitForTheirBody() async throws {
        let backend = try ScriptedBackend.echo()
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = "http://127.0.0.1:\(backend.port)/"
        let plane = try await plane(
            validator: "body", models: ["application/json": "Pet"], integration: integration)
        for framing in [
            "Content-Length: 15\r\n\r\n{\"type\": \"dog\"}",
            "Transfer-Encoding: chunked\r\n\r\nf\r\n{\"type\": \"dog\"}\r\n0\r\n\r\n",
        ] {
            let answer = try await blocking { [port = plane.port] in
                let socket = try RawSocket(port: port)
                try socket.send("POST /prod/7 HTTP/1.1\r\nHost: abc123.execute-api.x\r\nX-Own: 1\r\n\(framing)")
                return try socket.message()
            }
            #expect(answer.status == 200)
            #expect(answer.text.hasSuffix("\n{\"type\": \"dog\"}"))
            #expect(answer.text.contains("\nX-Own: 1\n"))
        }
        #expect(try await plane.call("/prod/7", verb: "POST", body: "{}").status == 400)
        #expect(backend.connections == 1)
        await plane.stop()
    }

    @Test(
        arguments: [
            ("Missing", nil, "model Missing: the API has no model of this name"),
            ("Bad", "{", "model Bad: its schema is no JSON: "),
            ("Bad", "[]", "model Bad: JSON schema: a schema must be an object at "),
            ("Bad", #"{"type": "nothing"}"#, "model Bad: JSON schema: "),
            (
                "Bad", ##"{"$ref": "https://apigateway.amazonaws.com/restapis/abc123/models/None"}"##,
                "model Bad: JSON schema: there is no schema for the $ref "
            ),
            (
                "Bad", ##"{"$ref": "https://apigateway.amazonaws.com/restapis/other/models/Pet"}"##,
                "model Bad: JSON schema: there is no schema for the $ref "
            ),
            ("Bad", ##"{"allOf": [{"$ref": "#"}]}"##, "model Bad: JSON schema: "),
        ] as [(String, String?, String)])
    func refusesBadModels(_ name: String, _ schema: String?, _ reason: String) {
        var method = TestPlane.method(TestPlane.mock("{}"))
        method.requestValidatorId = "body"
        method.requestModels = ["application/json": name]
        var snapshot = TestPlane.snapshot(
            [Resource(id: "r", path: "/pets", resourceMethods: ["ANY": method])], id: "base")
        snapshot.models = Self.models
        if let schema {
            snapshot.models?.append(Model(id: "9", name: name, schema: schema, contentType: "application/json"))
        }
        snapshot.requestValidators = Self.validators
        let publication = StagePublication(
            apiId: "abc123", stage: Stage(stageName: "s", deploymentId: "base"), base: snapshot, canary: nil)
        do {
            _ = try StageCompiler(registry: PlanRegistry(), templates: LiteralTemplates()).compile(publication)
            Issue.record("compiled")
        } catch {
            #expect(String(describing: error).hasPrefix("ANY /pets: " + reason))
        }
    }
}
