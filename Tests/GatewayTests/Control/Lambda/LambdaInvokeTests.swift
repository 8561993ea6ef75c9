import ControlAPI
import Foundation
import JSON
import Lambda
import NIOCore
import Testing

@testable import Gateway

private let invocations = ControlHarness.hello + "/invocations"

@Suite struct LambdaInvokeTests {
    @Test func `what Invoke hands on, and what it answers`() async throws {
        let harness = try ControlHarness()
        harness.functions.answer(
            .finished(payload: ByteBuffer(string: #"{"b": 2}"#), functionError: nil, executedVersion: "3"),
            logTail: Array("START\n".utf8))
        let reply = try await harness.send(
            "POST", ControlHarness.functions + "/hello:prod/invocations", Array(#"{"a": 1}"#.utf8),
            headers: [("X-Amz-Log-Type", "Tail"), ("X-Amz-Client-Context", "e30="), ("X-Amzn-Trace-Id", "Root=1")])
        #expect(reply.status == 200)
        #expect(reply.body == ["b": 2])
        #expect(reply.headers["Content-Type"] == "application/json")
        #expect(reply.headers["X-Amz-Executed-Version"] == "3")
        #expect(reply.headers["X-Amz-Log-Result"] == Data("START\n".utf8).base64EncodedString())
        #expect(reply.headers["X-Amz-Function-Error"] == nil)
        #expect(reply.headers["x-amzn-RequestId"] == "r-1")
        #expect(reply.headers["Content-Disposition"] == nil)
        let sent = try #require(harness.functions.invocations.first)
        #expect(sent.function == "hello")
        #expect(sent.qualifier == "prod")
        #expect(sent.kind == .requestResponse)
        #expect(sent.payload == ByteBuffer(string: #"{"a": 1}"#))
        #expect(sent.caller == .account)
        #expect(sent.clientContext == "e30=")
        #expect(sent.traceId == "Root=1")
        #expect(sent.wantsLogTail)
    }

    @Test func `a function's error, an event, a dry run, and nothing as a payload`() async throws {
        let harness = try ControlHarness()
        harness.functions.answer(
            .finished(
                payload: ByteBuffer(string: #"{"errorMessage":"no"}"#), functionError: "Unhandled",
                executedVersion: "$LATEST"))
        let failed = try await harness.call("POST", invocations)
        #expect(failed.status == 200)
        #expect(failed.headers["X-Amz-Function-Error"] == "Unhandled")
        #expect(harness.functions.invocations.first?.payload == ByteBuffer(string: "{}"))
        #expect(harness.functions.invocations.first?.wantsLogTail == false)
        for (kind, answer, status) in [
            ("Event", InvocationResult.Answer.accepted, 202), ("DryRun", .checked, 204),
        ] {
            harness.functions.answer(answer)
            let reply = try await harness.send(
                "POST", invocations, [], headers: [("x-amz-invocation-type", kind)])
            #expect(reply.status == status)
            #expect(reply.body == .null)
            #expect(harness.functions.invocations.last?.kind.rawValue == kind)
        }
    }

    @Test func `refusals`() async throws {
        let harness = try ControlHarness()
        harness.functions.answer(.refused(status: 429, code: "TooManyRequestsException", message: "Rate Exceeded."))
        let throttled = try await harness.call("POST", invocations)
        #expect(throttled.status == 429)
        #expect(throttled.body == ["Type": "User", "message": "Rate Exceeded."])
        #expect(throttled.code == "TooManyRequestsException")
        harness.functions.answer(.unreachable(reason: "no host"))
        let lost = try await harness.call("POST", invocations)
        #expect(lost.status == 500)
        #expect(lost.body == ["Type": "Service", "Message": "The function could not be invoked: no host"])
        let text = try await harness.send("POST", invocations, Array("no json".utf8))
        #expect(text.status == 400)
        #expect(text.code == "InvalidRequestContentException")
        #expect(text.message?.hasPrefix("Could not parse request body into json: ") == true)
        let kind = try await harness.send("POST", invocations, [], headers: [("X-Amz-Invocation-Type", "Later")])
        #expect(
            kind.message == "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy "
                + "constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]")
    }

    @Test func `states join what runs with what is stored`() async throws {
        let harness = try ControlHarness()
        for name in ["b", "a"] { try await harness.function(name: name) }
        try await harness.done(
            "POST", ControlHarness.functions + "/a/policy",
            ["StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"])
        var running = FunctionState(
            functionName: "a", functionArn: "arn", runtime: "python3.11", handler: "h", codeDirectory: "/c",
            memorySize: 128, timeout: 3)
        running.invocations = 7
        let records = [
            FunctionLogRecord(time: 1, functionName: "a", requestId: "r", message: "one"),
            FunctionLogRecord(time: 2, functionName: "b", requestId: nil, message: "two"),
        ]
        harness.functions.tell([running], records)
        let listed = try await harness.done("GET", "/sluice/functions").body.decode(Page<FunctionState>.self)
        #expect(listed.items.map(\.functionName) == ["a", "b"])
        #expect(listed.items.map(\.invocations) == [7, 0])
        #expect(listed.items.map(\.permissions) == [["apigateway.amazonaws.com"], []])
        let one = try await harness.done("GET", "/sluice/functions/b").body.decode(FunctionState.self)
        #expect(one.runtime == "python3.11")
        #expect(one.codeDirectory.hasSuffix("/code"))
        let logs = try await harness.done("GET", "/sluice/functions/a/logs?limit=5")
        #expect(try logs.body.decode(Page<FunctionLogRecord>.self).items == [records[0]])
        #expect(try await harness.call("GET", "/sluice/functions/c/logs").status == 404)
        #expect(try await harness.call("GET", "/sluice/functions/a/logs?limit=0").status == 400)
    }

    @Test(
        "how large a body may be",
        arguments: [
            ("POST", "/2015-03-31/functions", 70_167_211), ("POST", "/2015-03-31/functions/", 70_167_211),
            ("PUT", "/2015-03-31/functions/hello/code", 70_167_211),
            ("PUT", "/2015-03-31/functions/hello/configuration", 10_485_760),
            ("POST", "/2015-03-31/functions/hello/invocations", 10_485_760),
            ("GET", "/2015-03-31/functions", 10_485_760),
            ("POST", "/restapis", 10_485_760), ("PUT", "/restapis/a/b/code", 10_485_760),
        ])
    func bodyLimits(_ verb: String, _ path: String, _ bytes: Int) {
        #expect(BodyLimit.of(verb: verb, path: path).bytes == bytes)
    }
}

@Suite struct FunctionEventQueueTests {
    @Test func `a slow reader loses lines of functions, by number and by bytes, and no records of the access log`()
        async throws
    {
        func record(_ bytes: Int) -> FunctionLogRecord {
            FunctionLogRecord(
                time: 1, functionName: "f", requestId: nil, message: String(repeating: "x", count: bytes))
        }
        let queue = EventQueue()
        queue.push(.functions(records: Array(repeating: record(1), count: 5000), dropped: 2))
        queue.push(.access(records: [.sample(path: "/")], dropped: 0))
        let lines = try #require(await queue.next())
        guard case .functions(let kept, let dropped) = lines[0] else {
            Issue.record("\(lines[0])")
            return
        }
        #expect(kept.count == EventQueue.largestRecordCount)
        #expect(dropped == 2 + 5000 - EventQueue.largestRecordCount)
        #expect(lines[1] == .access(records: [.sample(path: "/")], dropped: 0))
        let large = record(1 << 20)
        queue.push(.functions(records: Array(repeating: large, count: 10), dropped: 0))
        let second = try #require(await queue.next())
        #expect(second == [.functions(records: Array(repeating: large, count: 4), dropped: 6)])
    }
}
