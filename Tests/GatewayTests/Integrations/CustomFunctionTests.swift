import ControlAPI
import JSON
import Lambda
import NIOCore
import Testing

@testable import Gateway

/// `AWS` with a function: templates and parameters on both sides (specification 8.1, 8.3, 8.6, 10).
@Suite struct CustomFunctionTests {
    private func response(
        _ status: String, pattern: String? = nil, template: String? = nil, headers: [String: String] = [:]
    ) -> IntegrationResponse {
        var response = IntegrationResponse(statusCode: status)
        response.selectionPattern = pattern
        response.responseTemplates = template.map { ["application/json": $0] }
        response.responseParameters = Dictionary(
            uniqueKeysWithValues: headers.map { ("method.response.header.\($0.key)", $0.value) })
        return response
    }

    private func plane(
        _ functions: FakeFunctions, _ responses: [IntegrationResponse], template: String? = nil,
        parameters: [String: String] = [:], path: String = "/", binaryTypes: [String]? = nil
    ) async throws -> TestPlane {
        var integration = FakeFunctions.integration("AWS")
        integration.requestTemplates = template.map { ["application/json": $0] }
        integration.requestParameters = parameters
        integration.integrationResponses = Dictionary(
            uniqueKeysWithValues: responses.map { ($0.statusCode, $0) })
        return try await TestPlane([TestPlane.resource(path, integration)]) {
            $0.functions = functions
            $0.templates = VelocityTemplates()
        } snapshot: {
            $0.restApi.binaryMediaTypes = binaryTypes
        }
    }

