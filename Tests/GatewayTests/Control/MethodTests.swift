import ControlAPI
import JSON
import Testing

@testable import Gateway

private let mapping = "Invalid mapping expression specified: Validation Result: warnings : [], errors : "

@Suite struct MethodTests {
    @Test(
        "PutMethod",
        arguments: [
            BodyCase(["authorizationType": "none"]), BodyCase(["authorizationType": "AWS_IAM"]),
            BodyCase(
                ["authorizationType": "CUSTOM"],
                "Invalid authorizer ID specified. "
                    + "Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer."),
            BodyCase(
                ["authorizationType": "x"],
                "Invalid authorizationType specified: 'x'. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS"),
            BodyCase(
                [:],
                "1 validation error detected: Value null at 'putMethodInput.authorizationType' failed to satisfy "
                    + "constraint: Member must not be null"),
            BodyCase(
                ["authorizationType": "NONE", "requestModels": ["application/json": "petModel"]],
                "Invalid model identifier specified: petModel"),
            BodyCase(["authorizationType": "NONE", "requestModels": ["application/json": "Empty"]]),
            BodyCase(
                ["authorizationType": "NONE", "requestValidatorId": "abc"],
                "Invalid Request Validator identifier specified"),
            BodyCase(
                [
                    "authorizationType": "NONE",
                    "requestParameters": ["method.request.path.a": true, "method.request.header.a": true],
                ],
                "Parameter names must be unique across querystring, header and path"),
            BodyCase(
                ["authorizationType": "NONE", "requestParameters": ["method.request.body.a": true]],
                mapping + "[Invalid mapping expression specified: method.request.body.a]"),
        ])
    func put(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let before = try await harness.contents()
        let reply = try await harness.call("PUT", "/restapis/\(id)/resources/\(root)/methods/POST", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect(reply.status == (one.message.isEmpty ? 201 : 400))
        if !one.message.isEmpty { #expect(try await harness.contents() == before) }
    }

    @Test func `verbs and twins`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let methods = "/restapis/\(id)/resources/\(root)/methods/"
        let wrong = try await harness.call("PUT", methods + "FETCH", ["authorizationType": "NONE"])
        #expect(
            wrong.message
                == "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY")
        let twin = try await harness.call("PUT", methods + "GET", ["authorizationType": "NONE"])
        #expect(twin.status == 409)
        #expect(twin.message == "Method already exists for this resource")
        let lost = try await harness.call("GET", methods + "HEAD")
        #expect(lost.message == "Invalid Method identifier specified")
        #expect(try await harness.done("DELETE", methods + "GET").status == 204)
        #expect(try await harness.call("GET", methods + "GET").status == 404)
    }

    @Test(
        "UpdateMethod",
        arguments: [
            PatchCase("replace", "/apiKeyRequired", "true", "", "apiKeyRequired", "true"),
            PatchCase("replace", "/apiKeyRequired", "whatever", "", "apiKeyRequired", "false"),
            PatchCase("replace", "/authorizerId", "whatever", "", "authorizerId", "null"),
            PatchCase("replace", "/requestModels/application~1json", "Error", ""),
            PatchCase("add", "/requestParameters/method.request.header.x", "true", ""),
            PatchCase("replace", "/httpMethod", "x", "Invalid patch path /httpMethod"),
            PatchCase("add", "/requestParameters", "x", "Invalid patch path /requestParameters"),
            PatchCase(
                "add", "/requestModels/application/json", "Empty", "Invalid patch path /requestModels/application/json"),
            PatchCase("add", "/requestModels/application~1json", "Empty", ""),
            PatchCase(
                "add", "/requestModels/application~1json", "petModel", "Invalid model identifier specified: petModel"),
            PatchCase(
                "add", "/authorizationType", "NONE", "Invalid patch operation specified. Must be one of: [replace]"),
            PatchCase("remove", "/requestModels/text~1x", "", "Content-Type specified was not found"),
            PatchCase("remove", "/requestParameters/method.request.header.no", "", "Invalid parameter name specified"),
            PatchCase("replace", "/requestValidatorId", "zzz", "Invalid Request Validator identifier specified"),
            PatchCase("replace", "/requestValidatorId", "", ""),
        ])
    func update(_ one: PatchCase) async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let reply = try await harness.patch(
            "/restapis/\(id)/resources/\(root)/methods/GET", [one.step])
        #expect((reply.message ?? "") == one.refusal)
        if !one.place.isEmpty { #expect((reply[one.place] ?? .null).text() == one.expected) }
    }

