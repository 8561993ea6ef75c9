import ControlAPI
import Foundation
import JSON
import Lambda
import NIOCore
import Testing

@testable import Gateway

/// `AWS_PROXY` from the client's request to its answer (specification 10.3, 8.5, 19.3, appendix B and D).
@Suite struct ProxyFunctionTests {
    private func plane(
        _ functions: FakeFunctions?, _ integration: Integration = FakeFunctions.integration(), verb: String = "ANY",
        snapshot: @escaping TestPlane.SnapshotChange = { _ in }
    ) async throws -> TestPlane {
        try await TestPlane([TestPlane.resource("/", integration, verb: verb)]) {
            $0.functions = functions
        } snapshot: {
            snapshot(&$0)
        }
    }

    private func error(_ plane: TestPlane) async -> String? {
        await plane.plane.accessLog(AccessLogQuery()).last?.errorMessage
    }

    @Test func answersWhatTheFunctionGives() async throws {
        let functions = FakeFunctions(
            payload:
                #"{"statusCode":"201","headers":{"X-A":"1"},"multiValueHeaders":{"Set-Cookie":["a=1","b=2"]},"body":"hi"}"#
        )
        let plane = try await plane(functions)
        let answer = try await plane.call("/prod")
        #expect(answer.status == 201)
        #expect(answer.text == "hi")
        #expect(answer["content-type"] == "application/json")
        #expect(answer["x-a"] == "1")
        #expect(answer.all("set-cookie") == ["a=1", "b=2"])
        #expect(answer["x-amzn-trace-id"]?.wholeMatch(of: /Root=1-[^;]+;Parent=[0-9a-f]{16};Sampled=0/) != nil)
        await plane.stop()
    }

