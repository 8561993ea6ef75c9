import ControlAPI
import Foundation
import JSON
import NIOCore
import Testing

@testable import Lambda

extension FunctionRuns {
    /// Handlers for Lambda's Python runtime, run by this machine's own.
    @Suite(.needsPython) struct PythonFunctionTests {
        private func run(
            _ source: String, handler: String = "app.handler", _ body: (TestHost) async throws -> Void
        ) async throws {
            try await TestHost.run { test in
                try test.publish(runtime: "python3.11", handler: handler, files: ["app.py": source])
                try await body(test)
            }
        }

        @Test func aHandlerGetsEventAndContext() async throws {
            let source = """
                import os
                def handler(event, context):
                    return {
                        "event": event, "name": context.function_name, "version": context.function_version,
                        "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
                        "id": context.aws_request_id, "group": context.log_group_name,
                        "stream": context.log_stream_name == os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
                        "left": 0 < context.get_remaining_time_in_millis() <= 30000, "folder": os.getcwd(),
                        "trace": os.environ["_X_AMZN_TRACE_ID"], "custom": context.client_context.custom,
                    }
                """
            try await run(source) { test in
                let result = await test.invoke("f", #"{"a":[1,2.5,"é"]}"#) {
                    $0.traceId = "Root=1-2-3"
                    $0.clientContext = "eyJjdXN0b20iOnsidiI6MX19"  // {"custom":{"v":1}}
                }
                let json = result.json
                #expect(json?["event"]?["a"]?[1]?.double == 2.5)
                #expect(json?["event"]?["a"]?[2] == "é")
                #expect(json?["name"] == "f")
                #expect(json?["version"] == "$LATEST")
                #expect(json?["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:f")
                #expect(json?["memory"] == "512")
                #expect(json?["id"]?.string == result.requestId)
                #expect(json?["group"] == "/aws/lambda/f")
                #expect(json?["stream"] == true)
                #expect(json?["left"] == true)
                #expect(json?["folder"]?.string == test.directory + "/code/f")
                #expect(json?["trace"] == "Root=1-2-3")
                #expect(json?["custom"]?["v"] == 1)
            }
        }

        @Test func stateStaysBetweenInvocations() async throws {
            try await run(
                "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count\n"
            ) {
                test in
                for expected in ["1", "2", "3"] { #expect(await test.invoke().payload == expected) }
                #expect(test.state?.coldStarts == 1)
            }
        }

        @Test(arguments: [
            ("raise ValueError('no cat')", "ValueError", "no cat"),
            (
                "return {1, 2}", "Runtime.MarshalError",
                "Unable to marshal response: Object of type set is not JSON serializable"
            ),
            ("return 1 / 0", "ZeroDivisionError", "division by zero"),
        ])
        func errorsAreLambdas(statement: String, type: String, message: String) async throws {
            try await run("def handler(event, context):\n    \(statement)\n") { test in
                let result = await test.invoke()
                #expect(result.functionError == "Unhandled")
                #expect(result.json?["errorType"]?.string == type)
                #expect(result.json?["errorMessage"]?.string == message)
                #expect(result.json?["requestId"]?.string == result.requestId)
                if type == "ValueError" {
                    #expect(
                        result.json?["stackTrace"]?[0]?.string?.contains("in handler\n    raise ValueError") == true)
                }
                #expect(test.log().contains { $0.hasPrefix("[ERROR] \(type): \(message)") })
                // The environment goes on.
                _ = await test.invoke()
                #expect(test.state?.coldStarts == 1)
            }
        }

        @Test(arguments: [
            (
                "nowhere.handler", "", "Runtime.ImportModuleError",
                "Unable to import module 'nowhere': No module named 'nowhere'"
            ),
            ("app.nothing", "", "Runtime.HandlerNotFound", "Handler 'nothing' missing on module 'app'"),
            (
                "app", "", "Runtime.MalformedHandlerName",
                "Bad handler 'app': not enough values to unpack (expected 2, got 1)"
            ),
            ("app.handler", "def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app': "),
            ("app.handler", "raise KeyError('TABLE')", "KeyError", "'TABLE'"),
        ])
        func whatFailsAtInitIsTheAnswer(handler: String, source: String, type: String, message: String) async throws {
            try await run(source, handler: handler) { test in
                let result = await test.invoke()
                #expect(result.functionError == "Unhandled")
                #expect(result.json?["errorType"]?.string == type)
                #expect(result.json?["errorMessage"]?.string?.hasPrefix(message) == true)
            }
        }

        @Test func printsAndLogRecordsStandInTheLog() async throws {
            let source = """
                import logging, sys
                def handler(event, context):
                    print("printed")
                    logging.getLogger().warning("careful")
                    sys.stderr.write("to stderr\\n")
                    return None
                """
            try await run(source) { test in
                let result = await test.invoke { $0.wantsLogTail = true }
                #expect(result.payload == "null")
                let log = test.log()
                #expect(log.contains("printed"))
                #expect(log.contains("to stderr"))
                #expect(log.contains { $0.hasPrefix("[WARNING]\t") && $0.hasSuffix("\t\(result.requestId)\tcareful") })
            }
        }