    /// Recorded (`lambda_aws_integration`): without templates payload and answer are the bodies as they are.
    @Test(arguments: [
        (#"{"message": "hello world"}"#, #"{"message": "hello world"}"#), ("", "{}"), ("text", "text"),
    ])
    func passesBodiesThrough(_ body: String, _ payload: String) async throws {
        let functions = FakeFunctions { FakeFunctions.success(String(buffer: $0.payload)) }
        let plane = try await plane(functions, [response("200")])
        let answer = try await plane.call("/prod", verb: "POST", body: body)
        #expect(answer.status == 200)
        #expect(answer.text == payload)
        #expect(answer["content-type"] == "application/json")
        #expect(answer["x-amzn-trace-id"] != nil)
        await plane.stop()
    }

    @Test func templatesAndParameters() async throws {
        let functions = FakeFunctions(payload: #"{"name":"ada","code":7}"#)
        let plane = try await plane(
            functions,
            [
                response(
                    "200", template: #"<$input.path('$.name')>"#,
                    headers: [
                        "X-Code": "integration.response.body.code",
                        "X-Id": "integration.response.header.x-amzn-RequestId",
                        "X-Version": "integration.response.header.X-Amz-Executed-Version",
                    ])
            ], template: #"{"id":"$input.params('id')","q":"$input.params('q')"}"#, path: "/{id}")
        let answer = try await plane.call("/prod/7?q=x")
        #expect(functions.last.map { String(buffer: $0.payload) } == #"{"id":"7","q":"x"}"#)
        #expect(answer.text == "<ada>")
        #expect(answer["x-code"] == "7")
        #expect(answer["x-id"] == FakeFunctions.requestId)
        #expect(answer["x-version"] == "$LATEST")
        await plane.stop()
    }

    /// 8.6: the pattern is tried on `errorMessage` and only where the function failed.
    @Test(
        arguments: [
            ("{}", nil, 200), (#"{"errorMessage":"Bad Request: x"}"#, nil, 200),
            (#"{"errorMessage":"Bad Request: x"}"#, "Unhandled", 400),
            (#"{"errorMessage":"Not Found"}"#, "Handled", 404),
            (#"{"errorMessage":"Not Found either"}"#, "Handled", 200),
            (#"{"errorType":"Error"}"#, "Unhandled", 200), ("Not Found", "Unhandled", 404),
        ] as [(String, String?, Int)])
    func selects(_ payload: String, _ failure: String?, _ status: Int) async throws {
        let functions = FakeFunctions { _ in FakeFunctions.success(payload, error: failure) }
        let plane = try await plane(
            functions, [response("200"), response("400", pattern: "Bad.*"), response("404", pattern: "Not Found")])
        let answer = try await plane.call("/prod")
        #expect(answer.status == status)
        #expect(answer.text == payload)
        await plane.stop()
    }

    /// Patterns get so many steps and no more.
    @Test func aLongMessageHoldsNothingUp() async throws {
        let payload = #"{"errorMessage":"\#(String(repeating: "ab", count: 1_000_000))"}"#
        let functions = FakeFunctions { _ in FakeFunctions.success(payload, error: "Unhandled") }
        let plane = try await plane(functions, [response("200"), response("400", pattern: "(a|b|ab)*c")])
        let answer = try await plane.call("/prod")
        #expect(answer.status == 200)
        #expect(answer.text == payload)
        await plane.stop()
    }

    @Test(
        arguments: [
            ("{}", nil), (#"{"errorMessage":"x"}"#, "Unhandled"),
        ] as [(String, String?)])
    func withoutADefaultItIs500(_ payload: String, _ failure: String?) async throws {
        let functions = FakeFunctions { _ in FakeFunctions.success(payload, error: failure) }
        let plane = try await plane(functions, [response("400", pattern: "Bad.*")])
        let answer = try await plane.call("/prod")
        #expect(answer.status == 500)
        let error = await plane.plane.accessLog(AccessLogQuery()).last?.errorMessage ?? ""
        #expect(
            error == "Execution failed due to configuration error: No match for output mapping and no default output "
                + "mapping configured. Endpoint Response Status Code: 200")
        await plane.stop()
    }

    /// Asynchronous invocation (guide: set-up-lambda-integration-async).
    @Test(
        arguments: [
            ("'Event'", "", .event), ("'RequestResponse'", "", .requestResponse), ("'DryRun'", "", .dryRun),
            ("method.request.header.InvocationType", "InvocationType: Event\r\n", .event),
            ("method.request.header.InvocationType", "", .requestResponse),
        ] as [(String, String, FunctionInvocation.Kind)])
    func invocationType(_ source: String, _ headers: String, _ kind: FunctionInvocation.Kind) async throws {
        let functions = FakeFunctions { invocation in
            switch invocation.kind {
            case .event: InvocationResult(requestId: FakeFunctions.requestId, answer: .accepted)
            case .dryRun: InvocationResult(requestId: FakeFunctions.requestId, answer: .checked)
            case .requestResponse: FakeFunctions.success("1")
            }
        }
        let plane = try await plane(
            functions, [response("200")], parameters: ["integration.request.header.X-Amz-Invocation-Type": source])
        let answer = try await plane.call("/prod", headers: headers)
        #expect(functions.last?.kind == kind)
        #expect(answer.status == 200)
        #expect(answer.text == (kind == .requestResponse ? "1" : ""))
        await plane.stop()
    }

    @Test func overridesOfTheTemplate() async throws {
        let functions = FakeFunctions { _ in InvocationResult(requestId: "r", answer: .accepted) }
        let plane = try await plane(
            functions, [response("200")],
            template: """
                #set($context.requestOverride.header.X-Amz-Invocation-Type = "Event")\
                #set($context.responseOverride.status = 202){}
                """)
        #expect(try await plane.call("/prod").status == 202)
        #expect(functions.last?.kind == .event)
        await plane.stop()
    }

    @Test func logTail() async throws {
        let functions = FakeFunctions { invocation in
            var result = FakeFunctions.success("{}")
            result.logTail = invocation.wantsLogTail ? Array("END".utf8) : nil
            return result
        }
        let plane = try await plane(
            functions,
            [response("200", headers: ["X-Log": "integration.response.header.X-Amz-Log-Result"])],
            parameters: ["integration.request.header.X-Amz-Log-Type": "'Tail'"])
        #expect(try await plane.call("/prod")["x-log"] == "RU5E")
        await plane.stop()
    }

    /// Table 8.5: a function that gives Base64 in a JSON string.
    @Test func binaryAnswers() async throws {
        let plane = try await plane(
            FakeFunctions(payload: "\"aGk=\""), [response("200")], binaryTypes: ["image/png"])
        #expect(try await plane.call("/prod", headers: "Accept: image/png\r\n").text == "hi")
        #expect(try await plane.call("/prod", headers: "Accept: text/plain\r\n").text == "\"aGk=\"")
        await plane.stop()
    }

    @Test(
        arguments: [
            (429, "TooManyRequestsException", "Rate Exceeded.", "Rate Exceeded."),
            (403, "AccessDeniedException", "no", "Invalid permissions on Lambda function"),
        ])
    func refusalsAre500(_ status: Int, _ code: String, _ message: String, _ reason: String) async throws {
        let functions = FakeFunctions { _ in FakeFunctions.refusal(status, code, message) }
        let plane = try await plane(functions, [response("200")])
        #expect(try await plane.call("/prod").status == 500)
        let error = await plane.plane.accessLog(AccessLogQuery()).last?.errorMessage ?? ""
        #expect(error.hasPrefix("Execution failed due to configuration error: \(reason)"))
        await plane.stop()
    }

    @Test(arguments: [("AWS", "NEVER", 415), ("AWS", nil, 200)] as [(String, String?, Int)])
    func passthroughBehavior(_ type: String, _ behavior: String?, _ status: Int) async throws {
        let functions = FakeFunctions(payload: "{}")
        var integration = FakeFunctions.integration(type)
        integration.passthroughBehavior = behavior
        integration.integrationResponses = ["200": IntegrationResponse(statusCode: "200")]
        let plane = try await TestPlane([TestPlane.resource("/", integration)]) { $0.functions = functions }
        #expect(try await plane.call("/prod", verb: "POST", body: "x").status == status)
        await plane.stop()
    }

    @Test func aBodyThatIsMappedHasToBeJSON() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane(
            functions, [response("200")],
            parameters: ["integration.request.header.X-Amz-Client-Context": "method.request.body.context"])
        #expect(try await plane.call("/prod", verb: "POST", body: "{").status == 400)
        #expect(try await plane.call("/prod", verb: "POST", body: #"{"context":"e30="}"#).status == 200)
        #expect(functions.last?.clientContext == "e30=")
        await plane.stop()
    }

    /// `TestInvokeMethod`: the event has no headers of a connection, and the stage is the test's.
    @Test func testInvoke() async throws {
        let functions = FakeFunctions(payload: #"{"statusCode":200,"body":"ok"}"#)
        let plane = try await TestPlane([]) { $0.functions = functions }
        var stage = Stage(stageName: "test-invoke-stage", deploymentId: nil)
        stage.variables = ["v": "1"]
        let resource = TestPlane.resource("/pets/{id}", FakeFunctions.integration(), verb: "GET")
        let outcome = try await plane.plane.test(
            TestCall(
                publication: StagePublication(
                    apiId: TestPlane.apiId, stage: stage, base: TestPlane.snapshot([resource], id: ""), canary: nil),
                verb: "GET", pathWithQueryString: "/pets/7?a=1", headers: [], body: []))
        #expect(outcome.status == 200)
        #expect(String(decoding: outcome.body, as: UTF8.self) == "ok")
        let event = try JSON(parsing: #require(functions.last).payload.readableBytesView)
        #expect(event["headers"] == .null && event["multiValueHeaders"] == .null)
        #expect(event["path"] == "/pets/7")
        #expect(event["requestContext"]?["path"] == "/pets/7")
        #expect(event["requestContext"]?["stage"] == "test-invoke-stage")
        #expect(event["requestContext"]?["deploymentId"] == nil)
        #expect(event["requestContext"]?["domainName"] == "testPrefix.testDomainName")
        #expect(event["requestContext"]?["identity"]?["apiKey"] == "test-invoke-api-key")
        #expect(event["requestContext"]?["identity"]?["sourceIp"] == "test-invoke-source-ip")
        #expect(event["stageVariables"] == ["v": "1"])
        #expect(event["pathParameters"] == ["id": "7"])
        #expect(event["body"] == .null)
        #expect(
            functions.last?.caller
                == .apiGateway(
                    sourceArn: "arn:aws:execute-api:us-east-1:000000000000:abc123/test-invoke-stage/GET/pets/{id}"))
        #expect(outcome.log.last?.text == "Method completed with status: 200")
        await plane.stop()
    }
}