    @Test func `method responses`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let responses = "/restapis/\(id)/resources/\(root)/methods/GET/responses/"
        #expect(try await harness.done("PUT", responses + "200").body == ["statusCode": "200"])
        #expect(try await harness.call("PUT", responses + "200").status == 409)
        #expect(
            try await harness.call("PUT", responses + "wrong").message
                == "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: [1-5]\\d\\d")
        #expect(try await harness.call("GET", responses + "404").message == "Invalid Response status code specified")
        let patched = try await harness.patch(
            responses + "200",
            [PatchOperation(op: "add", path: "/responseParameters/method.response.header.x", value: "true")])
        #expect(patched.status == 201)
        #expect(patched["responseParameters"]?["method.response.header.x"] == true)
        for (op, path, message) in [
            ("copy", "/responseModels/a~1b", "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"),
            ("add", "/wrongPath", "Invalid patch path /wrongPath"),
            ("add", "/statusCode", "Invalid patch path /statusCode"),
            ("remove", "/responseParameters/method.response.header.no", "Invalid parameter name specified"),
            ("remove", "/responseModels/a~1b", "Content-Type specified was not found"),
        ] {
            let reply = try await harness.patch(responses + "200", [PatchOperation(op: op, path: path, value: "x")])
            #expect(reply.message == message)
        }
        #expect(
            try await harness.call("PATCH", responses + "200", ["patchOperations": [["op": "add"]]]).message
                == "Invalid patch path null")
        let both = try await harness.patch(responses + "wrong", [PatchOperation(op: "wrong_op", path: "/x")])
        #expect(
            both.message?.hasPrefix("2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.")
                == true)
        #expect(both.message?.hasSuffix("pattern: [1-5]\\d\\d") == true)
        #expect(try await harness.done("DELETE", responses + "200").status == 204)
    }
}

@Suite struct IntegrationTests {
    private static let verbs =
        "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY"
    private static let endpoint = "Invalid HTTP endpoint specified for URI"

    private static func http(_ uri: String) -> JSON {
        ["type": "HTTP_PROXY", "httpMethod": "GET", "uri": .string(uri)]
    }
    private static func aws(_ type: String, _ uri: String) -> JSON {
        ["type": .string(type), "httpMethod": "POST", "uri": .string(uri)]
    }

    @Test(
        "PutIntegration",
        arguments: [
            BodyCase(
                ["type": "HTTPS_PROXY"],
                "1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy "
                    + "constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"),
            BodyCase(
                [:],
                "1 validation error detected: Value null at 'putIntegrationInput.type' failed to satisfy constraint: "
                    + "Member must not be null"),
            BodyCase(["type": "MOCK"]), BodyCase(["type": "MOCK", "httpMethod": "NO"], verbs),
            BodyCase(["type": "HTTP_PROXY", "uri": "http://x"], "Enumeration value for HttpMethod must be non-empty"),
            BodyCase(["type": "HTTP", "httpMethod": "NO", "uri": "http://x"], verbs),
            BodyCase(http("http://127.0.0.1:9000/a")),
            BodyCase(http("https://${stageVariables.host}/x")),
            BodyCase(http("http://a.${stageVariables.d}:${stageVariables.p}/")),
            BodyCase(http("http://[::1]:8080/")), BodyCase(http("https://x.example/{id}?a=b")),
            BodyCase(http(""), endpoint),
            BodyCase(http("ftp://x"), endpoint), BodyCase(http("http://"), endpoint),
            BodyCase(http("http:///a"), endpoint),
            BodyCase(http("http://a b"), endpoint), BodyCase(http("http://a:99"), endpoint),
            BodyCase(http("http://a:1:2"), endpoint), BodyCase(http("http://a\r\nX: y"), endpoint),
            BodyCase(aws("AWS", "http://x"), "Invalid ARN specified in the request"),
            BodyCase(
                aws("AWS", "arn:aws:apigateway:us-east-1:sqs:x"), "AWS ARN for integration must contain path or action"),
            BodyCase(
                aws("AWS_PROXY", "arn:aws:apigateway:us-east-1:sqs:path/x"),
                "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream "
                    + "invocations."),
            BodyCase(["type": "MOCK", "timeoutInMillis": 49], "Timeout should be between 50 ms and 29000 ms"),
            BodyCase(["type": "MOCK", "timeoutInMillis": 29001], "Timeout should be between 50 ms and 29000 ms"),
            BodyCase(["type": "MOCK", "timeoutInMillis": 50]),
            BodyCase(
                ["type": "MOCK", "passthroughBehavior": "ALWAYS"],
                "Invalid passthrough behavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER"),
            BodyCase(
                ["type": "MOCK", "requestTemplates": ["123": "x"]],
                "Validation Result: warnings : [], errors : [Invalid content type specified: 123]"),
            BodyCase(
                ["type": "MOCK", "requestParameters": ["integration.request.header.a": "true"]],
                mapping + "[Invalid mapping expression specified: true]"),
            BodyCase(
                ["type": "MOCK", "requestParameters": ["integration.request.header.a": "method.request.header.b"]],
                mapping + "[Invalid mapping expression parameter specified: method.request.header.b]"),
            BodyCase([
                "type": "MOCK", "requestParameters": ["integration.request.header.a": "method.request.header.known"],
            ]),
            BodyCase(["type": "MOCK", "requestParameters": ["integration.request.header.a": "'static'"]]),
            BodyCase(
                ["type": "MOCK", "requestParameters": ["header.a": "'static'"]],
                mapping + "[Invalid mapping expression specified: header.a]"),
            BodyCase(
                ["type": "MOCK", "contentHandling": "X"],
                "1 validation error detected: Value 'X' at 'putIntegrationInput.contentHandling' failed to satisfy "
                    + "constraint: Member must satisfy enum value set: [CONVERT_TO_TEXT, CONVERT_TO_BINARY]"),
        ])
    func put(_ one: BodyCase) async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let method = "/restapis/\(id)/resources/\(root)/methods/POST"
        try await harness.done(
            "PUT", method,
            ["authorizationType": "NONE", "requestParameters": ["method.request.header.known": false]])
        let before = try await harness.contents()
        let reply = try await harness.call("PUT", method + "/integration", one.body)
        #expect((reply.message ?? "") == one.message)
        #expect(reply.status == (one.message.isEmpty ? 201 : 400))
        if !one.message.isEmpty { #expect(try await harness.contents() == before) }
    }