        @Test func sysExitEndsTheEnvironment() async throws {
            try await run("import sys\ndef handler(event, context):\n    sys.exit(event['status'])\n") { test in
                let result = await test.invoke("f", #"{"status":3}"#)
                #expect(result.payload.contains("Runtime exited with error: exit status 3"))
            }
        }

        @Test func aHandlerInAFolderIsFound() async throws {
            try await TestHost.run { test in
                try test.publish(
                    runtime: "python3.12", handler: "src/web.main",
                    files: [
                        "src/web.py": "from src import other\ndef main(e, c): return other.x\n",
                        "src/other.py": "x = 7\n",
                    ])
                #expect(await test.invoke().payload == "7")
            }
        }

        @Test func aLargeEventAndAnswerGoThrough() async throws {
            try await run("def handler(event, context): return event\n") { test in
                let payload = "\"\(String(repeating: "x", count: (6 << 20) - 2))\""
                #expect(await test.invoke("f", payload).payload == payload)
            }
        }

        // MARK: Processes that do not behave

        private func provided(_ source: String, _ body: (TestHost) async throws -> Void) async throws {
            try await TestHost.run { test in
                try test.publish(runtime: "provided", files: Bootstrap.python(source)) { $0.timeout = 20 }
                try await body(test)
            }
        }

        @Test func aConnectionThatClosesInTheMiddleOfAResponseIsNoResponse() async throws {
            let source = """
                while True:
                    id = next()
                    half = socket.create_connection((host, int(port)))
                    half.sendall(("POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\n"
                        "Content-Length: 100\\r\\n\\r\\nhalf" % id).encode())
                    half.close()
                    time.sleep(0.1)
                    answer(id, "whole")
                """
            try await provided(source) { test in
                #expect(await test.invoke().payload == "whole")
                #expect(await test.invoke().payload == "whole")
            }
        }

        @Test func aSecondNextTakesThePlaceOfTheFirst() async throws {
            let source = """
                import select
                answer(next(), "ready")
                asking = [socket.create_connection((host, int(port))) for _ in range(2)]
                for one in asking:
                    one.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
                closed = select.select(asking, [], [])[0][0]
                assert closed.recv(10) == b""
                asking.remove(closed)
                open(os.environ["TMPDIR"] + "/../../asked", "w").close()
                head = asking[0].recv(10000).decode().lower()
                answer(head.split("lambda-runtime-aws-request-id: ")[1].split("\\r")[0], "once")
                time.sleep(1000)
                """
            try await provided(source) { test in
                #expect(await test.invoke().payload == "ready")
                try await test.eventually("it does not ask twice") {
                    FileManager.default.fileExists(atPath: test.directory + "/host/asked")
                }
                #expect(await test.invoke().payload == "once")
            }
        }

        @Test func nextBeforeTheAnswerIsRefused() async throws {
            let source = """
                while True:
                    id = next()
                    status = call("GET", "/invocation/next")[0].status
                    answer(id, str(status))
                """
            try await provided(source) { test in
                #expect(await test.invoke().payload == "403")
            }
        }

        @Test func callsThatAreNoneAreRefused() async throws {
            let source = """
                calls = [("POST", "/invocation/nobody/response"), ("POST", "/invocation/nobody/error"), ("GET", "/nothing"),
                    ("POST", "/invocation/next"), ("POST", "/init/error")]
                while True:
                    id = next()
                    answer(id, ",".join(str(call(method, path, "{}")[0].status) for method, path in calls))
                """
            try await provided(source) { test in
                #expect(await test.invoke().payload == "400,400,404,405,403")
            }
        }

        @Test func garbageAndManyConnectionsDoNoHarm() async throws {
            let source = """
                while True:
                    id = next()
                    open_ones = [socket.create_connection((host, int(port))) for _ in range(50)]
                    for one in open_ones[:4]:
                        try: one.sendall(b"\\x16\\x03\\x01garbage\\r\\n\\r\\n" * 100)
                        except OSError: pass
                    for one in open_ones: one.close()
                    while True:
                        try:
                            answer(id, "fine")
                            break
                        except (OSError, http.client.HTTPException): time.sleep(0.05)
                """
            try await provided(source) { test in
                #expect(await test.invoke().payload == "fine")
            }
        }

        @Test func aChunkedResponseWithTrailersIsPutTogether() async throws {
            let source = """
                while True:
                    id = next()
                    s = socket.create_connection((host, int(port)))
                    s.sendall(("POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\n"
                        "Lambda-Runtime-Function-Response-Mode: streaming\\r\\nTransfer-Encoding: chunked\\r\\n"
                        "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\\r\\n\\r\\n" % id).encode())
                    for part in (b"one ", b"two"):
                        s.sendall(b"%x\\r\\n%s\\r\\n" % (len(part), part))
                        time.sleep(0.02)
                    if not os.path.exists(os.environ["TMPDIR"] + "/again"):
                        open(os.environ["TMPDIR"] + "/again", "w").close()
                        s.sendall(b"0\\r\\n\\r\\n")
                    else:
                        s.sendall(b"0\\r\\nLambda-Runtime-Function-Error-Type: Late\\r\\n"
                            b"Lambda-Runtime-Function-Error-Body: eyJlcnJvclR5cGUiOiJMYXRlIn0=\\r\\n\\r\\n")
                    s.recv(1000)
                    s.close()
                """
            try await provided(source) { test in
                let whole = await test.invoke()
                #expect(whole.payload == "one two")
                #expect(whole.functionError == nil)
                let broken = await test.invoke()
                #expect(broken.payload == #"{"errorType":"Late"}"#)
                #expect(broken.functionError == "Unhandled")
            }
        }

        @Test func aProcessThatForksAndLeavesItsSessionEndsWithItsEnvironment() async throws {
            let source = """
                while True:
                    id = next()
                    if os.fork() == 0:
                        os.setsid()
                        if os.fork() != 0: os._exit(0)
                        while True: time.sleep(1000)
                    answer(id, "forked")
                    os._exit(0)
                """
            try await provided(source) { test in
                #expect(await test.invoke().payload == "forked")
                try await test.eventually("the environment stays") { test.state?.environments == 0 }
                // What is killed is gone a moment later.
                try await test.eventually("a process stays") {
                    Processes.with("LAMBDA_TASK_ROOT=\(test.directory)/code/f").isEmpty
                }
            }
        }
    }
}
