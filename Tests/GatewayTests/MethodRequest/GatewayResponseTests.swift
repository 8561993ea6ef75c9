import ControlAPI
import Testing

@testable import Gateway

/// Gateway responses: the specification's section 9.
@Suite struct GatewayResponseTests {
    /// The default answers, as the table of the section has them.
    @Test(arguments: [
        ("ACCESS_DENIED", 403, "AccessDeniedException"),
        ("API_CONFIGURATION_ERROR", 500, "InternalServerErrorException"),
        ("AUTHORIZER_CONFIGURATION_ERROR", 500, "AuthorizerConfigurationException"),
        ("AUTHORIZER_FAILURE", 500, "AuthorizerFailureException"), ("BAD_REQUEST_BODY", 400, "BadRequestException"),
        ("BAD_REQUEST_PARAMETERS", 400, "BadRequestException"), ("EXPIRED_TOKEN", 403, "ExpiredTokenException"),
        ("INTEGRATION_FAILURE", 504, "InternalServerErrorException"),
        ("INTEGRATION_TIMEOUT", 504, "InternalServerErrorException"), ("INVALID_API_KEY", 403, "ForbiddenException"),
        ("INVALID_SIGNATURE", 403, "InvalidSignatureException"),
        ("MISSING_AUTHENTICATION_TOKEN", 403, "MissingAuthenticationTokenException"),
        ("QUOTA_EXCEEDED", 429, "LimitExceededException"), ("REQUEST_TOO_LARGE", 413, "RequestEntityTooLargeException"),
        ("RESOURCE_NOT_FOUND", 404, "ResourceNotFoundException"), ("THROTTLED", 429, "TooManyRequestsException"),
        ("UNAUTHORIZED", 401, "UnauthorizedException"), ("UNSUPPORTED_MEDIA_TYPE", 415, "BadRequestException"),
        ("WAF_FILTERED", 403, "ForbiddenException"),
    ])
    func hasItsDefault(_ name: String, _ status: Int, _ errorType: String) {
        let type = GatewayResponseType(named: name)
        #expect(type?.row.status == status)
        #expect(type?.row.errorType.description == errorType)
    }

    @Test func namesThatAreNoTypes() {
        for name in ["DEFAULT_4XX", "DEFAULT_5XX", "FORBIDDEN", "", "bad_request_body"] {
            #expect(GatewayResponseType(named: name) == nil)
        }
    }

    private static let broken = {
        var integration = Integration(type: "HTTP_PROXY")
        integration.uri = "ftp://x/"
        return integration
    }()

    private func plane(_ responses: [String: GatewayResponse], variables: [String: String] = [:]) async throws
        -> TestPlane
    {
        let resources = [
            TestPlane.resource("/fine", TestPlane.mock("{}")), TestPlane.resource("/broken/{id}", Self.broken),
        ]
        let plane = try await TestPlane(resources)
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.variables = variables
        try await plane.publish(resources, stage: stage) { $0.gatewayResponses = responses }
        return plane
    }