    @Test func `patches of an integration`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let integration = "/restapis/\(id)/resources/\(root)/methods/GET/integration"
        try await harness.done("PUT", integration, Self.http("http://127.0.0.1:9000/"))
        let reply = try await harness.patch(
            integration,
            [
                .replace("/uri", "http://127.0.0.1:9001/"), .replace("/timeoutInMillis", "100"),
                PatchOperation(op: "add", path: "/requestTemplates/application~1json", value: "{}"),
                PatchOperation(op: "add", path: "/cacheKeyParameters/method.request.path.x"),
            ])
        #expect(reply.status == 200)
        #expect(reply["uri"] == "http://127.0.0.1:9001/")
        #expect(reply["timeoutInMillis"] == 100)
        #expect(reply["requestTemplates"] == ["application/json": "{}"])
        #expect(reply["cacheKeyParameters"] == ["method.request.path.x"])
        for (step, message) in [
            (PatchOperation.replace("/uri", "nowhere"), Self.endpoint),
            (.replace("/timeoutInMillis", "a"), "Timeout should be between 50 ms and 29000 ms"),
            (.remove("/requestTemplates/text~1x"), "Content-Type specified was not found"),
            (.remove("/requestParameters/integration.request.header.x"), "Invalid parameter name specified"),
            (.replace("/type", "MOCK"), "Invalid patch path /type"),
        ] {
            let before = try await harness.contents()
            #expect(try await harness.patch(integration, [step]).message == message)
            #expect(try await harness.contents() == before)
        }
    }

    @Test func `integration responses`() async throws {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        let method = "/restapis/\(id)/resources/\(root)/methods/GET"
        let response = method + "/integration/responses/200"
        try await harness.done(
            "PUT", method + "/responses/200", ["responseParameters": ["method.response.header.a": true]])
        let undeclared = try await harness.call(
            "PUT", response, ["responseParameters": ["method.response.header.b": "'x'"]])
        #expect(
            undeclared.message == mapping + "[Invalid mapping expression parameter specified: method.response.header.b]"
        )
        let put = try await harness.done(
            "PUT", response,
            [
                "responseParameters": ["method.response.header.a": "integration.response.header.A"],
                "responseTemplates": ["application/json": ""], "selectionPattern": "2\\d{2}",
            ])
        #expect(put["responseTemplates"]?.text() == #"{"application/json":null}"#)
        let patched = try await harness.patch(
            response, [.replace("/responseTemplates/application~1json", "x"), .replace("/selectionPattern", "")])
        #expect(patched["responseTemplates"] == ["application/json": "x"])
        #expect(patched["selectionPattern"] == "")
        let empty = try await harness.patch(
            response, [PatchOperation(op: "replace", path: "/responseParameters/method.response.header.a")])
        #expect(empty.message == "Invalid null or empty value in responseParameters")
        try await harness.done("PUT", method + "/integration", ["type": "MOCK"])
        #expect(try await harness.call("GET", response).message == "Invalid Response status code specified")
        #expect(
            try await harness.call("GET", method + "/integration/responses/wrong").message
                == "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: "
                + "Member must satisfy regular expression pattern: [1-5]\\d\\d")
        try await harness.done("DELETE", method + "/integration")
        #expect(try await harness.call("GET", response).message == "Invalid Integration identifier specified")
        let lost = "/restapis/\(id)/resources/\(root)/methods/HEAD/integration/responses/200"
        #expect(try await harness.call("GET", lost).message == "Invalid Method identifier specified")
        #expect(try await harness.call("DELETE", lost).message == "Invalid Integration identifier specified")
        #expect(
            try await harness.call("GET", "/restapis/none/resources/\(root)/methods/GET").message
                == "Invalid Resource identifier specified")
        #expect(try await harness.call("PUT", response).message == "Invalid Integration identifier specified")
    }
}