    @Test(
        arguments: [
            ("{}", "GET", 200, "application/json", "0", ""), (#"{"statusCode":204}"#, "GET", 204, nil, nil, ""),
            (#"{"statusCode":204,"body":"x"}"#, "GET", 204, "application/json", nil, ""),
            (#"{"statusCode":304,"body":"x"}"#, "GET", 304, "application/json", "1", ""),
            (#"{"body":"hello"}"#, "HEAD", 200, "application/json", "5", ""),
            (#"{"headers":{"content-type":"text/plain"},"body":"ä"}"#, "GET", 200, "text/plain", "2", "ä"),
        ] as [(String, String, Int, String?, String?, String)])
    func framing(
        _ payload: String, _ verb: String, _ status: Int, _ type: String?, _ length: String?, _ body: String
    ) async throws {
        let plane = try await plane(FakeFunctions(payload: payload))
        let answer = try await plane.call("/prod", verb: verb)
        #expect(answer.status == status)
        #expect(answer["content-type"] == type)
        #expect(answer["content-length"] == length)
        #expect(answer.text == body)
        await plane.stop()
    }

    /// Every row that the contract refuses is the same 502.
    @Test(arguments: ProxyResponseTests.malformed)
    func malformedOutput(_ row: (payload: String, reason: String)) async throws {
        let plane = try await plane(FakeFunctions(payload: row.payload))
        let answer = try await plane.call("/prod")
        #expect(answer.status == 502)
        #expect(answer.text == #"{"message": "Internal server error"}"#)
        #expect(answer["x-amzn-errortype"] == "InternalServerErrorException")
        let error = await error(plane) ?? ""
        #expect(error.hasPrefix("Execution failed due to configuration error: Malformed Lambda proxy response: "))
        #expect(error.contains(row.reason))
        await plane.stop()
    }

    /// Appendix D, the column of Lambda.
    @Test(
        arguments: [
            ("Age", "Age"), ("Accept", "Accept"), ("Accept-Charset", "Accept-Charset"),
            ("Accept-Encoding", "Accept-Encoding"),
            ("Authorization", "x-amzn-Remapped-Authorization"), ("Connection", "x-amzn-Remapped-Connection"),
            ("Content-Encoding", "Content-Encoding"), ("Content-Length", "x-amzn-Remapped-Content-Length"),
            ("Content-MD5", "x-amzn-Remapped-Content-MD5"), ("Content-Type", "Content-Type"),
            ("Date", "x-amzn-Remapped-Date"), ("Expect", "x-amzn-Remapped-Expect"), ("Host", "x-amzn-Remapped-Host"),
            ("Max-Forwards", "x-amzn-Remapped-Max-Forwards"), ("Pragma", "Pragma"),
            ("Proxy-Authenticate", "x-amzn-Remapped-Proxy-Authenticate"), ("Range", "Range"), ("Referer", "Referer"),
            ("Server", "x-amzn-Remapped-Server"), ("TE", nil), ("Transfer-Encoding", nil),
            ("Trailer", "x-amzn-Remapped-Trailer"), ("Upgrade", "x-amzn-Remapped-Upgrade"),
            ("User-Agent", "x-amzn-Remapped-User-Agent"), ("Via", nil), ("Warn", "Warn"),
            ("WWW-Authenticate", "x-amzn-Remapped-WWW-Authenticate"), ("X-Own", "X-Own"),
            ("x-amzn-RequestId", "x-amzn-Remapped-x-amzn-RequestId"), ("x-amzn-trace-id", "x-amzn-trace-id"),
        ] as [(String, String?)])
    func treatsHeaders(_ name: String, _ got: String?) {
        #expect(HeaderTreatment.functionResponse(Array(name.utf8)) == got.map { Array($0.utf8) })
    }

    @Test func namesThatAreNoneAndLineBreaksDoNotGetOut() async throws {
        let functions = FakeFunctions(
            payload: #"{"headers":{"a b":"1","":"2","X-A":"1\r\nX-B: 2"},"body":"x"}"#)
        let plane = try await plane(functions)
        let answer = try await plane.call("/prod")
        #expect(answer["x-a"] == "1  X-B: 2")
        #expect(answer["x-b"] == nil)
        #expect(answer.headers.allSatisfy { $0.name != "a b" && !$0.name.isEmpty })
        await plane.stop()
    }

    /// Table 8.5: Base64 is decoded where the function says that it is and the client takes binary.
    @Test(
        arguments: [
            (["image/png"], "image/png", true, "hi"), (["image/png"], "text/html", true, "aGk="),
            (["image/png"], nil, true, "aGk="), (["image/png"], "image/png", false, "aGk="),
            ([], "image/png", true, "aGk="),
            (["*/*"], nil, true, "hi"), (["image/png"], "text/html, image/png", true, "aGk="),
        ] as [([String], String?, Bool, String)])
    func base64Bodies(_ types: [String], _ accept: String?, _ isBase64: Bool, _ body: String) async throws {
        let functions = FakeFunctions(payload: #"{"body":"aGk=","isBase64Encoded":\#(isBase64)}"#)
        let plane = try await plane(functions) { $0.restApi.binaryMediaTypes = types }
        let answer = try await plane.call("/prod", headers: accept.map { "Accept: \($0)\r\n" } ?? "")
        #expect(answer.text == body)
        await plane.stop()
    }

    @Test func whatIsNoBase64Is500() async throws {
        let functions = FakeFunctions(payload: #"{"body":"???","isBase64Encoded":true}"#)
        let plane = try await plane(functions) { $0.restApi.binaryMediaTypes = ["*/*"] }
        #expect(try await plane.call("/prod").status == 500)
        await plane.stop()
    }

    @Test func compresses() async throws {
        let text = String(repeating: "a", count: 500)
        let functions = FakeFunctions { invocation in
            let path = (try? JSON(parsing: invocation.payload.readableBytesView))?["queryStringParameters"] ?? .null
            let coded = path.isNull ? "" : #""headers":{"Content-Encoding":"br"},"#
            return FakeFunctions.success(#"{\#(coded)"body":"\#(text)"}"#)
        }
        let plane = try await plane(functions) { $0.restApi.minimumCompressionSize = 100 }
        let answer = try await plane.call("/prod", headers: "Accept-Encoding: gzip\r\n")
        #expect(answer["content-encoding"] == "gzip")
        #expect(answer.body.count < 100)
        // Coded by the function already.
        let own = try await plane.call("/prod?br", headers: "Accept-Encoding: gzip\r\n")
        #expect(own["content-encoding"] == "br")
        #expect(own.text == text)
        await plane.stop()
    }

    // MARK: Failures

    /// Section 10.3's errors: what the client reads, and what the log says.
    static let failures: [(result: InvocationResult, status: Int, body: String, log: [String])] = [
        (
            FakeFunctions.success(#"{"errorMessage":"boom","errorType":"Error"}"#, error: "Unhandled"), 502,
            #"{"message": "Internal server error"}"#,
            [
                "Lambda execution failed with status 200 due to customer function error: boom. "
                    + "Lambda request id: \(FakeFunctions.requestId)"
            ]
        ),
        (
            FakeFunctions.success("gone", error: "Unhandled"), 502, #"{"message": "Internal server error"}"#,
            [
                "Lambda execution failed with status 200 due to customer function error: gone. "
                    + "Lambda request id: \(FakeFunctions.requestId)"
            ]
        ),
        (
            FakeFunctions.refusal(403, "AccessDeniedException", "no statement"), 500,
            #"{"message": "Internal server error"}"#,
            [
                "Lambda invocation failed with status: 403. Lambda request id: \(FakeFunctions.requestId)",
                "Execution failed due to configuration error: Invalid permissions on Lambda function",
            ]
        ),
        (
            FakeFunctions.refusal(429, "TooManyRequestsException", "Rate Exceeded."), 500,
            #"{"message": "Internal server error"}"#,
            [
                "Lambda invocation failed with status: 429. Lambda request id: \(FakeFunctions.requestId)",
                "Execution failed due to configuration error: Rate Exceeded.",
            ]
        ),
        (
            FakeFunctions.refusal(404, "ResourceNotFoundException", "Function not found: hello"), 500,
            #"{"message": "Internal server error"}"#,
            [
                "Lambda invocation failed with status: 404. Lambda request id: \(FakeFunctions.requestId)",
                "Execution failed due to configuration error: Function not found: hello",
            ]
        ),
        (
            InvocationResult(requestId: "", answer: .unreachable(reason: "refused")), 504,
            #"{"message": "Network error communicating with endpoint"}"#,
            ["Execution failed due to a network error communicating with endpoint"]
        ),
        (
            InvocationResult(requestId: FakeFunctions.requestId, answer: .accepted), 502,
            #"{"message": "Internal server error"}"#,
            ["Execution failed due to configuration error: Malformed Lambda proxy response"]
        ),
        (
            FakeFunctions.refusal(413, "RequestTooLargeException", "too large"), 413,
            #"{"message": "Request Too Long"}"#, []
        ),
    ]

    @Test(arguments: failures.indices) func whatFails(_ index: Int) async throws {
        let row = Self.failures[index]
        let functions = FakeFunctions { _ in row.result }
        let plane = try await TestPlane([]) { $0.functions = functions }
        let stage = Stage.prod { $0.loggingLevel = "ERROR" }
        try await plane.publish([TestPlane.resource("/", FakeFunctions.integration())], stage: stage)
        let answer = try await plane.call("/prod")
        #expect(answer.status == row.status)
        #expect(answer.text == row.body)
        let log = await plane.plane.executionLogs(apiId: nil, stageName: nil, limit: 10).last
        #expect((log?.lines.map(\.message) ?? []) == row.log)
        await plane.stop()
    }

    @Test func theBestKnownMistakeIsExplained() async throws {
        let functions = FakeFunctions { _ in FakeFunctions.refusal(403, "AccessDeniedException", "no statement") }
        let plane = try await plane(functions, verb: "GET")
        _ = try await plane.call("/prod")
        let error = await error(plane) ?? ""
        #expect(error.contains("--source-arn …:abc123/prod/GET/"))
        #expect(error.contains("add-permission"))
        await plane.stop()
    }

    /// The gateway's own wording reaches the 502s by `DEFAULT_5XX`, Lambda's limit by `REQUEST_TOO_LARGE`.
    @Test func failuresCanBeWorded() async throws {
        var five = GatewayResponse(responseType: "DEFAULT_5XX")
        five.responseParameters = ["gatewayresponse.header.Access-Control-Allow-Origin": "'*'"]
        var large = GatewayResponse(responseType: "REQUEST_TOO_LARGE")
        large.statusCode = "400"
        let plane = try await plane(FakeFunctions(payload: "[]")) {
            $0.gatewayResponses = ["DEFAULT_5XX": five, "REQUEST_TOO_LARGE": large]
        }
        let answer = try await plane.call("/prod")
        #expect(answer.status == 502)
        #expect(answer["access-control-allow-origin"] == "*")
        let body = String(repeating: "x", count: 6_400_000)
        #expect(try await plane.call("/prod", verb: "POST", body: body).status == 400)
        await plane.stop()
    }

    @Test func moreThanLambdaTakesIsNotSent() async throws {
        let functions = FakeFunctions(payload: "{}")
        let plane = try await plane(functions)
        let fits = String(repeating: "x", count: Exchange.largestFunctionPayload - 4000)
        #expect(try await plane.call("/prod", verb: "POST", body: fits).status == 200)
        let answer = try await plane.call("/prod", verb: "POST", body: fits + String(repeating: "x", count: 4000))
        #expect(answer.status == 413)
        #expect(answer.text == #"{"message": "Request Too Long"}"#)
        #expect(functions.invocations.count == 1)
        await plane.stop()
    }

    @Test func withoutFunctionsTheLogSaysWhatToDo() async throws {
        let plane = try await plane(nil)
        let answer = try await plane.call("/prod")
        #expect(answer.status == 500)
        let error = await error(plane) ?? ""
        #expect(error.contains("sluice functions add") && error.contains("--lambda-endpoint"))
        await plane.stop()
    }

    @Test(
        arguments: [
            ("${stageVariables.none}", "POST", "Invalid endpoint address: "),
            ("hello:", "POST", "Invalid endpoint address: "),
            ("hello", "GET", "Unable to determine service/operation name to be authorized: "),
        ])
    func whatCannotBeCalledIs500(_ function: String, _ verb: String, _ reason: String) async throws {
        let functions = FakeFunctions(payload: "{}")
        var integration = FakeFunctions.integration(function: function)
        integration.httpMethod = verb
        let plane = try await plane(functions, integration)
        #expect(try await plane.call("/prod").status == 500)
        #expect(await error(plane)?.hasPrefix("Execution failed due to configuration error: \(reason)") == true)
        #expect(functions.invocations.isEmpty)
        await plane.stop()
    }

    /// Recorded: mappings that requests to AWS's services must not have.
    @Test(arguments: [
        "Content-Length", "Transfer-Encoding", "Authorization", "Connection", "Expect", "Proxy-Authenticate", "TE",
        "x-amzn-trace-id", "X-Amzn-Apigateway-Api-Id",
    ])
    func forbiddenMappings(_ name: String) async throws {
        var integration = FakeFunctions.integration()
        integration.requestParameters = ["integration.request.header.\(name)": "'x'"]
        let plane = try await plane(FakeFunctions(payload: "{}"), integration)
        #expect(try await plane.call("/prod").status == 500)
        #expect(await error(plane) == "Execution failed due to configuration error: \(name) header already present")
        await plane.stop()
    }

    @Test func mappedHeadersAreNotInTheEvent() async throws {
        let functions = FakeFunctions(payload: "{}")
        var integration = FakeFunctions.integration()
        integration.requestParameters = [
            "integration.request.header.Accept": "'text/html'", "integration.request.header.X-Amz-Log-Type": "'Tail'",
            "integration.request.header.X-Amz-Client-Context": "'e30='",
        ]
        let plane = try await plane(functions, integration)
        #expect(try await plane.call("/prod", headers: "Accept: text/plain\r\n").status == 200)
        let invocation = try #require(functions.last)
        #expect(try JSON(parsing: invocation.payload.readableBytesView)["headers"]?["Accept"] == "text/plain")
        #expect(invocation.wantsLogTail)
        #expect(invocation.clientContext == "e30=")
        await plane.stop()
    }

    // MARK: Who invokes

    @Test(
        arguments: [
            ("/", "GET", nil, "GET/"), ("/pets/{id}", "GET", nil, "GET/pets/{id}"),
            ("/{proxy+}", "ANY", nil, "*/{proxy+}"),
            ("/", "GET", "", "GET/"), ("/", "GET", "arn:aws:iam::000000000000:role/caller", nil),
        ] as [(String, String, String?, String?)])
    func callers(_ path: String, _ verb: String, _ credentials: String?, _ source: String?) async throws {
        let functions = FakeFunctions(payload: "{}")
        var integration = FakeFunctions.integration()
        integration.credentials = credentials
        let plane = try await TestPlane([TestPlane.resource(path, integration, verb: verb)]) {
            $0.functions = functions
        }
        _ = try await plane.call(
            "/prod" + (path == "/" ? "" : "/pets/1"), headers: "X-Amzn-Trace-Id: Root=1-a;Sampled=1\r\n")
        // `/{proxy+}` and `/pets/{id}` both take /pets/1.
        let invocation = try #require(functions.last)
        let expected = source.map { "arn:aws:execute-api:us-east-1:000000000000:abc123/prod/\($0)" }
        #expect(invocation.caller == expected.map { .apiGateway(sourceArn: $0) } ?? .account)
        #expect(invocation.function == FakeFunctions.arn)
        #expect(invocation.kind == .requestResponse)
        #expect(invocation.traceId?.wholeMatch(of: /Root=1-a;Sampled=1;Parent=[0-9a-f]{16}/) != nil)
        await plane.stop()
    }

    // MARK: Time

    @Test func theTimeoutIs504AndALateAnswerIsNobodys() async throws {
        let functions = FakeFunctions { invocation in
            String(buffer: invocation.payload).contains("\"slow\"") ? nil : FakeFunctions.success(#"{"body":"quick"}"#)
        }
        var integration = FakeFunctions.integration()
        integration.timeoutInMillis = 50
        let plane = try await plane(functions, integration)
        let (slow, quick, again) = try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod?slow=1"))
            let slow = try socket.message()
            functions.answerLate(FakeFunctions.success(#"{"body":"late"}"#))
            try socket.send(TestPlane.request("/prod"))
            let quick = try socket.message()
            functions.answerLate(FakeFunctions.success(#"{"body":"later"}"#))
            try socket.send(TestPlane.request("/prod"))
            return (slow, quick, try socket.message())
        }
        #expect(slow.status == 504)
        #expect(slow.text == #"{"message": "Endpoint request timed out"}"#)
        #expect(quick.text == "quick")
        #expect(again.text == "quick")
        let error = await plane.plane.accessLog(AccessLogQuery()).first { $0.status == 504 }?.errorMessage
        #expect(error == "Execution failed due to a timeout error")
        await plane.stop()
    }

    @Test func aClientThatGoesLeavesNothing() async throws {
        let functions = FakeFunctions { _ in nil }
        let plane = try await plane(functions)
        try await blocking { [port = plane.port] in
            let socket = try RawSocket(port: port)
            try socket.send(TestPlane.request("/prod"))
            while functions.invocations.isEmpty {}
            socket.reset()
        }
        #expect(await eventually { await plane.plane.accessLog(AccessLogQuery()).last?.status == 499 })
        functions.answerLate(FakeFunctions.success("{}"))
        // The loop goes on.
        #expect(try await plane.call("/prod/none").status == 403)
        await plane.stop()
    }

    @Test func anAnswerAfterTheEndIsDropped() async throws {
        let functions = FakeFunctions { _ in nil }
        let plane = try await plane(functions)
        let socket = try plane.connect()
        try socket.send(TestPlane.request("/prod"))
        #expect(await eventually { !functions.invocations.isEmpty })
        await plane.stop()
        functions.answerLate(FakeFunctions.success("{}"))
    }

    // MARK: Logs

    @Test func executionLog() async throws {
        let functions = FakeFunctions(payload: #"{"statusCode":201,"body":"ok"}"#)
        let plane = try await TestPlane([]) { $0.functions = functions }
        let stage = Stage.prod {
            $0.loggingLevel = "INFO"
            $0.dataTraceEnabled = true
        }
        try await plane.publish([TestPlane.resource("/", FakeFunctions.integration())], stage: stage)
        _ = try await plane.call("/prod", headers: "X-Amzn-Trace-Id: Root=1-a\r\n")
        let record = await plane.plane.executionLogs(apiId: nil, stageName: nil, limit: 1).last
        let lines = record?.lines.map(\.message) ?? []
        let rid = record?.requestId ?? ""
        let endpoint = "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/\(FakeFunctions.arn)/invocations"
        let after = Array(lines.drop { !$0.hasPrefix("Endpoint request URI") })
        #expect(after.count == 12)
        guard after.count == 12 else { return }
        #expect(after[0] == "Endpoint request URI: \(endpoint)")
        #expect(
            after[1]
                == "Endpoint request headers: {x-amzn-apigateway-api-id=abc123, Accept=application/json, "
                + "User-Agent=AmazonAPIGateway_abc123, X-Amzn-Trace-Id=Root=1-a, x-amzn-lambda-integration-tag=\(rid), "
                + "X-Amz-Source-Arn=arn:aws:execute-api:us-east-1:000000000000:abc123/prod/*/}")
        #expect(after[2].hasPrefix(#"Endpoint request body after transformations: {"resource":"/","path":"/""#))
        #expect(after[3] == "Sending request to \(endpoint)")
        #expect(after[4].wholeMatch(of: /Received response. Status: 200, Integration latency: \d+ ms/) != nil)
        #expect(after[5].hasPrefix("Endpoint response headers: {Date="))
        #expect(after[5].contains("x-amzn-RequestId=\(FakeFunctions.requestId), X-Amz-Executed-Version=$LATEST"))
        #expect(after[6] == #"Endpoint response body before transformations: {"statusCode":201,"body":"ok"}"#)
        #expect(after[7] == "Method response body after transformations: ok")
        #expect(
            after[8].hasPrefix("Method response headers: {Content-Type=application/json, X-Amzn-Trace-Id=Root=1-a;"))
        #expect(
            after[9...].elementsEqual([
                "Successfully completed execution", "Method completed with status: 201",
                "AWS Integration Endpoint RequestId : \(FakeFunctions.requestId)",
            ]))
        await plane.stop()
    }

    /// `$context` of the access log (8.4): the function's own status, and Lambda's.
    @Test(
        arguments: [
            (#"{"statusCode":404}"#, nil, "404 200 200|-|-|{id}|{id}"),
            (#"{"errorMessage":"boom"}"#, "Handled", "200 200 200|{e}|{e}|{id}|{id}"),
            ("[]", nil, "200 200 200|{m}|{m}|{id}|{id}"),
        ] as [(String, String?, String)])
    func accessLogVariables(_ payload: String, _ failure: String?, _ line: String) async throws {
        let functions = FakeFunctions { _ in FakeFunctions.success(payload, error: failure) }
        let folder = TemporaryHome()
        let plane = try await TestPlane([]) {
            $0.functions = functions
            $0.logDirectory = folder.path
        }
        var stage = Stage(stageName: "prod", deploymentId: "base")
        stage.accessLogSettings = AccessLogSettings(
            format: "$context.requestId $context.integration.status $context.integration.integrationStatus "
                + "$context.integrationStatus|$context.integration.error|$context.integrationErrorMessage|"
                + "$context.integration.requestId|$context.awsEndpointRequestId",
            destinationArn: "arn:aws:logs:us-east-1:000000000000:log-group:all")
        try await plane.publish([TestPlane.resource("/", FakeFunctions.integration())], stage: stage)
        _ = try await plane.call("/prod")
        await plane.stop()
        let text = try String(contentsOfFile: folder.path + "/log-group/all.log", encoding: .utf8)
        let seen = text.split(separator: " ", maxSplits: 1).last?.dropLast()
        let error =
            "Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: "
            + FakeFunctions.requestId
        let expected = line.replacing("{id}", with: FakeFunctions.requestId).replacing("{e}", with: error)
            .replacing(
                "{m}",
                with: "Execution failed due to configuration error: Malformed Lambda proxy response: "
                    + "the payload has to be an object")
        #expect(seen.map(String.init) == expected)
    }

    @Test func caches() async throws {
        let functions = FakeFunctions { invocation in
            FakeFunctions.success(#"{"headers":{"X-N":"1"},"body":"\#(invocation.payload.readableBytes > 0)"}"#)
        }
        let plane = try await TestPlane([]) { $0.functions = functions }
        var stage = Stage.prod { $0.cachingEnabled = true }
        stage.cacheClusterEnabled = true
        stage.cacheClusterSize = "0.5"
        try await plane.publish(
            [TestPlane.resource("/", FakeFunctions.integration(), verb: "GET")], stage: stage)
        let first = try await plane.call("/prod")
        let second = try await plane.call("/prod")
        #expect(functions.invocations.count == 1)
        #expect(second.text == first.text)
        #expect(second["x-n"] == "1")
        #expect(first["x-amzn-trace-id"] != nil && second["x-amzn-trace-id"] == nil)
        await plane.stop()
    }
}