    /// Own entry, then `DEFAULT_4XX` or `DEFAULT_5XX` whole, then the built-in one.
    @Test(
        arguments: [
            // path, what is customised, status, body, X-Own
            ("/unknown", [:], 403, #"{"message":"Missing Authentication Token"}"#, nil),
            (
                "/unknown", ["MISSING_AUTHENTICATION_TOKEN": GatewayResponse(responseType: nil, statusCode: "404")],
                404,
                #"{"message":"Missing Authentication Token"}"#, nil
            ),
            (
                "/unknown",
                [
                    "DEFAULT_4XX": GatewayResponse(
                        responseType: nil, statusCode: "418",
                        responseParameters: ["gatewayresponse.header.X-Own": "'four'"],
                        responseTemplates: ["application/json": "teapot"]),
                    "DEFAULT_5XX": GatewayResponse(responseType: nil, statusCode: "555"),
                ], 418, "teapot", "four"
            ),
            (
                "/unknown",
                [
                    "MISSING_AUTHENTICATION_TOKEN": GatewayResponse(
                        responseType: nil, responseParameters: ["gatewayresponse.header.X-Own": "'own'"]),
                    "DEFAULT_4XX": GatewayResponse(
                        responseType: nil, statusCode: "418", responseTemplates: ["application/json": "teapot"]),
                ], 403, #"{"message":"Missing Authentication Token"}"#, "own"
            ),
            (
                "/broken/7",
                ["DEFAULT_5XX": GatewayResponse(responseType: nil, responseTemplates: ["application/json": "sorry"])],
                500,
                "sorry", nil
            ),
            (
                "/broken/7", ["DEFAULT_4XX": GatewayResponse(responseType: nil, statusCode: "418")], 500,
                #"{"message": "Internal server error"}"#, nil
            ),
            // A status that cannot end an exchange counts as none.
            (
                "/unknown", ["DEFAULT_4XX": GatewayResponse(responseType: nil, statusCode: "101")], 403,
                #"{"message":"Missing Authentication Token"}"#, nil
            ),
            (
                "/fine",
                ["DEFAULT_4XX": GatewayResponse(responseType: nil, statusCode: "418")], 200, "{}", nil
            ),
        ] as [(String, [String: GatewayResponse], Int, String, String?)])
    func findsItsEntry(
        _ path: String, _ responses: [String: GatewayResponse], _ status: Int, _ body: String, _ own: String?
    ) async throws {
        let plane = try await plane(responses)
        let answer = try await plane.call("/prod" + path)
        #expect(answer.status == status)
        #expect(answer.text == body)
        #expect(answer["x-own"] == own)
        await plane.stop()
    }

    /// Plain substitution, no Velocity.
    @Test(arguments: [
        (#"{"m":$context.error.messageString}"#, #"{"m":"Missing Authentication Token"}"#),
        (#"{"m":"$context.error.message"}"#, #"{"m":"Missing Authentication Token"}"#),
        ("$context.error.responseType", "MISSING_AUTHENTICATION_TOKEN"),
        ("$context.httpMethod ${context.path}!", "GET /prod/a!"),
        ("Stage $context.stage. Done.", "Stage prod. Done."),
        ("$stageVariables.color-$stageVariables.none-", "blue--"), ("${stageVariables.color}s", "blues"),
        ("$input.params('q') $input.params(\"X-H\") $input.params('none')|", "two words head |"),
        ("$method.request.querystring.q|$method.request.header.X-H", "two words|head"),
        ("$method.request.multivalueheader.X-H", "first,head"),
        (
            "#if(true)$1 $foo $ ${x} $context $context. $input.params('",
            "#if(true)$1 $foo $ ${x} $context $context. $input.params('"
        ),
        ("[$context.authorizer.principalId]", "[]"), ("", ""), (#"{"p":"$input.params('json')"}"#, #"{"p":"a\"b"}"#),
    ])
    func fillsItsTemplate(_ template: String, _ body: String) async throws {
        let plane = try await plane(
            ["DEFAULT_4XX": GatewayResponse(responseType: nil, responseTemplates: ["application/json": template])],
            variables: ["color": "blue"])
        let answer = try await plane.call(
            "/prod/a?q=one&q=two+words&json=a%22b", headers: "X-H: first\r\nX-H: head\r\n")
        #expect(answer.text == body)
        #expect(answer.status == 403)
        #expect(answer["x-amzn-errortype"] == "MissingAuthenticationTokenException")
        await plane.stop()
    }

    /// The first type of `Accept` among the templates, else JSON's, else the first.
    @Test(arguments: [
        (nil, "application/json", "json"), ("text/xml", "text/xml", "xml"), ("TEXT/XML;q=1, a/b", "text/xml", "xml"),
        ("a/b, text/xml", "application/json", "json"), ("*/*", "application/json", "json"),
    ])
    func choosesByAccept(_ accept: String?, _ type: String, _ body: String) async throws {
        let templates = ["text/xml": "xml", "application/json": "json", "a/a": "first"]
        let plane = try await plane(["DEFAULT_4XX": GatewayResponse(responseType: nil, responseTemplates: templates)])
        let answer = try await plane.call("/prod/a", headers: accept.map { "Accept: \($0)\r\n" } ?? "")
        #expect(answer["content-type"] == type)
        #expect(answer.text == body)
        await plane.stop()
    }

    @Test func mapsHeadersFromEverySource() async throws {
        let parameters = [
            "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
            "gatewayresponse.header.X-Path": "method.request.path.id",
            "gatewayresponse.header.X-Query": "method.request.querystring.q",
            "gatewayresponse.header.X-Queries": "method.request.multivaluequerystring.q",
            "gatewayresponse.header.X-Header": "method.request.header.X-H",
            "gatewayresponse.header.X-Headers": "method.request.multivalueheader.X-H",
            "gatewayresponse.header.X-Context": "context.error.responseType",
            "gatewayresponse.header.X-Variable": "stageVariables.color",
            "gatewayresponse.header.X-None": "method.request.header.None",
            "gatewayresponse.header.WWW-Authenticate": "'Basic'",
            "gatewayresponse.header.Content-Type": "'text/plain'",
            "gatewayresponse.header.Content-Length": "'1'",
        ]
        let plane = try await plane(
            ["DEFAULT_5XX": GatewayResponse(responseType: nil, responseParameters: parameters)],
            variables: ["color": "blue"])
        let answer = try await plane.call("/prod/broken/7?q=1&q=%0d%0aEvil:2", headers: "X-H: a\r\nX-H: b\r\n")
        #expect(answer.status == 500)
        #expect(answer.text == #"{"message": "Internal server error"}"#)
        #expect(answer["access-control-allow-origin"] == "*")
        #expect(answer["x-path"] == "7")
        #expect(answer["x-query"] == "Evil:2")
        #expect(answer.all("x-queries") == ["1", "Evil:2"])
        #expect(answer["evil"] == nil)
        #expect(answer["x-header"] == "b")
        #expect(answer["x-headers"] == "a,b")
        #expect(answer["x-context"] == "API_CONFIGURATION_ERROR")
        #expect(answer["x-variable"] == "blue")
        #expect(answer["x-none"] == nil)
        #expect(answer["www-authenticate"] == "Basic")
        #expect(answer.all("content-type") == ["text/plain"])
        #expect(answer.all("content-length") == [String(answer.text.utf8.count)])
        await plane.stop()
    }

    /// Bodies over 10 MB and stages that do not exist keep the gateway's own answer.
    @Test func someCannotBeCustomised() async throws {
        let custom = GatewayResponse(
            responseType: nil, statusCode: "418", responseTemplates: ["application/json": "own"])
        let plane = try await plane(["DEFAULT_4XX": custom, "REQUEST_TOO_LARGE": custom])
        let large = try await plane.call("/prod/fine", verb: "POST", headers: "Content-Length: 10485761\r\n")
        #expect(large.status == 413)
        #expect(large.text == #"{"message":"HTTP content length exceeded 10485760 bytes."}"#)
        let unknown = try await plane.call("/none/fine")
        #expect(unknown.status == 403)
        #expect(unknown.text == #"{"message":"Forbidden"}"#)
        await plane.stop()
    }

    @Test func refusesWhatCannotWork() {
        func compile(_ response: GatewayResponse) throws {
            var snapshot = TestPlane.snapshot([TestPlane.resource("/", TestPlane.mock("{}"))], id: "base")
            snapshot.gatewayResponses = ["THROTTLED": response]
            let publication = StagePublication(
                apiId: "x", stage: Stage(stageName: "s", deploymentId: "base"), base: snapshot, canary: nil)
            _ = try StageCompiler(registry: PlanRegistry(), templates: LiteralTemplates()).compile(publication)
        }
        for parameters in [
            ["gatewayresponse.header.X": "text"], ["gatewayresponse.header.": "'a'"],
            ["method.response.header.X": "'a'"],
            ["gatewayresponse.header.X": "method.request.body.a"], ["gatewayresponse.header.a b": "'a'"],
        ] {
            do {
                try compile(GatewayResponse(responseType: nil, responseParameters: parameters))
                Issue.record("compiled \(parameters)")
            } catch {
                #expect(String(describing: error).hasPrefix("gateway response THROTTLED: "))
            }
        }
        #expect(throws: PlanError.self) { try compile(GatewayResponse(responseType: nil, statusCode: "abc")) }
    }

    @Test(
        arguments: [
            (nil, "null", "null"), ("a \"b\"\n", #""a \"b\"\n""#, #"a \"b\"\n"#),
        ] as [(String?, String, String)])
    func messageIsQuotedAndEscaped(_ message: String?, _ quoted: String, _ escaped: String) {
        let error = GatewayError(type: .unauthorized, message: message)
        #expect(error.quoted == quoted)
        #expect(error.escaped == escaped)
    }
}
