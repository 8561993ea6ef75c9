import ControlAPI
import JSON
import NIOCore
import Testing

@testable import Gateway

/// `TestInvokeMethod` (specification 20) on a data plane.
@Suite struct TestInvokeTests {
    private func call(
        _ resource: Resource, verb: String = "GET", path: String? = nil, headers: [(String, String)] = [],
        body: String = "", variables: [String: String] = [:]
    ) -> TestCall {
        var stage = Stage(stageName: "test-invoke-stage", deploymentId: nil)
        stage.variables = variables
        return TestCall(
            publication: StagePublication(
                apiId: TestPlane.apiId, stage: stage, base: TestPlane.snapshot([resource], id: ""), canary: nil),
            verb: verb, pathWithQueryString: path, headers: headers.map { (name: $0.0, value: $0.1) },
            body: Array(body.utf8))
    }

    private func backendMethod(_ path: String, _ uri: String, type: String = "HTTP_PROXY") -> Resource {
        var integration = Integration(type: type)
        integration.uri = uri
        integration.timeoutInMillis = 100
        return TestPlane.resource(path, integration)
    }

    /// Recorded from AWS: an address whose stage variable is not set.
    @Test func anAddressThatIsNone() async throws {
        let plane = try await TestPlane([])
        let outcome = try await plane.plane.test(call(backendMethod("/", "https://${stageVariables.testHost}")))
        #expect(outcome.status == 500)
        #expect(outcome.headers.map { "\($0.name)=\($0.value)" } == ["x-amzn-ErrorType=InternalServerErrorException"])
        #expect(String(decoding: outcome.body, as: UTF8.self) == #"{"message": "Internal server error"}"#)
        #expect(
            outcome.log.map(\.text) == [
                "Starting execution for request: \(outcome.requestId)",
                "HTTP Method: GET, Resource Path: /",
                "Method request path: {}",
                "Method request query string: {}",
                "Method request headers: {}",
                "Method request body before transformations: ",
                "Execution failed due to configuration error: Invalid endpoint address",
                "Method completed with status: 500",
            ])
        await plane.stop()
    }

    @Test func aMockAnswersWithItsHeadersAndNothingIsCounted() async throws {
        let plane = try await TestPlane([]) { $0.templates = VelocityTemplates() }
        var integration = TestPlane.mock(
            "$context.stage $context.identity.sourceIp $context.domainName $context.protocol [$context.deploymentId] "
                + "$stageVariables.colour $input.params('id') $input.params('q') $input.params('X')")
        integration.requestTemplates = ["application/json": #"{"statusCode": 200}"#]
        let outcome = try await plane.plane.test(
            call(
                TestPlane.resource("/pets/{id}", integration), verb: "POST", path: "/pets/7?q=a b",
                headers: [("X", "y"), ("Content-Length", "99"), ("Connection", "close")], body: "{}",
                variables: ["colour": "blue"]))
        #expect(outcome.status == 200)
        #expect(
            String(decoding: outcome.body, as: UTF8.self)
                == "test-invoke-stage test-invoke-source-ip testPrefix.testDomainName HTTP/1.1 [$context.deploymentId] "
                + "blue 7 a b y")
        #expect(outcome.headers.map { "\($0.name)=\($0.value)" } == ["Content-Type=application/json"])
        #expect(outcome.log.map(\.text).contains("Method request headers: {X=y}"))
        #expect(outcome.log.map(\.text).contains("Method request path: {id=7}"))
        #expect(outcome.log.map(\.text).contains("Method request query string: {q=a b}"))
        #expect(await plane.plane.accessLog(AccessLogQuery()).isEmpty)
        #expect(await plane.plane.executionLog(requestId: outcome.requestId) == nil)
        await plane.stop()
    }

    @Test func aBackendIsCalledInEarnest() async throws {
        let backend = try ScriptedBackend.echo()
        let plane = try await TestPlane([])
        let resource = backendMethod("/a", "http://127.0.0.1:\(backend.port)/b")
        let outcome = try await plane.plane.test(call(resource, verb: "PUT", path: "/a", body: "hello"))
        let text = String(decoding: outcome.body, as: UTF8.self)
        #expect(text.hasPrefix("PUT /b HTTP/1.1\n"))
        #expect(text.hasSuffix("\nhello"))
        #expect(outcome.log.map(\.text).contains("Endpoint request body after transformations: hello"))
        await plane.stop()
    }

    @Test func aBackendThatIsTooSlowOrNotThere() async throws {
        let slow = try ScriptedBackend.serving { _ in "" }
        let dead = try RefusingPort()
        let plane = try await TestPlane([])
        let late = try await plane.plane.test(call(backendMethod("/", "http://127.0.0.1:\(slow.port)/")))
        #expect(late.status == 504)
        #expect(late.log.map(\.text).suffix(2).first == "Execution failed due to a timeout error")
        let none = try await plane.plane.test(call(backendMethod("/", "http://127.0.0.1:\(dead.port)/")))
        #expect(none.status == 504)
        #expect(
            none.log.map(\.text).suffix(3) == [
                "Sending request to http://127.0.0.1:\(dead.port)/",
                "Execution failed due to a network error communicating with endpoint",
                "Method completed with status: 504",
            ])
        await plane.stop()
        dead.close()
    }

    @Test func aHeadHasNoBody() async throws {
        let plane = try await TestPlane([])
        let outcome = try await plane.plane.test(
            call(TestPlane.resource("/", TestPlane.mock("{}")), verb: "HEAD", path: "/"))
        #expect(outcome.status == 200)
        #expect(outcome.body.isEmpty)
        await plane.stop()
    }

    @Test(
        arguments: [
            ("/dogs", [], .pathDoesNotMatch(path: "/dogs", resource: "/pets")),
            ("pets", [], .malformedPath("pets")), ("/pets?a\r\nb", [], .malformedPath("/pets?a\r\nb")),
            ("/pets", [("a b", "c")], .malformedHeader("a b")),
            ("/pets", [("a", "b\r\nc: d")], .malformedHeader("a")),
            ("/pets", [("Host", "a"), ("Host", "b")], nil), ("/pets?" + String(repeating: "a", count: 11_000), [], nil),
        ] as [(String, [(String, String)], TestFailure?)])
    func refusesWhatIsNoRequest(_ path: String, _ headers: [(String, String)], _ failure: TestFailure?) async throws {
        let plane = try await TestPlane([])
        do {
            let resource = TestPlane.resource("/pets", TestPlane.mock("{}"))
            _ = try await plane.plane.test(call(resource, path: path, headers: headers))
            Issue.record("was run")
        } catch let error as TestFailure {
            if let failure {
                #expect(error == failure)
            } else if case .malformedRequest = error {
            } else {
                Issue.record("\(error)")
            }
        }
        await plane.stop()
    }

    @Test func manyAtOnceAreRefusedAndLeaveNothingOpen() async throws {
        let slow = try ScriptedBackend.serving { _ in "" }
        let plane = try await TestPlane([])
        let one = call(backendMethod("/", "http://127.0.0.1:\(slow.port)/"))
        let refused = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<DataPlane.maximumTests + 20 {
                group.addTask {
                    do {
                        return try await plane.plane.test(one).status != 504
                    } catch { return error as? TestFailure == .tooManyAtOnce(DataPlane.maximumTests) }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(refused == 20)
        #expect(try await plane.plane.test(one).status == 504)
        func ask<Answer: Sendable>(_ question: @escaping @Sendable (DataLoop) -> Answer) async throws -> Answer {
            let answer = plane.plane.onSomeLoop { loop in loop.eventLoop.makeSucceededFuture(question(loop)) }
            return try await #require(answer).get()
        }
        #expect(try await ask { $0.tests } == 0)
        #expect(try await eventually { try await ask { $0.connections.isEmpty } })
        await plane.stop()
    }
}

/// The control call, and what reads execution logs.
@Suite struct TestInvokeControlTests {
    private func method() async throws -> (ControlHarness, String) {
        let harness = try ControlHarness()
        let (id, root) = try await harness.api()
        return (harness, "/restapis/\(id)/resources/\(root)/methods/")
    }

    @Test(
        arguments: [
            BodyCase([:]), BodyCase(["body": "x", "pathWithQueryString": "/", "headers": ["a": "b"]]),
            BodyCase(["multiValueHeaders": ["a": ["b", "c"]], "stageVariables": ["a": "b"]]),
            BodyCase(["clientCertificateId": "abc"], "Invalid Client Certificate identifier specified"),
            BodyCase(["headers": ["a": 1]], Self.number + "String"), BodyCase(["body": 1], Self.number + "String"),
            BodyCase(["multiValueHeaders": ["a": 1]], Self.number + "List"),
            BodyCase(["headers": 1], Self.number + "Map"),
            BodyCase(
                ["stageVariables": ["a b": "c"]],
                "Invalid stage variable name: a b. Please use 1 to 64 alphanumeric characters and underscores."),
        ])
    func bodies(_ one: BodyCase) async throws {
        let (harness, path) = try await method()
        let reply = try await harness.call("POST", path + "GET", one.body)
        #expect(reply.message ?? "" == one.message)
        #expect(reply.status == (one.message.isEmpty ? 200 : one.message.contains("Certificate") ? 404 : 400))
    }

    private static let number =
        "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an "

    @Test func findsTheMethod() async throws {
        let (harness, path) = try await method()
        #expect(try await harness.call("POST", path + "POST").message == "Invalid Method identifier specified")
        #expect(
            try await harness.call("POST", path + "ANY").message
                == "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD")
        try await harness.done("PUT", path + "ANY", ["authorizationType": "NONE"])
        let reply = try await harness.call("POST", path + "POST", ["body": "b", "headers": ["h": "v"]])
        #expect(reply["status"] == 200)
        #expect(reply["body"] == "b")
        #expect(reply["headers"] == ["h": "v"])
        #expect(reply["multiValueHeaders"] == ["h": ["v"]])
        #expect(reply["latency"] == 1)
        #expect(reply["log"] == "Execution log for request r\n")
    }

    @Test func bytesThatAreNoTextComeInBase64() {
        let outcome = TestOutcome(
            requestId: "r", status: 200, headers: [("a", "1"), ("a", "2")], body: [0xFF, 0x00],
            log: [(wall: 971_186_136_000_000_000, text: "Starting")], latencyMilliseconds: 3)
        let response = TestInvokeMethodResponse(outcome)
        #expect(response.body == "/wA=")
        #expect(response.headers == ["a": "2"])
        #expect(response.multiValueHeaders == ["a": ["1", "2"]])
        #expect(
            response.log == "Execution log for request r\nTue Oct 10 13:55:36 UTC 2000 : Starting\n")
    }

    @Test func executionLogsAreFoundOrTheRefusalSaysWhatToTurnOn() async throws {
        let harness = try ControlHarness()
        let path = "/sluice/logs/execution"
        #expect(try await harness.done("GET", path + "?requestId=known")["requestId"] == "known")
        let none = try await harness.call("GET", path + "?requestId=other")
        #expect(none.status == 404)
        #expect(none.message?.contains("/*/*/logging/loglevel") == true)
        let newest = try await harness.done("GET", path + "?apiId=a&stageName=s&limit=3")
        #expect(newest["item"]?[0]?["requestId"] == "a/s/3")
        #expect(try await harness.call("GET", path + "?limit=0").status == 400)
        let methods = try await harness.done("GET", "/sluice/metrics?methods=true")
        #expect(methods["item"]?[0]?["resourcePath"] == "/pets")
    }

    @Test(
        "access log settings",
        arguments: [
            ("format", "$context.requestId", ""), ("format", "$context.extendedRequestId\n", ""),
            (
                "format", "a\n$context.requestId",
                "Access Log format must be single line, new line character is allowed only at end of the format. "
                    + "Please use Single line JSON, XML or CLF format"
            ),
            (
                "format", "$context.status",
                "Invalid access log format specified: it must contain $context.requestId or $context.extendedRequestId"
            ),
            (
                "format", "$context.requestId" + String(repeating: " ", count: 3072),
                "Invalid access log format specified: it has more than 3072 bytes"
            ),
            ("destinationArn", "arn:aws:logs:us-east-1:000000000000:log-group:g", ""),
            ("destinationArn", "arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-a", ""),
            (
                "destinationArn", "arn:aws:firehose:us-east-1:000000000000:deliverystream/a",
                "Invalid ARN specified in the request. The name of a Firehose stream must begin with amazon-apigateway-"
            ),
            ("destinationArn", "arn:aws:s3:::bucket", "Invalid ARN specified in the request"),
        ])
    func accessLogSettings(_ member: String, _ value: String, _ refusal: String) async throws {
        let harness = try ControlHarness()
        let (id, _) = try await harness.deployedApi()
        let reply = try await harness.patch(
            "/restapis/\(id)/stages/prod", [.replace("/accessLogSettings/\(member)", value)])
        #expect(reply.message ?? "" == refusal)
        if refusal.isEmpty { #expect(reply["accessLogSettings"]?[member]?.string == value) }
    }
}
